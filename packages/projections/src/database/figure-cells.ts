import { CompiledQuery, type Kysely } from 'kysely';
import {
  addEncoded,
  addTo,
  bucketOf,
  encodeHistogram,
  type LogHistogram,
} from '../figures/log-histogram.ts';
import { periodsOf } from '../figures/periods.ts';
import type { ApplicationChange, ApplicationView } from '../projector/projection.ts';
import { bulkReader, bulkWriter, replacing } from './bulk.ts';
import type { Tables } from './tables.ts';

type FigureTable = 'file_figures' | 'step_figures' | 'officer_figures';
type Column<Table extends FigureTable> = keyof Tables[Table] & string;

/** The columns of a table of figures: all keys are text. */
export type CellShape<Table extends FigureTable> = {
  table: Table;
  key: readonly Column<Table>[];
  sums: readonly Column<Table>[];
  histograms: readonly Column<Table>[];
  /** The sums that are all 0 in a cell that nothing is counted in. */
  counted: readonly Column<Table>[];
};

/** What something adds on a day: to the sums of its cell, and times (seconds) to its histograms. */
export type Addition = {
  /** Its period is the day; those of the week and the month follow. */
  key: Record<string, string> & { period: string };
  sums: Record<string, number>;
  times: Record<string, number | undefined>;
};

type Delta = { key: Addition['key']; sums: number[]; histograms: LogHistogram[] };

/**
 * Keeps a table of sums and histograms: what a view of an application adds is taken out again when
 * another takes its place. A cell that nothing is counted in goes.
 */
export function figureCells<Table extends FigureTable>(
  { table, key, sums, histograms, counted }: CellShape<Table>,
  additionsOf: (view: ApplicationView) => Addition[],
) {
  const read = bulkReader(table, key);
  const columns = [...key, ...sums, ...histograms];
  const write = bulkWriter(table, columns, replacing(key.join(', '), columns, key));

  const noDelta = (at: Addition['key']): Delta => ({
    key: at,
    sums: sums.map(() => 0),
    histograms: histograms.map(() => new Map()),
  });

  /** What changes on days changes as much in their weeks and months. */
  const withLonger = (days: ReadonlyMap<string, Delta>) => {
    const all = new Map<string, Delta>();
    for (const day of days.values()) {
      if (isNothing(day)) continue;
      for (const period of periodsOf(day.key.period)) {
        const at = { ...day.key, period };
        const id = idOf(at, key);
        const delta = all.get(id) ?? noDelta(at);
        all.set(id, delta);
        for (const [index, sum] of day.sums.entries()) {
          delta.sums[index] = (delta.sums[index] ?? 0) + sum;
        }
        for (const [index, histogram] of day.histograms.entries()) {
          for (const [bucket, count] of histogram) {
            addTo(delta.histograms[index] ?? new Map<number, number>(), bucket, count);
          }
        }
      }
    }
    for (const [id, delta] of all) if (isNothing(delta)) all.delete(id);
    return all;
  };

  const deltasOf = (changes: readonly ApplicationChange[]) => {
    const deltas = new Map<string, Delta>();
    const count = (view: ApplicationView | undefined, by: 1 | -1) => {
      for (const addition of view ? additionsOf(view) : []) {
        const id = idOf(addition.key, key);
        const delta = deltas.get(id) ?? noDelta(addition.key);
        deltas.set(id, delta);
        for (let index = 0; index < sums.length; index++) {
          const more = addition.sums[sums[index] ?? ''] ?? 0;
          delta.sums[index] = (delta.sums[index] ?? 0) + by * more;
        }
        for (let index = 0; index < histograms.length; index++) {
          const seconds = addition.times[histograms[index] ?? ''];
          const histogram = delta.histograms[index];
          if (histogram && seconds !== undefined) addTo(histogram, bucketOf(seconds), by);
        }
      }
    };
    for (const { before, after } of changes) {
      count(before, -1);
      count(after, 1);
    }
    return deltas;
  };

  return async (database: Kysely<Tables>, changes: readonly ApplicationChange[]): Promise<void> => {
    const deltas = withLonger(deltasOf(changes));
    if (deltas.size === 0) return;
    const keys = [...deltas.values()].map((delta) => delta.key);
    const there = new Map<string, Record<string, string | number>>();
    for (const row of (await read(database, keys)) as Record<string, string | number>[]) {
      there.set(idOf(row, key), row);
    }
    let empties = false;
    const rows = [...deltas].map(([id, delta]) => {
      const before = there.get(id);
      const row: Record<string, unknown> = { ...delta.key };
      for (const [index, column] of sums.entries()) {
        row[column] = Number(before?.[column] ?? 0) + (delta.sums[index] ?? 0);
      }
      for (const [index, column] of histograms.entries()) {
        const histogram = delta.histograms[index] ?? new Map<number, number>();
        if (before) addEncoded(histogram, String(before[column]));
        row[column] = encodeHistogram(histogram);
      }
      empties ||= counted.every((column) => row[column] === 0);
      return row;
    });
    await write(database, rows as Tables[Table][]);
    if (!empties) return;
    const isEmpty = counted.map((column) => `${column} = 0`).join(' AND ');
    await database.executeQuery(CompiledQuery.raw(`DELETE FROM ${table} WHERE ${isEmpty}`));
  };
}

/** The table of such figures, and the index by which its empty cells are found. */
export async function createCells<Table extends FigureTable>(
  database: Kysely<Tables>,
  { table, key, sums, histograms, counted }: CellShape<Table>,
): Promise<void> {
  let create = database.schema.createTable(table);
  for (const column of key) create = create.addColumn(column, 'text', (made) => made.notNull());
  for (const column of sums) create = create.addColumn(column, 'bigint', (made) => made.notNull());
  for (const column of histograms) {
    create = create.addColumn(column, 'text', (made) => made.notNull());
  }
  await create.addPrimaryKeyConstraint(`${table}_key`, [...key] as never).execute();
  const [first = ''] = counted;
  await database.schema
    .createIndex(`${table}_empty`)
    .on(table)
    .column(first as never)
    .where(first as never, '=', 0 as never)
    .execute();
}

function idOf(row: Record<string, unknown>, key: readonly string[]): string {
  return key.map((column) => String(row[column])).join('\n');
}

function isNothing({ sums, histograms }: Delta): boolean {
  return sums.every((sum) => sum === 0) && histograms.every(({ size }) => size === 0);
}
