import { sql, type Kysely } from 'kysely';
import { equal } from '../database/equal.ts';
import type { Tables } from '../database/tables.ts';
import { FinishedSum, VisitSum } from './figure-sums.ts';
import type {
  Between,
  FigureFilter,
  FigureQueries,
  OfficerFigures,
  TrendInterval,
} from './figures.ts';
import { noneOpen, openFigures } from './open-queries.ts';
import { keyOf, placeOf } from './places.ts';
import { mondayOf, periodsBetween } from './periods.ts';

export function figureQueries(database: () => Kysely<Tables>): FigureQueries {
  return {
    async files(by, filter, { between, todays }) {
      const level = by.includes('unit') || filter.unit !== undefined ? 'unit' : 'file';
      const open = await openFigures(database(), { level, by, filter: { ...filter }, todays });
      const keyOfRow = (row: object) => keyOf(by, row);
      const sums = await finishedSums(database(), filter, periodsIn(between), keyOfRow);
      return keysOf(by, open, sums).map((key) => ({
        ...placeOf(by, key),
        now: open.get(key) ?? noneOpen(),
        period: (sums.get(key) ?? new FinishedSum()).figures(),
      }));
    },

    async steps(by, { step: state, ...filter }, { between, todays }) {
      const columns = by.map((one) => (one === 'step' ? 'state' : one));
      const narrowed = { ...filter, state };
      const open = await openFigures(database(), {
        level: 'step',
        by: columns,
        filter: narrowed,
        todays,
      });
      const rows = await database()
        .selectFrom('step_figures')
        .selectAll()
        .where('period', 'in', periodsIn(between))
        .where(equal(narrowed))
        .execute();
      const sums = visitSums(rows, columns);
      return keysOf(by, open, sums).map((key) => ({
        ...placeOf(by, key),
        now: open.get(key) ?? noneOpen(),
        period: (sums.get(key) ?? new VisitSum()).figures(),
      }));
    },

    async officers(filter, { between, todays }) {
      const by = ['office', 'unit', 'officer'] as const;
      const open = await openFigures(database(), {
        level: 'officer',
        by,
        filter: { ...filter },
        todays,
      });
      const rows = await database()
        .selectFrom('officer_figures')
        .selectAll()
        .where('period', 'in', periodsIn(between))
        .where(equal({ ...filter }))
        .execute();
      const sums = visitSums(rows, by);
      return keysOf(by, open, sums).map((key): OfficerFigures => ({
        ...(placeOf(by, key) as Pick<OfficerFigures, (typeof by)[number]>),
        now: open.get(key) ?? noneOpen(),
        period: (sums.get(key) ?? new VisitSum()).figures(),
      }));
    },

    async trend(interval, filter, { between }) {
      const intervals = intervalsOf(interval, between);
      const starts = new Map(
        intervals.flatMap((one) => periodsIn(one).map((at) => [at, one.from.toString()] as const)),
      );
      const startOf = ({ period }: { period: string }) => starts.get(period) ?? '';
      const sums = await finishedSums(database(), filter, [...starts.keys()], startOf);
      return intervals.map(({ from, to }) => ({
        from: from.toString(),
        to: to.toString(),
        period: (sums.get(from.toString()) ?? new FinishedSum()).figures(),
      }));
    },

    async ages(filter) {
      const rows = await database()
        .selectFrom('open_ages')
        .select(['office', 'unit', 'began_on'])
        .select(sql<number>`sum(applications)`.as('applications'))
        .where(equal({ ...filter }))
        .groupBy(['office', 'unit', 'began_on'])
        .execute();
      return rows.map(({ began_on: beganOn, ...row }) => ({
        ...row,
        ...(beganOn === '' ? {} : { beganOn }),
      }));
    },

    async mark(office) {
      const row = await database()
        .selectFrom('figure_marks')
        .select(sql<number>`coalesce(sum(events), 0)`.as('events'))
        .$if(office !== undefined, (query) => query.where('office', 'in', [office ?? '', '']))
        .executeTakeFirst();
      return row?.events ?? 0;
    },
  };
}

/** What was received and ended in some periods, added up by a key of each row. */
async function finishedSums(
  database: Kysely<Tables>,
  filter: FigureFilter,
  periods: readonly string[],
  keyOfRow: (row: { period: string }) => string,
): Promise<Map<string, FinishedSum>> {
  const rows = await database
    .selectFrom('file_figures')
    .selectAll()
    .where('period', 'in', periods)
    .where(equal({ ...filter }))
    .execute();
  const sums = new Map<string, FinishedSum>();
  for (const row of rows) sumAt(sums, keyOfRow(row), () => new FinishedSum()).add(row);
  const outcomes = await database
    .selectFrom('file_outcomes')
    .selectAll()
    .where('period', 'in', periods)
    .where(equal({ ...filter }))
    .execute();
  for (const row of outcomes) {
    sumAt(sums, keyOfRow(row), () => new FinishedSum()).ended(row.outcome, row.applications);
  }
  return sums;
}

function visitSums(
  rows: readonly (Tables['step_figures'] | Tables['officer_figures'])[],
  by: readonly string[],
): Map<string, VisitSum> {
  const sums = new Map<string, VisitSum>();
  for (const row of rows) sumAt(sums, keyOf(by, row), () => new VisitSum()).add(row);
  return sums;
}

function sumAt<Sum>(sums: Map<string, Sum>, key: string, begin: () => Sum): Sum {
  const there = sums.get(key);
  if (there !== undefined) return there;
  const begun = begin();
  sums.set(key, begun);
  return begun;
}

/** The keys of either, in order; the sum of all is there also where it is nothing. */
function keysOf(by: readonly string[], ...sums: ReadonlyMap<string, unknown>[]): string[] {
  if (by.length === 0) return [keyOf(by, {})];
  return [...new Set(sums.flatMap((one) => [...one.keys()]))].toSorted();
}

function periodsIn({ from, to }: Between): string[] {
  return periodsBetween(from, to);
}

/** The days, weeks from Monday or months that a period consists of, its ends cut off. */
function intervalsOf(interval: TrendInterval, { from, to }: Between): Between[] {
  const intervals: Between[] = [];
  for (let first = from; Temporal.PlainDate.compare(first, to) <= 0;) {
    const next = {
      day: () => first.add({ days: 1 }),
      week: () => mondayOf(first).add({ days: 7 }),
      month: () => first.with({ day: 1 }).add({ months: 1 }),
    }[interval]();
    const last = next.subtract({ days: 1 });
    intervals.push({ from: first, to: Temporal.PlainDate.compare(last, to) < 0 ? last : to });
    first = next;
  }
  return intervals;
}
