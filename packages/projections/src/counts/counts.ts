import { activeStates, stateOf } from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { createTally, tally } from '../database/tally.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import type { ReadModels } from '../read-models.ts';

const key = ['office', 'unit', 'service', 'state', 'sla_status', 'ended'] as const;

const count = tally('counts', key, countedAs);

/** How many applications stand where: kept up to date, so that a supervisor's question is one read. */
export const counts: Projection = {
  name: 'counts',
  version: 1,

  createTables: (database) => createTally(database, 'counts', key),
  project: ({ changes }, database) => count(database, changes),
};

export function countQueries(database: () => Kysely<Tables>): ReadModels['counts'] {
  return {
    async list({ office, unit, service }) {
      const rows = await database()
        .selectFrom('counts')
        .selectAll()
        .$if(office !== undefined, (query) => query.where('office', '=', office ?? ''))
        .$if(unit !== undefined, (query) => query.where('unit', '=', unit ?? ''))
        .$if(service !== undefined, (query) => query.where('service', '=', service ?? ''))
        .orderBy('office')
        .orderBy('unit')
        .orderBy('service')
        .orderBy('state')
        .orderBy('sla_status')
        .execute();
      return rows.map(({ sla_status: slaStatus, ended, ...row }) => ({
        ...row,
        slaStatus,
        ended: ended === 1,
      }));
    },
  };
}

/** An application under review by two units counts once in each of their states. */
function countedAs({
  application,
  service,
  slaStatus,
}: ApplicationView): Omit<Tables['counts'], 'applications'>[] {
  return activeStates(application.value).map((state) => ({
    office: application.office,
    unit: stateOf(service, state).unit,
    service: application.service.id,
    state,
    sla_status: slaStatus,
    ended: application.ended ? 1 : 0,
  }));
}
