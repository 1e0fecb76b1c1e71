import type { ServiceDefinition } from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import { bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import type { Projection } from '../projector/projection.ts';
import type { ReadModels, ServiceRow } from '../read-models.ts';

const insertVersions = bulkWriter('service_versions', [
  'service',
  'version',
  'digest',
  'kind',
  'unit',
  'published_at',
  'definition',
]);
const insertActions = bulkWriter(
  'service_actions',
  ['service', 'version', 'state', 'unit', 'role'],
  'ON CONFLICT DO NOTHING',
);

/** Every published version of every service, and who may act in its states. */
export const services: Projection = {
  name: 'services',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('service_versions')
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('published_at', 'text', (column) => column.notNull())
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

  async project({ published }, database) {
    await insertVersions(
      database,
      published.map(({ event, metadata, service }) => ({
        service: service.id,
        version: service.version,
        digest: service.digest,
        kind: service.definition.kind,
        unit: service.definition.unit,
        published_at: metadata.occurredAt,
        definition: JSON.stringify(event.data.definition),
      })),
    );
    await insertActions(
      database,
      published.flatMap(({ service }) =>
        [...service.states.values()].flatMap(({ path, actions }) =>
          actions
            .filter(({ source }) => source !== '')
            .flatMap(({ unit, definition }) =>
              definition.roles.map((role) => ({
                service: service.id,
                version: service.version,
                state: path,
                unit,
                role,
              })),
            ),
        ),
      ),
    );
  },
};

export function serviceQueries(database: () => Kysely<Tables>): ReadModels['services'] {
  const newest = () =>
    database()
      .selectFrom('service_versions as one')
      .selectAll()
      .where((eb) =>
        eb(
          'version',
          '=',
          eb
            .selectFrom('service_versions as all')
            .select((one) => one.fn.max('all.version').as('newest'))
            .whereRef('all.service', '=', 'one.service'),
        ),
      );
  return {
    async list({ unit, kind } = {}) {
      const rows = await newest()
        .$if(unit !== undefined, (query) => query.where('unit', '=', unit ?? ''))
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
        .orderBy('service')
        .execute();
      return rows.map(serviceRow);
    },
    async get(id) {
      const row = await newest().where('service', '=', id).executeTakeFirst();
      return row && serviceRow(row);
    },
  };
}

function serviceRow(row: Tables['service_versions']): ServiceRow {
  // Parsed when its event was read; a list of hundreds must not pay for that again.
  const definition = JSON.parse(row.definition) as ServiceDefinition;
  return {
    id: row.service,
    version: row.version,
    digest: row.digest,
    kind: definition.kind,
    unit: row.unit,
    title: definition.title,
    publishedAt: row.published_at,
    definition,
  };
}
