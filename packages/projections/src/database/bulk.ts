import { CompiledQuery, PostgresAdapter, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Rows a statement: few sizes, so that their statements stay prepared. */
const sizes = [256, 64, 16, 4, 1] as const;

type Value = string | number | null;

/**
 * Writes many rows of one table. Statements are built once a table and size: a query builder's
 * cost for each value would be most of the time of a rebuild.
 */
export function bulkWriter<Table extends keyof Tables>(
  table: Table,
  columns: readonly (keyof Tables[Table] & string)[],
  onConflict: '' | `ON CONFLICT ${string}` = '',
) {
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES`;
  return inBulk<Tables[Table]>(columns, (rows) => `${insert} ${rows} ${onConflict}`);
}

/** Deletes many rows of one table by their key, whose columns are text. */
export function bulkDeleter<Table extends keyof Tables>(
  table: Table,
  key: readonly (keyof Tables[Table] & string)[],
) {
  return inBulk<Tables[Table]>(
    key,
    (rows) => `DELETE FROM ${table} WHERE (${key.join(', ')}) IN (VALUES ${rows})`,
  );
}

/** Reads many rows of one table by their key, whose columns are text. */
export function bulkReader<Table extends keyof Tables>(
  table: Table,
  key: readonly (keyof Tables[Table] & string)[],
) {
  const read = inBulk<Record<string, unknown>>(
    key,
    (rows) => `SELECT * FROM ${table} WHERE (${key.join(', ')}) IN (VALUES ${rows})`,
  );
  return async (database: Kysely<Tables>, keys: readonly Record<string, unknown>[]) =>
    (await read(database, keys)) as Tables[Table][];
}

/**
 * PostgreSQL's statements, by their text, and the names under which a connection prepares them: a
 * text of some thousand parameters takes longer to parse than its rows to insert.
 */
export const preparedStatements: ReadonlyMap<string, string> = new Map<string, string>();

function inBulk<Row>(columns: readonly (keyof Row & string)[], sql: (rows: string) => string) {
  const statementsWith = (placeholder: (index: number) => string) =>
    sizes.map((size) => {
      const rows = Array.from({ length: size }, (_, row) => {
        const values = columns.map((_column, index) => placeholder(row * columns.length + index));
        return `(${values.join(', ')})`;
      });
      return { size, statement: sql(rows.join(', ')) };
    });
  const forSqlite = statementsWith(() => '?');
  const forPostgres = statementsWith((index) => `$${index + 1}`);
  for (const { statement } of forPostgres) prepare(statement);
  return async (database: Kysely<Tables>, rows: readonly Row[]): Promise<unknown[]> => {
    const answers: unknown[] = [];
    const isPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
    let done = 0;
    for (const { size, statement } of isPostgres ? forPostgres : forSqlite) {
      while (rows.length - done >= size) {
        const parameters: Value[] = [];
        for (let index = done; index < done + size; index++) {
          const values = rows[index];
          for (const column of columns) parameters.push(values?.[column] as Value);
        }
        const answer = await database.executeQuery(CompiledQuery.raw(statement, parameters));
        answers.push(...answer.rows);
        done += size;
      }
    }
    return answers;
  };
}

function prepare(statement: string): void {
  const prepared = preparedStatements as Map<string, string>;
  prepared.set(statement, `bulk_${prepared.size}`);
}

/** `ON CONFLICT (key) DO UPDATE SET` every column that is not lasting. */
export function replacing(
  key: string,
  columns: readonly string[],
  lasting: readonly string[],
): `ON CONFLICT ${string}` {
  const set = columns
    .filter((column) => !lasting.includes(column))
    .map((column) => `${column} = excluded.${column}`);
  return `ON CONFLICT (${key}) DO UPDATE SET ${set.join(', ')}`;
}

/** Calls with at most so many values at a time: databases limit a statement's parameters. */
export async function inChunks<T>(
  values: readonly T[],
  size: number,
  each: (chunk: T[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < values.length; from += size)
    await each(values.slice(from, from + size));
}
