import {
  lookAt,
  marksInForce,
  nextMark,
  openMarks,
  parkedMark,
  type ParkedMark,
} from '@satu-atap/domain';
import { sql, type Kysely } from 'kysely';
import { decodeCursor, pageOf } from '../cursor.ts';
import { bulkDeleter, bulkWriter } from '../database/bulk.ts';
import type { Tables } from '../database/tables.ts';
import { changedRows } from '../projector/changed-rows.ts';
import type { ApplicationView, Projection } from '../projector/projection.ts';
import type { ClockRow, ReadModels } from '../read-models.ts';

const key = ['application', 'clock'] as const;
/** What changes while a clock runs; who answers for it and its standard when the file migrates. */
const moving = [
  'unit',
  'standard',
  'mode',
  'ended_at',
  'due_at',
  'warn_at',
  'warned_at',
  'breached_at',
  'next_mark',
  'next_mark_at',
  'parked',
] as const;

const remove = bulkDeleter('clocks', key);
const put = bulkWriter(
  'clocks',
  [...key, 'office', 'service', 'started_at', ...moving],
  `ON CONFLICT (${key.join(', ')}) DO UPDATE SET
    ${moving.map((column) => `${column} = excluded.${column}`).join(', ')}`,
);

/** Where a clock without a due date sorts: after every other. */
const never = Number.MAX_SAFE_INTEGER;

/** Every promise that is being kept, and the due-list that the SLA monitor works through. */
export const clocks: Projection = {
  name: 'clocks',
  version: 3,

  async createTables(database) {
    await database.schema
      .createTable('clocks')
      .addColumn('application', 'text', (column) => column.notNull())
      .addColumn('clock', 'text', (column) => column.notNull())
      .addColumn('office', 'text', (column) => column.notNull())
      .addColumn('service', 'text', (column) => column.notNull())
      .addColumn('unit', 'text', (column) => column.notNull())
      .addColumn('mode', 'text', (column) => column.notNull())
      .addColumn('standard', 'text', (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('due_at', 'bigint')
      .addColumn('warn_at', 'bigint')
      .addColumn('warned_at', 'text')
      .addColumn('breached_at', 'text')
      .addColumn('next_mark', 'text')
      .addColumn('next_mark_at', 'bigint')
      .addColumn('parked', 'text')
      .addPrimaryKeyConstraint('clocks_key', ['application', 'clock'])
      .execute();
    await database.schema
      .createIndex('clocks_due')
      .on('clocks')
      .columns(['next_mark_at', 'application', 'clock'])
      .where('next_mark_at', 'is not', null)
      .execute();
    await database.schema
      .createIndex('clocks_parked')
      .on('clocks')
      .columns(['application', 'clock'])
      .where(sql<boolean>`parked IS NOT NULL`)
      .execute();
  },

  async project({ changes }, database) {
    const { gone, changed } = changedRows(changes, openClocks, key);
    await remove(database, gone);
    await put(database, changed);
  },
};

export function clockQueries(database: () => Kysely<Tables>): ReadModels['clocks'] {
  return {
    async list({ office, unit, service, status }, page) {
      const after = decodeCursor<[number, string, string]>(page, 'number', 'string', 'string');
      const due = sql<number>`coalesce(due_at, ${sql.lit(never)})`;
      const rows = await database()
        .selectFrom('clocks')
        .selectAll()
        .select(due.as('due'))
        // A breach may wait to be recorded of a clock that has ended.
        .$if(status !== 'parked', (query) => query.where('mode', '<>', 'ended'))
        .$if(office !== undefined, (query) => query.where('office', '=', office ?? ''))
        .$if(unit !== undefined, (query) => query.where('unit', '=', unit ?? ''))
        .$if(service !== undefined, (query) => query.where('service', '=', service ?? ''))
        .$if(status === 'running', (query) => query.where('mode', '=', 'running'))
        .$if(status === 'paused', (query) => query.where('mode', '<>', 'running'))
        .$if(status === 'warned', (query) =>
          query.where('warned_at', 'is not', null).where('breached_at', 'is', null),
        )
        .$if(status === 'breached', (query) => query.where('breached_at', 'is not', null))
        .$if(status === 'parked', (query) => query.where('parked', 'is not', null))
        .$if(after !== undefined, (query) =>
          query.where(
            sql<boolean>`(${due}, application, clock) > (${after?.[0] ?? 0}, ${after?.[1] ?? ''}, ${after?.[2] ?? ''})`,
          ),
        )
        .orderBy(due)
        .orderBy('application')
        .orderBy('clock')
        .limit(page.limit + 1)
        .execute();
      return pageOf(rows, page, clockRow, (row) => [row.due, row.application, row.clock]);
    },

    async of(application) {
      const rows = await database()
        .selectFrom('clocks')
        .selectAll()
        .where('application', '=', application)
        .orderBy('started_at')
        .orderBy('clock')
        .execute();
      return rows.map(clockRow);
    },

    async parked() {
      const { parked } = await database()
        .selectFrom('clocks')
        .select((eb) => eb.fn.countAll().as('parked'))
        .where('parked', 'is not', null)
        .executeTakeFirstOrThrow();
      return Number(parked);
    },

    async due(now, limit, after) {
      const rows = await database()
        .selectFrom('clocks')
        .select(['application', 'clock', 'next_mark', 'next_mark_at'])
        .where('next_mark_at', '<=', now.epochMilliseconds)
        .$if(after !== undefined, (query) =>
          query.where(
            sql<boolean>`(next_mark_at, application, clock) > (${after?.at ?? 0}, ${after?.application ?? ''}, ${after?.clock ?? ''})`,
          ),
        )
        .orderBy('next_mark_at')
        .orderBy('application')
        .orderBy('clock')
        .limit(limit)
        .execute();
      return rows.flatMap(({ application, clock, next_mark: mark, next_mark_at: at }) =>
        mark === null || at === null ? [] : [{ application, clock, mark, at }],
      );
    },
  };
}

function openClocks(id: string, { application, clocks: all }: ApplicationView): Tables['clocks'][] {
  return all.flatMap((clock) => {
    const next = nextMark(application, clock);
    if (clock.mode === 'ended' && !next) return [];
    const recorded = marksInForce(application, clock);
    const parked = application.parked
      ? openMarks(application, clock).flatMap((due) => parkedMark(application, clock.id, due) ?? [])
      : [];
    return [
      {
        application: id,
        clock: clock.id,
        office: application.office,
        service: application.service.id,
        unit: clock.unit,
        mode: clock.mode,
        standard: JSON.stringify(clock.standard),
        started_at: clock.startedAt,
        ended_at: clock.endedAt ?? null,
        due_at: clock.dueAt ?? null,
        warn_at: clock.warnAt ?? null,
        warned_at: recorded.warnedAt ?? null,
        breached_at: recorded.breachedAt ?? null,
        next_mark: next?.mark ?? null,
        next_mark_at: next ? lookAt(next) : null,
        parked: parked[0] ? JSON.stringify(parked[0]) : null,
      },
    ];
  });
}

function clockRow(row: Tables['clocks']): ClockRow {
  const iso = (instant: number) => new Date(instant).toISOString();
  return {
    application: row.application,
    office: row.office,
    service: row.service,
    clock: row.clock,
    unit: row.unit,
    mode: row.mode as ClockRow['mode'],
    standard: JSON.parse(row.standard) as ClockRow['standard'],
    startedAt: iso(row.started_at),
    ...(row.ended_at === null ? {} : { endedAt: iso(row.ended_at) }),
    ...(row.due_at === null ? {} : { dueAt: iso(row.due_at) }),
    ...(row.warn_at === null ? {} : { warnAt: iso(row.warn_at) }),
    ...(row.warned_at === null ? {} : { warnedAt: row.warned_at }),
    ...(row.breached_at === null ? {} : { breachedAt: row.breached_at }),
    ...(row.parked === null ? {} : { parked: parkedOf(row.parked) }),
  };
}

function parkedOf(parked: string): ClockRow['parked'] & {} {
  const { mark, dueAt, since, attempts, retryAt, reason } = JSON.parse(parked) as ParkedMark;
  return { mark, dueAt, since, attempts, retryAt, reason };
}
