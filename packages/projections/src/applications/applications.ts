import { activeStates, stateOf, type Application } from '@satu-atap/domain';
import { sql, type Kysely } from 'kysely';
import { decodeCursor, pageOf } from '../cursor.ts';
import { bulkWriter, replacing } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import { filtered } from './application-filter.ts';
import { localDate } from '../figures/local-dates.ts';
import type { ApplicationChange, Projection } from '../projector/projection.ts';
import type { ApplicationRow, ReadModels } from '../read-models.ts';

const columns = [
  'id',
  'office',
  'service',
  'service_version',
  'applicant_id',
  'applicant_name',
  'states',
  'units',
  'channel',
  'service_unit',
  'sla_status',
  'submitted_at',
  'submitted_on',
  'updated_at',
  'due_at',
  'due_on',
  'ended',
  'revision',
  'facts',
] as const;

/** What never changes after the first event; rewriting it would rewrite its indexes. */
const lasting = [
  'id',
  'office',
  'service',
  'applicant_id',
  'applicant_name',
  'channel',
  'submitted_at',
  'submitted_on',
];

const upsert = bulkWriter('applications', columns, replacing('id', columns, lasting));

/** Where every application stands: one row each, with its facts as the events tell them. */
export const applications: Projection = {
  name: 'applications',
  version: 4,

  async createTables(database) {
    await database.schema
      .createTable('applications')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('office', 'text', (column) => column.notNull())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('service_version', 'integer', (column) => column.notNull())
      .addColumn('applicant_id', 'text', (column) => column.notNull())
      .addColumn('applicant_name', 'text')
      .addColumn('states', 'text', (column) => column.notNull())
      .addColumn('units', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('service_unit', 'text', (column) => column.notNull())
      .addColumn('sla_status', 'text', (column) => column.notNull())
      .addColumn('submitted_at', 'bigint', (column) => column.notNull())
      .addColumn('submitted_on', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint')
      .addColumn('due_on', 'text')
      .addColumn('ended', 'integer', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('facts', 'text', (column) => column.notNull())
      .execute();
    for (const [index, by] of [
      ['applications_by_office', ['office', 'submitted_at', 'id']],
      ['applications_by_service', ['service', 'submitted_at', 'id']],
      ['applications_by_applicant', ['applicant_id', 'submitted_at', 'id']],
    ] as const) {
      await database.schema
        .createIndex(index)
        .on('applications')
        .columns([...by])
        .execute();
    }
  },

  async project({ changes }, database) {
    await upsert(database, changes.map(tableRow));
  },

  async erase({ id, application }, database) {
    await database
      .updateTable('applications')
      .set({
        applicant_name: application.applicant.name ?? null,
        facts: JSON.stringify(application),
      })
      .where('id', '=', id)
      .execute();
  },
};

export function applicationQueries(database: () => Kysely<Tables>): ReadModels['applications'] {
  return {
    async list(filter, page) {
      const after = decodeCursor<[number, string]>(page, 'number', 'string');
      const rows = await filtered(database(), filter)
        .$if(after !== undefined, (query) =>
          query.where(sql<boolean>`(submitted_at, id) < (${after?.[0] ?? 0}, ${after?.[1] ?? ''})`),
        )
        .orderBy('submitted_at', 'desc')
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
        .execute();
      return pageOf(rows, page, applicationRow, (row) => [row.submitted_at, row.id]);
    },
    async get(id) {
      const row = await database()
        .selectFrom('applications')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && { ...applicationRow(row), facts: JSON.parse(row.facts) as Application };
    },
  };
}

export function applicationRow(row: Tables['applications']): ApplicationRow {
  const { ended } = JSON.parse(row.facts) as Application;
  return {
    id: row.id,
    office: row.office,
    service: row.service,
    serviceVersion: row.service_version,
    applicant: {
      id: row.applicant_id,
      ...(row.applicant_name === null ? {} : { name: row.applicant_name }),
    },
    states: JSON.parse(row.states) as string[],
    units: JSON.parse(row.units) as string[],
    slaStatus: row.sla_status,
    submittedAt: new Date(row.submitted_at).toISOString(),
    updatedAt: row.updated_at,
    ...(row.due_at === null ? {} : { dueAt: new Date(row.due_at).toISOString() }),
    ...(ended ? { ended } : {}),
    revision: row.revision,
  };
}

function tableRow({ id, after }: ApplicationChange): Tables['applications'] {
  const { application, service, clocks, calendars } = after;
  const states = activeStates(application.value).toSorted();
  const units = new Set(states.map((path) => stateOf(service, path).unit));
  const submittedAt = Date.parse(application.submittedAt);
  const dueAt = clocks.find(({ id: clock }) => clock === 'service')?.dueAt;
  return {
    id,
    office: application.office,
    service: application.service.id,
    service_version: application.service.version,
    applicant_id: application.applicant.id,
    applicant_name: application.applicant.name ?? null,
    states: JSON.stringify(states),
    units: JSON.stringify([...units].toSorted()),
    channel: application.channel,
    service_unit: service.definition.unit,
    sla_status: after.slaStatus,
    submitted_at: submittedAt,
    submitted_on: localDate(submittedAt, calendars.timeZone),
    updated_at: after.updatedAt,
    due_at: dueAt ?? null,
    due_on: dueAt === undefined ? null : localDate(dueAt, calendars.timeZone),
    ended: application.ended ? 1 : 0,
    revision: after.revision,
    facts: JSON.stringify(application),
  };
}
