import { createReadStream } from 'node:fs';
import { exportedCases, type ExportScope, type ExportSource } from '../cases/exported-cases.ts';
import { OcelCase } from './ocel-case.ts';
import { OcelTables } from './ocel-tables.ts';
import { ScratchDatabase } from './scratch-database.ts';

/**
 * An object-centric event log as a SQLite file in the relational format of OCEL 2.0. The file is written
 * to its end before its first byte is given.
 *
 * @throws as `exportedCases` does
 */
export async function* ocelSqliteExport(
  source: ExportSource,
  scope: ExportScope,
): AsyncGenerator<Uint8Array> {
  await using scratch = await ScratchDatabase.open();
  const tables = new OcelTables(scratch.database);
  for await (const cases of exportedCases(source, scope)) {
    for (const told of cases) {
      const { events, objects } = new OcelCase(told, scope.disclosure);
      for (const object of objects.values()) tables.addObject(object);
      for (const event of events) tables.addEvent(event);
    }
  }
  tables.finish();
  scratch.database.close();
  for await (const bytes of createReadStream(scratch.file)) yield bytes as Uint8Array;
}
