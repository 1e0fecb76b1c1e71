import type { Kysely } from 'kysely';
import { start } from '@satu-atap/event-store';
import { applicationQueries } from './applications/applications.ts';
import { clockQueries } from './clocks/clocks.ts';
import { countQueries } from './counts/counts.ts';
import { readCheckpoint } from './database/checkpoint.ts';
import { databaseTime } from './database/database-time.ts';
import type { Tables } from './database/tables.ts';
import { figureQueries } from './figures/figure-queries.ts';
import { historyQueries } from './history/history.ts';
import type { ReadModels } from './read-models.ts';
import { serviceQueries } from './services/services.ts';
import { suspensionQueries } from './suspensions/suspensions.ts';
import { worklistQueries } from './worklist/worklist.ts';

/** All queries over one database; it is asked for at each query, since a rebuild replaces it. */
export function readModelsOf(database: () => Kysely<Tables>): ReadModels {
  return {
    services: serviceQueries(database),
    applications: applicationQueries(database),
    history: historyQueries(database),
    worklist: worklistQueries(database),
    clocks: clockQueries(database),
    suspensions: suspensionQueries(database),
    counts: countQueries(database),
    time: async () => databaseTime(database()),
    figures: figureQueries(database),
    position: async () => (await readCheckpoint(database()))?.position ?? start,
  };
}
