import { sql, type Kysely } from 'kysely';
import { generationsIn, openReader } from '../database/generation.ts';
import type { Tables } from '../database/tables.ts';

/** Every row of every read model, in key order: two databases with equal dumps say the same. */
export async function dump(database: Kysely<Tables>) {
  const all = async (table: keyof Tables, keys: readonly string[]) => {
    const order = sql.join(keys.map((key) => sql.ref(key)));
    const { rows } = await sql`SELECT * FROM ${sql.table(table)} ORDER BY ${order}`.execute(
      database,
    );
    return rows;
  };
  return {
    service_versions: await all('service_versions', ['service', 'version']),
    service_actions: await all('service_actions', ['service', 'version', 'state', 'unit', 'role']),
    applications: await all('applications', ['id']),
    application_states: await all('application_states', ['application', 'state', 'unit']),
    history: await all('history', ['application', 'revision']),
    clocks: await all('clocks', ['application', 'clock']),
    counts: await all('counts', ['office', 'unit', 'service', 'state', 'sla_status', 'ended']),
  };
}

/** The newest read models of a folder, to be read beside a running engine. */
export async function openForDump(folder: string): Promise<Kysely<Tables>> {
  const newest = generationsIn(folder).at(-1);
  if (newest === undefined) throw new Error(`${folder} has no read models`);
  return openReader(folder, newest);
}
