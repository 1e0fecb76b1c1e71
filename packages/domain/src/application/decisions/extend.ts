import type { ActionDefinition } from '../../service/workflow.ts';
import { clocksOf } from '../../sla/clocks.ts';
import type { Application } from '../application.ts';
import { refused, type Refusal } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';

/** Grants the service's promise more time: before the time is over, and as often as is allowed. */
export function extend(
  application: Application,
  action: string,
  { by, legalGround, atMost }: NonNullable<ActionDefinition['extends']>,
  { service, calendars, now }: DecisionContext,
): Decision {
  const used = usedUp(application, action, { atMost });
  if (used) return refused(used);
  const clock = clocksOf(service, application, calendars).find(({ id }) => id === 'service');
  const dueAt = clock?.dueAt;
  const isOver = clock?.mode === 'ended' || (dueAt !== undefined && dueAt < now.epochMilliseconds);
  if (!clock || isOver) {
    const due = dueAt === undefined ? {} : { dueAt: new Date(dueAt).toISOString() };
    return refused({ type: 'too-late-to-extend', ...due });
  }
  return recorded({ type: 'PromiseExtended', data: { action, by, legalGround } });
}

/** Why an action that extends the promise cannot be taken again, whatever the time. */
export function usedUp(
  application: Application,
  action: string,
  extension: { atMost: number } | undefined,
): Refusal | undefined {
  const { atMost = Number.POSITIVE_INFINITY } = extension ?? {};
  const granted = application.extensions?.filter((one) => one.action === action) ?? [];
  return granted.length >= atMost ? { type: 'already-extended', action, atMost } : undefined;
}
