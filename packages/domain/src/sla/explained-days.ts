import { arithmetic } from './clock-instants.ts';
import { countsWorkingTime, type Duration } from './duration.ts';
import {
  closedDays,
  countedDay,
  countedHours,
  coveredDay,
  type ExplanationLine,
} from './explained-lines.ts';
import type { CalendarInForce } from './office-calendars.ts';

/** Time that was promised: from an instant to when it is due, in epoch milliseconds. */
type Promised = { from: number; to: number; standard: Duration };

/**
 * The days of a promise: which counted, and why others did not. What counted adds up to the promise:
 * as many numbered days, or as many minutes of its own kind of time.
 */
export function daysOf(promised: Promised, calendar: CalendarInForce): ExplanationLine[] {
  const { unit } = promised.standard;
  if (unit === 'hours' || unit === 'minutes') return byTheWallClock(promised, calendar.timeZone);
  const inDays = unit === 'working-days' || unit === 'calendar-days';
  const { between } = arithmetic(promised.standard, calendar);

  const lines: ExplanationLine[] = [];
  let number = 0;
  const days = daysBetween(promised, calendar.timeZone);
  for (const { date, from, to } of inDays ? days.slice(1) : days) {
    const time = between(from, to);
    const { hours, name } = calendar.day(date);
    const counts = unit === 'working-days' ? hours.length > 0 : time > 0;
    if (!counts) closedDays(lines, date, name);
    else if (inDays) {
      number += 1;
      lines.push(countedDay(date, { number, of: promised.standard.amount, time }));
    } else {
      lines.push(countedHours([date, date], time, { working: true, name }));
    }
  }
  return lines;
}

/**
 * What each day of a pause covers of a promise in working time: nothing to tell for a pause within one
 * day, or where the wall clock counts.
 */
export function coveredDays(
  { from, to }: { from: number; to?: number },
  { unit }: Duration,
  calendar: CalendarInForce,
): ExplanationLine[] {
  if (to === undefined || !countsWorkingTime(unit)) return [];
  const covered = daysBetween({ from, to }, calendar.timeZone).flatMap((day) => {
    const time = calendar.workingTime(day.from, day.to);
    return time > 0 ? [coveredDay(day.date, time, calendar.day(day.date).name)] : [];
  });
  return covered.length > 1 ? covered : [];
}

/** Hours that pass day and night: the whole days between the first and the last are one line. */
function byTheWallClock(promised: Promised, timeZone: string): ExplanationLine[] {
  const days = daysBetween(promised, timeZone);
  const between = days.slice(1, -1);
  return [days.slice(0, 1), between, days.length > 1 ? days.slice(-1) : []].flatMap((together) => {
    const [first, last] = [together[0], together.at(-1)];
    if (!first || !last) return [];
    return [countedHours([first.date, last.date], last.to - first.from, { working: false })];
  });
}

/** The local days from the one an instant lies in to the last before another, cut to the two. */
function daysBetween({ from, to }: Pick<Promised, 'from' | 'to'>, timeZone: string) {
  const dateOf = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate();
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime(timeZone).epochMilliseconds;
  const last = dateOf(to - 1);
  const days: { date: Temporal.PlainDate; from: number; to: number }[] = [];
  for (let date = dateOf(from); Temporal.PlainDate.compare(date, last) <= 0;) {
    const next = date.add({ days: 1 });
    days.push({ date, from: Math.max(from, startOf(date)), to: Math.min(to, startOf(next)) });
    date = next;
  }
  return days;
}
