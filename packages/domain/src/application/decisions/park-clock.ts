import { builtInRoles, hasRole } from '../../actor.ts';
import { clocksOf } from '../../sla/clocks.ts';
import { openMarks, parkedMark, type DueMark } from '../../sla/clock-marks.ts';
import type { Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import { refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * Records that something due about a clock could not be done, and when to try again: after 1, 4, 16, …
 * minutes, after a day at the most. Nothing where somebody else has just recorded it.
 */
export function parkClock(
  application: Application,
  { clock: id, mark, reason }: CommandOf<'park-clock'>,
  { service, calendars, actor, now }: DecisionContext,
): Decision {
  if (!hasRole(actor, [builtInRoles.system])) {
    return refused({ type: 'role-required', roles: [builtInRoles.system] });
  }
  const clock = clocksOf(service, application, calendars).find((one) => one.id === id);
  if (!clock) return refused({ type: 'clock-not-found', clock: id });
  const due = openMarks(application, clock).filter(
    (one) => one.mark === mark && one.at <= now.epochMilliseconds,
  );
  if (due.length === 0) return refused({ type: 'clock-not-due', clock: id });
  const waits = (one: DueMark) => parkedMark(application, id, one);
  const tried = due.find((one) => !isAhead(waits(one)?.retryAt, now));
  if (!tried) return { events: [] };

  const attempts = (waits(tried)?.attempts ?? 0) + 1;
  const wait = Math.min(day, minute * 4 ** (attempts - 1));
  const dueAt = new Date(tried.at).toISOString();
  const retryAt = new Date(now.epochMilliseconds + wait).toISOString();
  const data = { clock: id, mark, dueAt, attempts, retryAt, reason };
  return recorded({ type: 'ClockParked', data });
}

function isAhead(instant: string | undefined, now: Temporal.Instant): boolean {
  return instant !== undefined && Date.parse(instant) > now.epochMilliseconds;
}
