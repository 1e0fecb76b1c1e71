import type { Retirement, ServiceDefinition } from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import { bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import type { ProjectedServiceEvent, Projection } from '../projector/projection.ts';
import type { ReadModels, ServiceRow, VersionRow } from '../read-models.ts';

const upsertServices = bulkWriter(
  'services',
  ['id', 'unit', 'revision', 'retirement'],
  'ON CONFLICT (id) DO UPDATE SET revision = excluded.revision',
);
const insertVersions = bulkWriter('service_versions', [
  'service',
  'version',
  'digest',
  'kind',
  'unit',
  'published_at',
  'published_by',
  'withdrawal',
  'definition',
]);
const insertActions = bulkWriter(
  'service_actions',
  ['service', 'version', 'state', 'unit', 'role'],
  'ON CONFLICT DO NOTHING',
);

/** Every service with its published versions, and who may act in their states. */
export const services: Projection = {
  name: 'services',
  version: 2,

  async createTables(database) {
    await database.schema
      .createTable('services')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('retirement', 'text')
      .execute();
    await database.schema
      .createTable('service_versions')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('published_at', 'text', (column) => column.notNull())
      .addColumn('published_by', 'text', (column) => column.notNull())
      .addColumn('withdrawal', 'text')
      .addColumn('definition', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('service_versions_key', ['service', 'version'])
      .execute();
    await database.schema
      .createTable('service_actions')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('service_actions_key', [
        'service',
        'version',
        'state',
        'unit',
        'role',
      ])
      .execute();
  },

  async project({ services: happened }, database) {
    const touched = new Map(happened.map((one) => [one.service, serviceOf(one)]));
    await upsertServices(database, [...touched.values()]);
    const published = happened.filter((one) => 'compiled' in one);
    await insertVersions(
      database,
      published.map(({ event, metadata, compiled }) => ({
        service: compiled.id,
        version: compiled.version,
        digest: compiled.digest,
        kind: compiled.definition.kind,
        unit: compiled.definition.unit,
        published_at: metadata.occurredAt,
        published_by: metadata.actor.id,
        withdrawal: null,
        definition: JSON.stringify(event.data.definition),
      })),
    );
    await insertActions(
      database,
      published.flatMap(({ compiled: { id: service, version, states } }) =>
        [...states.values()].flatMap(({ path: state, actions }) =>
          actions
            .filter(({ source }) => source !== '')
            .flatMap(({ unit, definition }) =>
              definition.roles.map((role) => ({ service, version, state, unit, role })),
            ),
        ),
      ),
    );
    // Their rows are there: whatever is taken back was published before.
    for (const one of happened) await projectEnd(one, database);
  },
};

/** A row for the upsert; what it says of a retirement holds for a service's first event alone. */
function serviceOf({ service: id, revision }: ProjectedServiceEvent): Tables['services'] {
  const [unit = ''] = id.split('.', 1);
  return { id, unit, revision, retirement: null };
}

/** What an event ends, or takes back: rare, so one by one. */
async function projectEnd(
  { service, event, metadata }: ProjectedServiceEvent,
  database: Kysely<Tables>,
): Promise<void> {
  if (event.type === 'VersionWithdrawn') {
    const { version, reason, orderedBy } = event.data;
    const by = orderedBy ?? metadata.actor.id;
    await database
      .updateTable('service_versions')
      .set({ withdrawal: JSON.stringify({ at: metadata.occurredAt, by, reason }) })
      .where('service', '=', service)
      .where('version', '=', version)
      .execute();
  } else if (event.type !== 'ServicePublished') {
    const { type, data } = event;
    const retirement = type === 'ServiceRetired' ? retirementOf(data) : null;
    await database.updateTable('services').set({ retirement }).where('id', '=', service).execute();
  }
}

function retirementOf({ from, reason, legalBasis }: Retirement): string {
  return JSON.stringify({ from, reason, legalBasis } satisfies Retirement);
}

export function serviceQueries(database: () => Kysely<Tables>): ReadModels['services'] {
  const shown = () =>
    database()
      .selectFrom('service_versions as one')
      .innerJoin('services', 'services.id', 'one.service')
      .selectAll('one')
      .select(['services.revision', 'services.retirement'])
      .where((eb) => {
        const newest = (inForce: boolean) =>
          eb
            .selectFrom('service_versions as all')
            .select((all) => all.fn.max('all.version').as('newest'))
            .whereRef('all.service', '=', 'one.service')
            .$if(inForce, (query) => query.where('all.withdrawal', 'is', null));
        return eb('one.version', '=', eb.fn.coalesce(newest(true), newest(false)));
      });
  return {
    async list({ unit, kind } = {}) {
      const rows = await shown()
        .$if(unit !== undefined, (query) => query.where('one.unit', '=', unit ?? ''))
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
        .orderBy('service')
        .execute();
      return rows.map(serviceRow);
    },
    async get(id) {
      const row = await shown().where('service', '=', id).executeTakeFirst();
      return row && serviceRow(row);
    },
    async versions(id) {
      const rows = await versionsOf(database(), id).orderBy('version', 'desc').execute();
      return rows.map(versionRow);
    },
    async version(id, version) {
      const row = await versionsOf(database(), id)
        .where('version', '=', version)
        .executeTakeFirst();
      return row && versionRow(row);
    },
  };
}

function versionsOf(database: Kysely<Tables>, id: string) {
  return database.selectFrom('service_versions').selectAll().where('service', '=', id);
}

type ShownService = Tables['service_versions'] &
  Pick<Tables['services'], 'revision' | 'retirement'>;

// What rows hold as JSON was parsed when its event was read; a list of hundreds must not pay for
// that again.
function serviceRow(row: ShownService): ServiceRow {
  const definition = JSON.parse(row.definition) as ServiceDefinition;
  return {
    id: row.service,
    version: row.version,
    digest: row.digest,
    kind: definition.kind,
    unit: row.unit,
    title: definition.title,
    publishedAt: row.published_at,
    ...(row.retirement === null ? {} : { retirement: JSON.parse(row.retirement) as Retirement }),
    withdrawn: row.withdrawal !== null,
    revision: row.revision,
    definition,
  };
}

function versionRow(row: Tables['service_versions']): VersionRow {
  return {
    version: row.version,
    digest: row.digest,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
    ...(row.withdrawal === null
      ? {}
      : { withdrawn: JSON.parse(row.withdrawal) as NonNullable<VersionRow['withdrawn']> }),
    definition: JSON.parse(row.definition) as ServiceDefinition,
  };
}
