import { builtInRoles, hasRole } from '../../actor.ts';
import { clocksOf, nextMark } from '../../sla/clocks.ts';
import type { Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import { refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';

/** Records a warning or a breach, if the clock has come to it and nobody recorded it before. */
export function markClock(
  application: Application,
  { clock: id, mark }: CommandOf<'mark-clock'>,
  { service, calendar, actor, now }: DecisionContext,
): Decision {
  if (!hasRole(actor, [builtInRoles.system])) {
    return refused({ type: 'role-required', roles: [builtInRoles.system] });
  }
  const clock = clocksOf(service, application, calendar).find((one) => one.id === id);
  if (!clock) return refused({ type: 'clock-not-found', clock: id });
  const recordedMarks = application.clocks[id];
  if (mark === 'warned' ? recordedMarks?.warnedAt : recordedMarks?.breachedAt)
    return { events: [] };

  const next = nextMark(application, clock);
  const { dueAt, warnAt } = clock;
  if (!next || dueAt === undefined || warnAt === undefined) {
    return refused({ type: 'clock-not-due', clock: id });
  }
  const reached = mark === 'warned' ? warnAt : dueAt;
  if (now.epochMilliseconds < reached || (mark === 'warned' && next.mark !== 'warned')) {
    return refused({ type: 'clock-not-due', clock: id, dueAt: iso(reached) });
  }
  return recorded(
    mark === 'warned'
      ? { type: 'ClockWarned', data: { clock: id, dueAt: iso(dueAt), warnAt: iso(warnAt) } }
      : { type: 'ClockBreached', data: { clock: id, dueAt: iso(dueAt) } },
  );
}

const iso = (instant: number) => new Date(instant).toISOString();
