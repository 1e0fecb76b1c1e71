import { pauseFigures, pausesOf } from '@satu-atap/domain';
import { sql, type Kysely } from 'kysely';
import { decodeCursor, pageOf } from '../cursor.ts';
import { bulkDeleter, bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import { changedRows } from '../projector/changed-rows.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import type { ReadModels, SuspensionRow } from '../read-models.ts';

const key = ['application'] as const;
const moving = [
  'unit',
  'times',
  'minutes',
  'shortly_before_due',
  'last_at',
  'standing',
  'ended',
] as const;

const remove = bulkDeleter('suspensions', key);
const put = bulkWriter(
  'suspensions',
  [...key, 'office', 'service', ...moving],
  `ON CONFLICT (application) DO UPDATE SET
    ${moving.map((column) => `${column} = excluded.${column}`).join(', ')}`,
);

/** Applications whose promise stood still, how often, how long, and whether just before it was due. */
export const suspensions: Projection = {
  name: 'suspensions',
  version: 1,

  async createTables(database) {
    await database.schema
      .createTable('suspensions')
      .addColumn('application', 'text', (column) => column.notNull().primaryKey())
      .addColumn('office', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('times', 'integer', (column) => column.notNull())
      .addColumn('minutes', 'integer', (column) => column.notNull())
      .addColumn('shortly_before_due', 'integer', (column) => column.notNull())
      .addColumn('last_at', 'bigint', (column) => column.notNull())
      .addColumn('standing', 'integer', (column) => column.notNull())
      .addColumn('ended', 'integer', (column) => column.notNull())
      .execute();
    const order = ['shortly_before_due', 'times', 'application'];
    const byFigure = database.schema.createIndex('suspensions_by_figure').on('suspensions');
    await byFigure.columns(order).execute();
    const byOffice = database.schema.createIndex('suspensions_by_office').on('suspensions');
    await byOffice.columns(['office', ...order]).execute();
  },

  async project({ changes }, database) {
    const { gone, changed } = changedRows(changes, suspended, key);
    await remove(database, gone);
    await put(database, changed);
  },
};

function suspended(
  id: string,
  { application, clocks, calendars }: ApplicationView,
): Tables['suspensions'][] {
  const clock = clocks.find((one) => one.id === 'service');
  const last = clock?.pauses.at(-1);
  if (!clock || !last) return [];
  const pauses = pausesOf(clock, calendars.of(clock.unit, clock.endedAt));
  const { count, minutes, shortlyBeforeDue } = pauseFigures(pauses);
  return [
    {
      application: id,
      office: application.office,
      unit: clock.unit,
      service: application.service.id,
      times: count,
      minutes: Math.round(minutes),
      shortly_before_due: shortlyBeforeDue,
      last_at: last.from,
      standing: last.to === undefined ? 1 : 0,
      ended: application.ended ? 1 : 0,
    },
  ];
}

export function suspensionQueries(database: () => Kysely<Tables>): ReadModels['suspensions'] {
  return {
    async list({ office, unit, service, shortlyBeforeDue, ended }, page) {
      const after = decodeCursor<[number, number, string]>(page, 'number', 'number', 'string');
      const rows = await database()
        .selectFrom('suspensions')
        .selectAll()
        .$if(office !== undefined, (query) => query.where('office', '=', office ?? ''))
        .$if(unit !== undefined, (query) => query.where('unit', '=', unit ?? ''))
        .$if(service !== undefined, (query) => query.where('service', '=', service ?? ''))
        .$if(shortlyBeforeDue !== undefined, (query) =>
          query.where('shortly_before_due', shortlyBeforeDue ? '>' : '=', 0),
        )
        .$if(ended !== undefined, (query) => query.where('ended', '=', ended ? 1 : 0))
        .$if(after !== undefined, (query) =>
          query.where(
            sql<boolean>`(shortly_before_due, times, application) < (${after?.[0] ?? 0}, ${after?.[1] ?? 0}, ${after?.[2] ?? ''})`,
          ),
        )
        .orderBy('shortly_before_due', 'desc')
        .orderBy('times', 'desc')
        .orderBy('application', 'desc')
        .limit(page.limit + 1)
        .execute();
      return pageOf(rows, page, suspensionRow, (row) => [
        row.shortly_before_due,
        row.times,
        row.application,
      ]);
    },
  };
}

function suspensionRow(row: Tables['suspensions']): SuspensionRow {
  const { shortly_before_due: shortlyBeforeDue, last_at: lastAt, standing, ended, ...rest } = row;
  return {
    ...rest,
    shortlyBeforeDue,
    lastAt: new Date(lastAt).toISOString(),
    standing: standing === 1,
    ended: ended === 1,
  };
}
