import { builtInRoles, hasRole } from '../../actor.ts';
import { clocksOf, type Clock } from '../../sla/clocks.ts';
import { marksInForce, openEscalations, openMarks } from '../../sla/clock-marks.ts';
import type { Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import { refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';

/** Records a warning, an escalation or a breach, if it has come to it and nobody recorded it before. */
export function markClock(
  application: Application,
  { clock: id, mark }: CommandOf<'mark-clock'>,
  { service, calendars, actor, now }: DecisionContext,
): Decision {
  if (!hasRole(actor, [builtInRoles.system])) {
    return refused({ type: 'role-required', roles: [builtInRoles.system] });
  }
  const clock = clocksOf(service, application, calendars).find((one) => one.id === id);
  if (!clock) return refused({ type: 'clock-not-found', clock: id });
  if (isRecorded(application, clock, mark)) return { events: [] };
  const open = openMarks(application, clock).find((one) => one.mark === mark);
  if (!open) return refused({ type: 'clock-not-due', clock: id });
  if (now.epochMilliseconds < open.at) {
    return refused({ type: 'clock-not-due', clock: id, dueAt: iso(open.at) });
  }
  const { dueAt = open.at, warnAt = open.at, calendar } = clock;
  const data = { clock: id, dueAt: iso(dueAt), calendar };
  switch (mark) {
    case 'warned':
      return recorded({ type: 'ClockWarned', data: { ...data, warnAt: iso(warnAt) } });
    case 'breached':
      return recorded({ type: 'ClockBreached', data });
    case 'escalated': {
      // Those that were missed meanwhile are told with it.
      const told = openEscalations(application, clock).filter(
        ({ instant }) => instant <= now.epochMilliseconds,
      );
      return {
        events: told.map(({ at, to }) => ({ type: 'ClockEscalated', data: { ...data, at, to } })),
      };
    }
  }
}

function isRecorded(
  application: Application,
  clock: Clock,
  mark: 'warned' | 'escalated' | 'breached',
) {
  const { warnedAt, breachedAt } = marksInForce(application, clock);
  if (mark === 'escalated') return openEscalations(application, clock).length === 0;
  return (mark === 'warned' ? warnedAt : breachedAt) !== undefined;
}

const iso = (instant: number) => new Date(instant).toISOString();
