import { exportedCases, type ExportScope, type ExportSource } from '../cases/exported-cases.ts';
import { OcelCase, type OcelAttribute, type OcelEvent, type OcelObject } from './ocel-case.ts';
import { OcelTypes } from './ocel-types.ts';
import { ScratchDatabase } from './scratch-database.ts';

const pieceSize = 256 * 1024;

/**
 * An object-centric event log in OCEL 2.0 JSON, piece by piece: the events while they are read, then the
 * objects, then the types that were met. An officer is an object of many cases and stands in the log
 * once; so objects wait in a scratch file.
 *
 * @throws as `exportedCases` does; what was given until then is no whole document
 */
export async function* ocelJsonExport(
  source: ExportSource,
  scope: ExportScope,
): AsyncGenerator<string> {
  await using scratch = await ScratchDatabase.open();
  const objects = new WaitingObjects(scratch);
  const [eventTypes, objectTypes] = [new OcelTypes(), new OcelTypes()];
  let piece = '{"events":[';
  let separator = '\n';
  for await (const cases of exportedCases(source, scope)) {
    for (const told of cases) {
      const one = new OcelCase(told, scope.disclosure);
      for (const event of one.events) {
        eventTypes.add(event.type, event.attributes);
        piece += separator + eventText(event);
        separator = ',\n';
      }
      for (const object of one.objects.values()) {
        objectTypes.add(object.type, object.attributes);
        objects.add(object);
      }
      if (piece.length < pieceSize) continue;
      yield piece;
      piece = '';
    }
  }
  piece += '\n],"objects":[';
  separator = '\n';
  for (const text of objects.texts()) {
    piece += separator + text;
    separator = ',\n';
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = '';
  }
  const types = {
    eventTypes: JSON.stringify(eventTypes.declared),
    objectTypes: JSON.stringify(objectTypes.declared),
  };
  yield `${piece}\n],"eventTypes":${types.eventTypes},"objectTypes":${types.objectTypes}}\n`;
}

function eventText({ attributes, ...event }: OcelEvent): string {
  return JSON.stringify({ ...event, attributes: attributes.map(nameAndValue) });
}

function nameAndValue({ name, value }: OcelAttribute): { name: string; value: string } {
  return { name, value };
}

/** Objects, each once, with everything they are related to. */
class WaitingObjects {
  readonly #statements;

  constructor({ database }: ScratchDatabase) {
    database.exec(`
      CREATE TABLE object (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, attributes TEXT NOT NULL
      ) STRICT;
      CREATE TABLE relation (
        source TEXT NOT NULL, target TEXT NOT NULL, qualifier TEXT NOT NULL,
        PRIMARY KEY (source, target, qualifier)
      ) STRICT, WITHOUT ROWID;
      BEGIN;`);
    this.#statements = {
      add: database.prepare('INSERT OR IGNORE INTO object (id, type, attributes) VALUES (?, ?, ?)'),
      relate: database.prepare('INSERT OR IGNORE INTO relation VALUES (?, ?, ?)'),
      objects: database.prepare('SELECT id, type, attributes FROM object ORDER BY number'),
      relations: database.prepare(
        'SELECT target AS objectId, qualifier FROM relation WHERE source = ?',
      ),
    };
  }

  add({ id, type, attributes, relationships }: OcelObject): void {
    const texts = attributes.map(({ name, value, time }) => ({ name, value, time }));
    this.#statements.add.run(id, type, JSON.stringify(texts));
    for (const { objectId, qualifier } of relationships) {
      this.#statements.relate.run(id, objectId, qualifier);
    }
  }

  *texts(): Generator<string> {
    for (const row of this.#statements.objects.iterate()) {
      const { id, type, attributes } = row as { id: string; type: string; attributes: string };
      const relationships = JSON.stringify(this.#statements.relations.all(id));
      const head = `{"id":${JSON.stringify(id)},"type":${JSON.stringify(type)}`;
      yield `${head},"attributes":${attributes},"relationships":${relationships}}`;
    }
  }
}
