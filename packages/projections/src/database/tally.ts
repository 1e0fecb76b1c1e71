import { CompiledQuery, type Kysely } from 'kysely';
import type { ApplicationChange, ApplicationView } from '../projector/projection.ts';
import { bulkWriter } from './bulk.ts';
import type { Tables } from './tables.ts';

/** The tables that count applications by everything else that their rows say. */
type Tallied = 'counts' | 'open_files' | 'open_due' | 'open_ages' | 'file_outcomes';

/**
 * Keeps a table that counts applications, so that a question is a few reads however many there are.
 * Rows that nothing is counted in go, so that the table does not depend on how events were batched.
 *
 * @param key every column but the count
 * @param rowsOf where an application counts, once in each; the same rows for the same view
 */
export function tally<Table extends Tallied>(
  table: Table,
  key: readonly (keyof Tables[Table] & string)[],
  rowsOf: (view: ApplicationView) => Omit<Tables[Table], 'applications'>[],
) {
  const add = bulkWriter(
    table,
    [...key, 'applications' as keyof Tables[Table] & string],
    `ON CONFLICT (${key.join(', ')}) DO UPDATE SET
      applications = ${table}.applications + excluded.applications`,
  );
  return async (database: Kysely<Tables>, changes: readonly ApplicationChange[]): Promise<void> => {
    const deltas = new Map<string, { row: object; applications: number }>();
    const count = (view: ApplicationView | undefined, by: 1 | -1) => {
      for (const row of view ? rowsOf(view) : []) {
        const id = key.map((column) => row[column as keyof typeof row]).join('\n');
        const delta = deltas.get(id) ?? { row, applications: 0 };
        delta.applications += by;
        deltas.set(id, delta);
      }
    };
    for (const { before, after } of changes) {
      count(before, -1);
      count(after, 1);
    }
    const changed = [...deltas.values()].filter(({ applications }) => applications !== 0);
    if (changed.length === 0) return;
    const rows = changed.map(({ row, applications }) => ({ ...row, applications }));
    await add(database, rows as unknown as Tables[Table][]);
    if (rows.every(({ applications }) => applications > 0)) return;
    await database.executeQuery(CompiledQuery.raw(`DELETE FROM ${table} WHERE applications = 0`));
  };
}

/** The table of a tally, and the index by which its empty rows are found. */
export async function createTally(
  database: Kysely<Tables>,
  table: Tallied,
  key: readonly string[],
): Promise<void> {
  let create = database.schema.createTable(table);
  for (const column of key) {
    const type = column === 'ended' ? 'integer' : 'text';
    create = create.addColumn(column, type, (made) => made.notNull());
  }
  await create
    .addColumn('applications', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint(`${table}_key`, [...key] as never)
    .execute();
  await database.schema
    .createIndex(`${table}_empty`)
    .on(table)
    .column('applications')
    .where('applications' as never, '=', 0 as never)
    .execute();
}
