import type { Clock } from './clocks.ts';
import type { OfficeCalendars } from './office-calendars.ts';
import type { Stay } from './stays.ts';

/** What the whole way of a file took: milliseconds, and how often its promise stood still. */
export type FileTimes = {
  /** Working time of the promise: from its start to its end, without its pauses; absent if it never ran. */
  workingTime?: number;
  /** Working time in the hands of units: where two review at once, of both. */
  unitTime: number;
  /** By the wall clock, how long the file was where the promise does not run: the applicant has no office hours. */
  applicantTime: number;
  /** Working time until officers took it into hand, all together; absent if none ever did. */
  waitingTime?: number;
  pauses: number;
};

/** The times of a file that has ended. */
export function fileTimes(
  clocks: readonly Clock[],
  stays: readonly Stay[],
  calendars: OfficeCalendars,
): FileTimes {
  const promise = clocks.find(({ id }) => id === 'service');
  const claimed = stays.flatMap(({ waitingTime }) => waitingTime ?? []);
  return {
    ...(promise ? { workingTime: promiseTime(promise, calendars) } : {}),
    unitTime: sum(stays.map(({ clock, workingTime }) => (clock === 'running' ? workingTime : 0))),
    applicantTime: applicantTime(stays),
    ...(claimed.length > 0 ? { waitingTime: sum(claimed) } : {}),
    pauses: promise?.pauses.length ?? 0,
  };
}

function promiseTime(
  { unit, startedAt, endedAt, pauses }: Clock,
  calendars: OfficeCalendars,
): number {
  const calendar = calendars.of(unit, endedAt);
  const until = endedAt ?? startedAt;
  return pauses.reduce(
    (time, { from, to = until }) => time - calendar.workingTime(from, to),
    calendar.workingTime(startedAt, until),
  );
}

/** The wall-clock time that no stay covers in which the promise ran. */
function applicantTime(stays: readonly Stay[]): number {
  const begin = Math.min(...stays.map(({ enteredAt }) => enteredAt));
  let time = 0;
  let until = begin;
  const inHand = stays
    .filter(({ clock }) => clock === 'running')
    .toSorted((a, b) => a.enteredAt - b.enteredAt);
  for (const { enteredAt, leftAt } of inHand) {
    time += Math.max(0, enteredAt - until);
    until = Math.max(until, leftAt);
  }
  const end = Math.max(...stays.map(({ leftAt }) => leftAt));
  return stays.length === 0 ? 0 : time + Math.max(0, end - until);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
