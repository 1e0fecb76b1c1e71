import type { CalendarReference } from './calendar-versions.ts';
import { extendedBy } from './clock-instants.ts';
import type { Clock } from './clocks.ts';
import type { Duration } from './duration.ts';
import { coveredDays, daysOf } from './explained-days.ts';
import * as lineOf from './explained-lines.ts';
import type { ActedOn, ExplanationLine } from './explained-lines.ts';
import type { CalendarInForce } from './office-calendars.ts';
import { pauseFigures, pausesOf, type PauseFigures } from './pauses.ts';

export type { ExplanationLine } from './explained-lines.ts';

/** How a clock came to its due date. */
export type ClockExplanation = {
  clock: string;
  standard: Duration;
  /** The version that it is counted by. */
  calendar: CalendarReference;
  timeZone: string;
  lines: ExplanationLine[];
  /** ISO 8601; absent while the clock stands still. */
  dueAt?: string;
  pauses: PauseFigures;
};

/**
 * Explains a clock line by line: when it began, what was granted, which days or hours counted and which
 * did not, how each pause moved it, when it is due, and what the engine did about it.
 *
 * @param calendar the one that the clock was counted by, see `Clock.calendar`
 * @param acted the step that the engine took because this clock's time was over, and when
 */
export function explainClock(
  clock: Clock,
  calendar: CalendarInForce,
  acted?: ActedOn,
): ClockExplanation {
  const { standard, startedAt, migrations = [], endedAt } = clock;
  const { timeZone } = calendar;
  const { whole, others } = extendedBy(clock);
  const lines: ExplanationLine[] = [
    lineOf.began(clock, timeZone),
    ...migrations.map((migration) => lineOf.handedOver(migration, timeZone)),
    ...whole.extensions.map((one) => lineOf.extended(one, whole.standard, timeZone)),
  ];

  let due = calendar.due(startedAt, whole.standard);
  lines.push(...daysOf({ from: startedAt, to: due, standard: whole.standard }, calendar));
  lines.push(lineOf.promised(due, timeZone));
  for (const extension of others) {
    const from = due;
    due = calendar.due(from, extension.by);
    lines.push(lineOf.extended(extension, undefined, timeZone));
    lines.push(...daysOf({ from, to: due, standard: extension.by }, calendar));
    lines.push(lineOf.promised(due, timeZone, { withExtension: true }));
  }

  const pauses = pausesOf(clock, calendar);
  for (const pause of pauses) {
    lines.push(lineOf.stoodStill(clock, pause, timeZone));
    lines.push(...coveredDays(pause, standard, calendar));
  }
  due = pauses.at(-1)?.due ?? due;
  const open = clock.pauses.at(-1);
  const standing = open !== undefined && open.to === undefined;
  if (!standing) lines.push(lineOf.due(due, timeZone));
  if (endedAt !== undefined) lines.push(lineOf.ended(clock, endedAt, due, timeZone));
  if (acted) lines.push(lineOf.acted(acted, timeZone));
  return {
    clock: clock.id,
    standard,
    calendar: calendar.reference,
    timeZone,
    lines,
    ...(standing ? {} : { dueAt: new Date(due).toISOString() }),
    pauses: pauseFigures(pauses),
  };
}
