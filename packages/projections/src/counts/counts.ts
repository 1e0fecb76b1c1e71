import { activeStates, stateOf } from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import { bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import type { ReadModels } from '../read-models.ts';

const key = ['office', 'unit', 'service', 'state', 'sla_status', 'ended'] as const;

const add = bulkWriter(
  'counts',
  [...key, 'applications'],
  `ON CONFLICT (${key.join(', ')}) DO UPDATE SET applications = counts.applications + excluded.applications`,
);

/** How many applications stand where: kept up to date, so that a supervisor's question is one read. */
export const counts: Projection = {
  name: 'counts',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('counts')
      .addColumn('office', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('sla_status', 'text', (column) => column.notNull())
      .addColumn('ended', 'integer', (column) => column.notNull())
      .addColumn('applications', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('counts_key', [...key])
      .execute();
    await database.schema
      .createIndex('counts_empty')
      .on('counts')
      .column('applications')
      .where('applications', '=', 0)
      .execute();
  },

  async project({ changes }, database) {
    const deltas = new Map<string, Tables['counts']>();
    const count = (view: ApplicationView | undefined, by: 1 | -1) => {
      for (const row of view ? countedAs(view) : []) {
        const id = key.map((column) => row[column]).join('\n');
        const delta = deltas.get(id) ?? row;
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
    await add(database, changed);
    // Rows that nothing stands in go, so that the table does not depend on how events were batched.
    await database.deleteFrom('counts').where('applications', '=', 0).execute();
  },
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
function countedAs({ application, service, slaStatus }: ApplicationView): Tables['counts'][] {
  return activeStates(application.value).map((state) => ({
    office: application.office,
    unit: stateOf(service, state).unit,
    service: application.service.id,
    state,
    sla_status: slaStatus,
    ended: application.ended ? 1 : 0,
    applications: 0,
  }));
}
