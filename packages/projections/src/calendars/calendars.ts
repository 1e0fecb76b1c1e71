import type { CalendarDefinition, CalendarVersion } from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import { bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import type { Projection } from '../projector/projection.ts';

const insert = bulkWriter('calendar_versions', [
  'calendar',
  'version',
  'digest',
  'published_at',
  'definition',
]);

/** Every published version of every working calendar: what the clocks here are counted by. */
export const calendars: Projection = {
  name: 'calendars',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('calendar_versions')
      .addColumn('calendar', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('published_at', 'bigint', (column) => column.notNull())
      .addColumn('definition', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('calendar_versions_key', ['calendar', 'version'])
      .execute();
  },

  async project({ calendars: published }, database) {
    await insert(
      database,
      published.map(({ id, version, digest, publishedAt, definition }) => ({
        calendar: id,
        version,
        digest,
        published_at: publishedAt,
        definition: JSON.stringify(definition),
      })),
    );
  },
};

/** The versions of each calendar that have been projected, oldest first. */
export async function projectedCalendars(
  database: Kysely<Tables>,
): Promise<Map<string, CalendarVersion[]>> {
  const rows = await database
    .selectFrom('calendar_versions')
    .selectAll()
    .orderBy('calendar')
    .orderBy('version')
    .execute();
  const book = new Map<string, CalendarVersion[]>();
  for (const { calendar: id, version, digest, published_at: publishedAt, definition } of rows) {
    const versions = book.get(id) ?? [];
    // Parsed when its event was read.
    const parsed = JSON.parse(definition) as CalendarDefinition;
    versions.push({ id, version, digest, publishedAt, definition: parsed });
    book.set(id, versions);
  }
  return book;
}
