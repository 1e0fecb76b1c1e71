import { CompiledQuery, type Kysely } from 'kysely';
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
  const row = `(${columns.map(() => '?').join(', ')})`;
  const statements = new Map(
    sizes.map((size) => [
      size,
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: size }, () => row).join(', ')} ${onConflict}`,
    ]),
  );
  return async (database: Kysely<Tables>, rows: readonly Tables[Table][]): Promise<void> => {
    let written = 0;
    for (const size of sizes) {
      while (rows.length - written >= size) {
        const parameters: Value[] = [];
        for (let index = written; index < written + size; index++) {
          const values = rows[index];
          for (const column of columns) parameters.push(values?.[column] as Value);
        }
        await database.executeQuery(CompiledQuery.raw(statements.get(size) ?? '', parameters));
        written += size;
      }
    }
  };
}

/** `ON CONFLICT (keys) DO UPDATE SET` every other column. */
export function replacing(
  keys: readonly string[],
  columns: readonly string[],
): `ON CONFLICT ${string}` {
  const set = columns
    .filter((column) => !keys.includes(column))
    .map((column) => `${column} = excluded.${column}`);
  return `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${set.join(', ')}`;
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
