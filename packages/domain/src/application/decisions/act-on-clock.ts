import { builtInRoles, hasRole } from '../../actor.ts';
import { clocksOf, type Clock } from '../../sla/clocks.ts';
import { openMarks } from '../../sla/clock-marks.ts';
import type { Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import type { AutomaticStep } from '../events.ts';
import { isRefused, refused } from '../refusal.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { takeStep } from './take-step.ts';

/**
 * Takes the step that a definition says when a time is over: the applicant has not answered, or the
 * office has not decided and silence is a decision. What it was counted by goes into the record.
 */
export function actOnClock(
  application: Application,
  { clock: id }: CommandOf<'act-on-clock'>,
  context: DecisionContext,
): Decision {
  const { service, calendars, actor, now } = context;
  if (!hasRole(actor, [builtInRoles.system])) {
    return refused({ type: 'role-required', roles: [builtInRoles.system] });
  }
  const clock = clocksOf(service, application, calendars).find((one) => one.id === id);
  if (!clock?.takes) return refused({ type: 'clock-not-found', clock: id });
  const isOpen = openMarks(application, clock).some(({ mark }) => mark === 'acted');
  if (!isOpen || clock.dueAt === undefined) {
    return refused({ type: 'clock-not-due', clock: id });
  }
  if (now.epochMilliseconds < clock.dueAt) {
    return refused({ type: 'clock-not-due', clock: id, dueAt: iso(clock.dueAt) });
  }
  const { action, legalGround } = clock.takes;
  const comment = legalGround.id;
  const decision = takeStep(application, { action, comment }, context);
  if (isRefused(decision)) return decision;
  const automatic = recordOf({ ...clock, dueAt: clock.dueAt, legalGround }, context);
  return {
    ...decision,
    events: decision.events.map((event) =>
      event.type === 'StepTaken' ? { ...event, data: { ...event.data, automatic } } : event,
    ),
  };
}

function recordOf(
  clock: Clock & { dueAt: number; legalGround: AutomaticStep['legalGround'] },
  { service: { id, version, digest } }: DecisionContext,
): AutomaticStep {
  const { standard, startedAt, pauses, extensions = [], calendar, dueAt, legalGround } = clock;
  return {
    clock: clock.id,
    dueAt: iso(dueAt),
    legalGround,
    standard,
    startedAt: iso(startedAt),
    pauses: pauses.map(({ from, to }) => ({
      from: iso(from),
      ...(to === undefined ? {} : { to: iso(to) }),
    })),
    extensions: extensions.map(({ at, by }) => ({ at: iso(at), by })),
    calendar,
    service: { id, version, digest },
  };
}

const iso = (instant: number) => new Date(instant).toISOString();
