import { sql, type Kysely } from 'kysely';
import { openReadModels, type ReadModelsLocation } from '../database/open-read-models.ts';
import { tableKeys, type ReadModelTable } from '../database/table-keys.ts';
import type { Tables } from '../database/tables.ts';

/** Every row of every read model, in key order: two databases with equal dumps say the same. */
export async function dump(database: Kysely<Tables>) {
  const tables = Object.entries(tableKeys) as [ReadModelTable, readonly string[]][];
  const dumped = [];
  for (const [table, keys] of tables) {
    const order = sql.join(keys.map((key) => sql.ref(key)));
    const { rows } = await sql`SELECT * FROM ${sql.table(table)} ORDER BY ${order}`.execute(
      database,
    );
    dumped.push([table, rows] as const);
  }
  return Object.fromEntries(dumped) as Record<ReadModelTable, unknown[]>;
}

/** The newest complete read models of a place, to be read beside a running engine. */
export async function openForDump(at: string | ReadModelsLocation): Promise<Kysely<Tables>> {
  const place = openReadModels(typeof at === 'string' ? { folder: at } : at);
  try {
    for (const generation of (await place.generations()).toReversed()) {
      if ((await place.checkpoint(generation))?.complete) return place.reader(generation);
    }
  } finally {
    await place.close();
  }
  throw new Error('there are no complete read models');
}
