import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { always, type OcelAttribute, type OcelEvent, type OcelObject } from './ocel-case.ts';

/** Prepared statements that are kept: one for each set of attributes that comes up. */
const mostStatements = 1000;

/**
 * The tables of the relational format of OCEL 2.0 (specification 2.0, chapter 5): `event` and `object`
 * with their types, a table of attributes for each type, and the relations. Types and attributes are
 * added as they are met.
 */
export class OcelTables {
  readonly #database: DatabaseSync;
  readonly #tables = new Map<string, TypeTable>();
  readonly #names = new Set<string>();
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(fixedTables);
    database.exec('BEGIN');
  }

  addEvent({ id, type, time, attributes, relationships }: OcelEvent): void {
    this.#run('INSERT INTO event VALUES (?, ?)', [id, type]);
    const columns = [
      ['ocel_id', id],
      ['ocel_time', time],
      ...this.#cells('event', type, attributes),
    ];
    this.#insert(this.#table('event', type).name, columns as [string, string][]);
    for (const { objectId, qualifier } of relationships) {
      this.#run('INSERT OR IGNORE INTO event_object VALUES (?, ?, ?)', [id, objectId, qualifier]);
    }
  }

  /** What an object always had is one row; each change is another (`ocel_changed_field`). */
  addObject({ id, type, attributes, relationships }: OcelObject): void {
    const { name } = this.#table('object', type);
    const { changes } = this.#run('INSERT OR IGNORE INTO object VALUES (?, ?)', [id, type]);
    if (changes > 0) {
      const first = attributes.filter(({ time }) => time === always);
      const cells = this.#cells('object', type, first);
      this.#insert(name, [['ocel_id', id], ['ocel_time', always], ...cells]);
      for (const one of attributes) {
        if (one.time === always) continue;
        const [cell] = this.#cells('object', type, [one]);
        if (!cell) continue;
        this.#insert(name, [
          ['ocel_id', id],
          ['ocel_time', one.time],
          ['ocel_changed_field', cell[0]],
          cell,
        ]);
      }
    }
    for (const { objectId, qualifier } of relationships) {
      this.#run('INSERT OR IGNORE INTO object_object VALUES (?, ?, ?)', [id, objectId, qualifier]);
    }
  }

  finish(): void {
    this.#database.exec('COMMIT');
  }

  #cells(
    of: 'event' | 'object',
    type: string,
    attributes: readonly OcelAttribute[],
  ): [column: string, value: string][] {
    const table = this.#table(of, type);
    const cells = new Map<string, string>();
    for (const { name, type: ofValue, value } of attributes) {
      const column = table.columns.get(name) ?? this.#addColumn(table, name, ofValue);
      const cell = ofValue === 'boolean' ? (/^(true|1)$/.test(value) ? '1' : '0') : value;
      if (!cells.has(column)) cells.set(column, cell);
    }
    return [...cells];
  }

  #table(of: 'event' | 'object', type: string): TypeTable {
    const key = `${of} ${type}`;
    const known = this.#tables.get(key);
    if (known) return known;
    const mapped = free(this.#names, type.replaceAll(/[^A-Za-z0-9_]/g, ''), `${of}_`);
    const table: TypeTable = {
      name: `${of}_${mapped}`,
      columns: new Map(),
      taken: new Set(['ocel_id', 'ocel_time', 'ocel_changed_field']),
    };
    const id = of === 'event' ? 'ocel_id TEXT PRIMARY KEY' : 'ocel_id TEXT';
    const changed = of === 'event' ? '' : ', ocel_changed_field TEXT';
    this.#database.exec(`CREATE TABLE "${table.name}" (${id}, ocel_time TIMESTAMP${changed})`);
    this.#run(`INSERT INTO ${of}_map_type VALUES (?, ?)`, [type, mapped]);
    this.#tables.set(key, table);
    return table;
  }

  #addColumn(table: TypeTable, name: string, type: OcelAttribute['type']): string {
    const column = free(table.taken, name.replaceAll('"', "'"), '');
    table.columns.set(name, column);
    this.#database.exec(`ALTER TABLE "${table.name}" ADD COLUMN "${column}" ${sqlTypes[type]}`);
    return column;
  }

  #insert(table: string, cells: readonly (readonly [column: string, value: string])[]): void {
    const columns = cells.map(([column]) => `"${column}"`).join(', ');
    const places = cells.map(() => '?').join(', ');
    const values = cells.map(([, value]) => value);
    this.#run(`INSERT INTO "${table}" (${columns}) VALUES (${places})`, values);
  }

  #run(sql: string, values: readonly string[]) {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= mostStatements) this.#statements.clear();
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement.run(...values);
  }
}

type TypeTable = { name: string; columns: Map<string, string>; taken: Set<string> };

const sqlTypes: Readonly<Record<OcelAttribute['type'], string>> = {
  string: 'TEXT',
  time: 'TIMESTAMP',
  integer: 'INTEGER',
  float: 'REAL',
  boolean: 'BOOLEAN',
};

/** A name that is not taken yet: SQLite takes names as the same whose letters differ in case alone. */
function free(taken: Set<string>, wanted: string, prefix: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 && wanted !== '' ? wanted : `${wanted}_${number}`;
    const key = (prefix + name).toLowerCase();
    if (taken.has(key)) continue;
    taken.add(key);
    return name;
  }
}

const fixedTables = `
  CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
  CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
  CREATE TABLE event (
    ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type)
  );
  CREATE TABLE object (
    ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type)
  );
  CREATE TABLE event_object (
    ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier)
  );
  CREATE TABLE object_object (
    ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier)
  );`;
