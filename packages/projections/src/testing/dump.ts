import { sql, type Kysely } from 'kysely';
import { openReadModels, type ReadModelsLocation } from '../database/open-read-models.ts';
import type { Tables } from '../database/tables.ts';

const openKey = ['level', 'office', 'unit', 'service', 'state', 'officer', 'channel'] as const;
const cell = ['period', 'office', 'unit', 'service', 'channel'] as const;

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
    calendar_versions: await all('calendar_versions', ['calendar', 'version']),
    services: await all('services', ['id']),
    service_versions: await all('service_versions', ['service', 'version']),
    service_actions: await all('service_actions', ['service', 'version', 'state', 'unit', 'role']),
    applications: await all('applications', ['id']),
    application_states: await all('application_states', ['application', 'state', 'unit']),
    history: await all('history', ['application', 'revision']),
    issued: await all('issued', ['application', 'output']),
    suspensions: await all('suspensions', ['application']),
    clocks: await all('clocks', ['application', 'clock']),
    visits: await all('visits', ['application', 'visit']),
    finished: await all('finished', ['application']),
    open_files: await all('open_files', [...openKey, 'sla_status']),
    open_due: await all('open_due', [...openKey, 'due_on']),
    open_ages: await all('open_ages', ['office', 'unit', 'began_on', 'service', 'channel']),
    file_figures: await all('file_figures', cell),
    file_outcomes: await all('file_outcomes', [...cell, 'outcome']),
    step_figures: await all('step_figures', ['period', 'office', 'unit', 'service', 'state']),
    officer_figures: await all('officer_figures', [
      'period',
      'office',
      'unit',
      'service',
      'officer',
    ]),
    figure_marks: await all('figure_marks', ['office']),
    counts: await all('counts', ['office', 'unit', 'service', 'state', 'sla_status', 'ended']),
  };
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
