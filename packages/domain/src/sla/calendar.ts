import { dayOf, type CalendarDay, type CalendarDefinition } from './calendar-definition.ts';
import type { Duration } from './duration.ts';

/** Instants here are epoch milliseconds: this is the arithmetic that runs for every file. */
export type WorkingCalendar = {
  id: string;
  timeZone: string;
  /** Working milliseconds between two instants; negative when `to` is before `from`. */
  workingTime(from: number, to: number): number;
  /** The instant by which so many working milliseconds have passed since `from`. */
  addWorkingTime(from: number, milliseconds: number): number;
  /** When something promised at `from` is due, see `Duration`. */
  due(from: number, duration: Duration): number;
  /** How it works on a local date: for explanations. */
  day(date: Temporal.PlainDate): CalendarDay;
};

const minute = 60_000;
const hour = 60 * minute;
/** Days laid out at a time: a year, so that the next laying out is a year away. */
const stride = 366;
/** A calendar whose next working time is further away than this (days) has none. */
const horizon = 40 * stride;

/**
 * A calendar in one time zone. Days are laid out as they are needed, each with its own hours in the
 * zone, so daylight saving is right and a question costs a few binary searches.
 */
export function compileCalendar(definition: CalendarDefinition, timeZone: string): WorkingCalendar {
  const day = dayOf(definition);
  const days = new Days(timeZone, day);

  const calendar: WorkingCalendar = {
    id: definition.id,
    timeZone,
    day,
    workingTime: (from, to) => days.workedBetween(from, to),
    addWorkingTime: (from, milliseconds) =>
      milliseconds <= 0 ? from : days.whenWorked(days.workedUntil(from) + milliseconds),
    due(from, { amount, unit }) {
      switch (unit) {
        case 'minutes':
          return from + amount * minute;
        case 'hours':
          return from + amount * hour;
        case 'working-minutes':
          return calendar.addWorkingTime(from, amount * minute);
        case 'working-hours':
          return calendar.addWorkingTime(from, amount * hour);
        case 'calendar-days':
          return days.midnightAfter(from, amount + 1);
        case 'working-days':
          return days.closeOfWorkingDay(days.midnightAfter(from, 1), amount);
      }
    },
  };
  return calendar;
}

/** The days of a calendar, laid out as sorted lists of instants. */
class Days {
  readonly #timeZone: string;
  readonly #dayOf: (date: Temporal.PlainDate) => CalendarDay;
  #next = Temporal.PlainDate.from('2020-01-01');
  /** Midnights that begin the days laid out so far. */
  #midnights: number[] = [];
  /** Working intervals [opens, closes), and the working time before each. */
  #opens: number[] = [];
  #closes: number[] = [];
  #before: number[] = [];
  #worked = 0;
  /** When each working day closes. */
  #dayCloses: number[] = [];

  constructor(timeZone: string, day: (date: Temporal.PlainDate) => CalendarDay) {
    this.#timeZone = timeZone;
    this.#dayOf = day;
  }

  workedBetween(from: number, to: number): number {
    // The earlier instant first: it may begin the layout anew, and all that was counted with it.
    this.#reach(Math.min(from, to));
    return this.workedUntil(to) - this.workedUntil(from);
  }

  /** Working time since the first day laid out: for use within one question only. */
  workedUntil(instant: number): number {
    this.#reach(instant);
    const index = lastBefore(this.#opens, instant + 1);
    if (index < 0) return 0;
    const open = this.#opens[index] ?? 0;
    return (this.#before[index] ?? 0) + Math.min(instant, this.#closes[index] ?? 0) - open;
  }

  /** When so much working time (> 0) has passed: time that fills a day ends as that day closes. */
  whenWorked(worked: number): number {
    this.#layOutUntil(() => this.#worked >= worked);
    const index = lastBefore(this.#before, worked);
    return (this.#opens[index] ?? 0) + worked - (this.#before[index] ?? 0);
  }

  /** The n-th local midnight after the instant. */
  midnightAfter(instant: number, n: number): number {
    this.#reach(instant);
    const index = lastBefore(this.#midnights, instant + 1) + n;
    this.#layOutUntil(() => index < this.#midnights.length);
    return this.#midnights[index] ?? 0;
  }

  /** When the n-th working day that begins at or after the instant closes. */
  closeOfWorkingDay(instant: number, n: number): number {
    this.#reach(instant);
    const index = lastBefore(this.#dayCloses, instant) + n;
    this.#layOutUntil(() => index < this.#dayCloses.length);
    return this.#dayCloses[index] ?? 0;
  }

  #reach(instant: number): void {
    const first = this.#midnights[0];
    if (first !== undefined && instant < first) this.#beginAt(instant);
    else if (first === undefined && instant < this.#startOf(this.#next)) this.#beginAt(instant);
    this.#layOutUntil(() => (this.#midnights.at(-1) ?? Number.NEGATIVE_INFINITY) > instant);
  }

  /** Histories may lie far back: begins the layout anew, a stride before the instant. */
  #beginAt(instant: number): void {
    this.#next = Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO(this.#timeZone)
      .toPlainDate()
      .subtract({ days: stride });
    this.#midnights = [];
    this.#opens = [];
    this.#closes = [];
    this.#before = [];
    this.#dayCloses = [];
    this.#worked = 0;
  }

  #layOutUntil(enough: () => boolean): void {
    const limit = this.#worked === 0 ? horizon : Number.POSITIVE_INFINITY;
    for (let laid = 0; !enough(); laid += stride) {
      if (laid > limit) throw new RangeError('the calendar has no working time to count');
      for (let day = 0; day < stride; day++) this.#layOutDay();
    }
  }

  #layOutDay(): void {
    const date = this.#next;
    this.#midnights.push(this.#startOf(date));
    for (const [from, to] of this.#dayOf(date).hours) {
      const open = this.#instantOf(date, from);
      const close = this.#instantOf(date, to);
      this.#opens.push(open);
      this.#closes.push(close);
      this.#before.push(this.#worked);
      this.#worked += close - open;
    }
    const close = this.#closes.at(-1);
    if (close !== undefined && close > this.#startOf(date)) this.#dayCloses.push(close);
    this.#next = date.add({ days: 1 });
  }

  #startOf(date: Temporal.PlainDate): number {
    return date.toZonedDateTime({ timeZone: this.#timeZone }).epochMilliseconds;
  }

  #instantOf(date: Temporal.PlainDate, time: string): number {
    const plainTime = Temporal.PlainTime.from(time);
    return date.toZonedDateTime({ timeZone: this.#timeZone, plainTime }).epochMilliseconds;
  }
}

/** Index of the last value < `value`, or -1; the list is in order. */
function lastBefore(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
