import type { WorkingCalendar } from './calendar.ts';
import { arithmetic, promisedAt } from './clock-instants.ts';
import type { Clock } from './clocks.ts';

/** A time in which a clock stood still, and what that did to its due date; epoch milliseconds. */
export type Pause = {
  from: number;
  /** Absent while it lasts. */
  to?: number;
  /** How much of the promise's own kind of time it covers, in milliseconds. */
  covered: number;
  /** The due date before it, and with it. */
  before: number;
  due: number;
  /** It began in the last tenth of the promise, as if it were to save the date. */
  shortlyBeforeDue: boolean;
};

/**
 * How often, and for how long in minutes of its own kind of time, a clock stood still; and how often that
 * began in the last tenth of the promise, as if it were to save the date.
 */
export type PauseFigures = { count: number; minutes: number; shortlyBeforeDue: number };

const lastShare = 0.1;

/** The pauses of a clock, in order, with what each did to its due date. */
export function pausesOf(clock: Clock, calendar: WorkingCalendar): Pause[] {
  const { between, add } = arithmetic(clock.standard, calendar);
  const promised = promisedAt(clock, calendar);
  const short = between(clock.startedAt, promised) * lastShare;
  let due = promised;
  return clock.pauses.map(({ from, to }) => {
    const before = due;
    const covered = to === undefined ? 0 : between(from, to);
    if (to !== undefined && from < due) due = add(due, covered);
    const shortlyBeforeDue = from < before && between(from, before) <= short;
    return { from, ...(to === undefined ? {} : { to }), covered, before, due, shortlyBeforeDue };
  });
}

export function pauseFigures(pauses: readonly Pause[]): PauseFigures {
  return {
    count: pauses.length,
    minutes: pauses.reduce((sum, { covered }) => sum + covered, 0) / 60_000,
    shortlyBeforeDue: pauses.filter(({ shortlyBeforeDue }) => shortlyBeforeDue).length,
  };
}
