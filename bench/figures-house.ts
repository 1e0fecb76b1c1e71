import type { DatabaseSync } from 'node:sqlite';
import { seededRandom } from '@satu-atap/domain/simulation';
import {
  addTo,
  bucketOf,
  encodeHistogram,
  periodsOf,
  type LogHistogram,
} from '@satu-atap/projections/testing';

/** A country's malls, as large as the catalogue of services: 80 of 22 units. */
export const offices = ['mpp-jakarta', 'mpp-makassar', 'mpp-jayapura'];
const services = Array.from({ length: 80 }, (_, index) => ({
  service: `unit-${index % 22}.service-${index}`,
  unit: `unit-${index % 22}`,
}));
const steps = ['intake', 'verification', 'inspection', 'payment', 'decision', 'issue'];
const channels = ['online', 'counter'];
const officersOfUnit = 8;
const openDays = 250;

export type Filled = {
  rows: number;
  /** The day that is today. */
  last: Temporal.PlainDate;
  todays: ReadonlyMap<string, string>;
};

type Cell = { sums: number[]; histograms: LogHistogram[] };

/**
 * Fills the tables of figures with so many open applications, and as many that ended within a year, as
 * the projections would have counted them: services are not equally popular, times spread widely.
 */
export function fillFigures(file: DatabaseSync, applications: number): Filled {
  const random = seededRandom(2026);
  const pick = <T>(list: readonly T[], skew = 1): T =>
    list[Math.floor(random() ** skew * list.length)] as T;
  const last = Temporal.PlainDate.from('2026-06-30');
  const workingDays = Array.from({ length: 365 }, (_, index) => last.subtract({ days: index }))
    .filter(({ dayOfWeek }) => dayOfWeek < 6)
    .map(String);
  /** Minutes to months, in seconds. */
  const time = () => Math.round(60 * Math.exp(random() * 6 + random() * 4));

  const open = new Map<string, number>();
  const due = new Map<string, number>();
  const ages = new Map<string, number>();
  const files = new Map<string, Cell>();
  const outcomes = new Map<string, number>();
  const ofSteps = new Map<string, Cell>();
  const ofOfficers = new Map<string, Cell>();
  const count = (table: Map<string, number>, ...key: string[]) => {
    const id = key.join('\n');
    table.set(id, (table.get(id) ?? 0) + 1);
  };
  const add = (table: Map<string, Cell>, key: string[], sums: number[], times: number[]) => {
    const id = key.join('\n');
    const cell = table.get(id) ?? noCell(sums.length, times.length);
    table.set(id, cell);
    for (const [index, sum] of sums.entries()) cell.sums[index] = (cell.sums[index] ?? 0) + sum;
    for (const [index, one] of times.entries()) {
      addTo(cell.histograms[index] ?? new Map<number, number>(), bucketOf(one), 1);
    }
  };

  for (let index = 0; index < applications; index++) {
    const { service, unit } = pick(services, 1.5);
    const office = pick(offices);
    const channel = pick(channels);
    const officerOf = () => `officer-${office}-${unit}-${Math.floor(random() * officersOfUnit)}`;
    const standing = pick(['on-time', 'on-time', 'on-time', 'at-risk', 'overdue', 'paused']);
    const dueOn = last.add({ days: Math.floor(random() * 40) - 5 }).toString();
    const step = pick(steps);
    const holder = random() < 0.7 ? [officerOf()] : [];
    for (const [level, at, state, officer, over] of [
      ['file', '', '', '', channel],
      ['unit', unit, '', '', channel],
      ['step', unit, step, '', ''],
      ...holder.map((by) => ['officer', unit, '', by, ''] as const),
    ] as const) {
      const place = [level, office, at, service, state, officer, over];
      count(open, ...place, standing);
      if (standing !== 'paused') count(due, dueOn, ...place);
    }
    const began = pick(workingDays.slice(0, openDays), 2);
    count(ages, office, unit, service, channel, standing === 'paused' ? '' : began);

    const ended = pick(workingDays);
    const late = random() < 0.1 ? 1 : 0;
    const ofFile = [time(), time(), time(), time()];
    add(files, [ended, office, unit, service, channel], [1, 1, late, 0], ofFile);
    for (const period of periodsOf(ended)) {
      count(
        outcomes,
        period,
        office,
        unit,
        service,
        channel,
        pick(['granted', 'refused', 'withdrawn'], 3),
      );
    }
    for (const state of steps) {
      const sums = [1, 1 - late, late, 100_000];
      const times = [time(), time()];
      add(ofSteps, [ended, office, unit, service, state], sums, times);
      add(ofOfficers, [ended, office, unit, service, officerOf()], sums, times);
    }
  }

  let rows = 0;
  const write = <Value>(
    table: string,
    key: readonly string[],
    columns: readonly string[],
    counted: Map<string, Value>,
    valuesOf: (value: Value) => (string | number)[],
  ) => {
    const all = [...key, ...columns];
    const insert = file.prepare(
      `INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`,
    );
    file.exec('BEGIN');
    for (const id of [...counted.keys()].toSorted()) {
      const value = counted.get(id);
      if (value !== undefined) insert.run(...id.split('\n'), ...valuesOf(value));
    }
    file.exec('COMMIT');
    rows += counted.size;
  };
  const numbers = (value: number) => [value];
  const cells = ({ sums, histograms }: Cell) => [...sums, ...histograms.map(encodeHistogram)];
  const place = ['level', 'office', 'unit', 'service', 'state', 'officer', 'channel'];
  const cell = ['period', 'office', 'unit', 'service'];
  const visits = ['visits', 'kept', 'missed', 'promise_used', 'working_time', 'waiting_time'];
  write('open_files', [...place, 'sla_status'], ['applications'], open, numbers);
  write('open_due', ['due_on', ...place], ['applications'], due, numbers);
  const ageKey = ['office', 'unit', 'service', 'channel', 'began_on'];
  write('open_ages', ageKey, ['applications'], ages, numbers);
  write(
    'file_figures',
    [...cell, 'channel'],
    [
      'received',
      'finished',
      'late',
      'pauses',
      'working_time',
      'unit_time',
      'applicant_time',
      'waiting_time',
    ],
    withLonger(files),
    cells,
  );
  write('file_outcomes', [...cell, 'channel', 'outcome'], ['applications'], outcomes, numbers);
  write('step_figures', [...cell, 'state'], visits, withLonger(ofSteps), cells);
  write('officer_figures', [...cell, 'officer'], visits, withLonger(ofOfficers), cells);
  return { rows, last, todays: new Map(offices.map((office) => [office, last.toString()])) };
}

function noCell(sums: number, histograms: number): Cell {
  return {
    sums: Array.from({ length: sums }, () => 0),
    histograms: Array.from({ length: histograms }, () => new Map<number, number>()),
  };
}

/** The cells of days, and those of their weeks and months. */
function withLonger(days: ReadonlyMap<string, Cell>): Map<string, Cell> {
  const all = new Map<string, Cell>();
  for (const [id, day] of days) {
    const [date = '', ...place] = id.split('\n');
    for (const period of periodsOf(date)) {
      const key = [period, ...place].join('\n');
      const cell = all.get(key) ?? noCell(day.sums.length, day.histograms.length);
      all.set(key, cell);
      for (const [index, sum] of day.sums.entries())
        cell.sums[index] = (cell.sums[index] ?? 0) + sum;
      for (const [index, histogram] of day.histograms.entries()) {
        const into = cell.histograms[index] ?? new Map<number, number>();
        for (const [bucket, times] of histogram) addTo(into, bucket, times);
      }
    }
  }
  return all;
}
