import type { CompiledService } from '../../service/compile.ts';
import type { FeeDue } from '../../service/fee-table.ts';
import { accessUnmet } from '../access.ts';
import { mergedData, type Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import type { ApplicationEvent, FormData } from '../events.ts';
import { offeredAction, step } from '../machine.ts';
import { isRefused, refused, type FieldIssue, type Refused } from '../refusal.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { heldByAnother } from './desk.ts';
import { extend } from './extend.ts';
import { fieldIssues } from './field-issues.ts';
import { issue } from './issue.ts';

/**
 * Takes an action that the workflow offers: whose it is, what comes with it, where it leads, and
 * what the applicant is given with it.
 */
export function takeStep(
  application: Application,
  { action: name, data, comment }: CommandOf<'take-step'>,
  context: DecisionContext,
): Decision {
  const { service, actor } = context;
  const action = offeredAction(service, application, name);
  if (isRefused(action)) return action;
  const { definition } = action;
  const access = accessUnmet(application, actor, definition.roles, action.unit);
  if (access) return refused(access);

  const held = heldByAnother(service, application, action.source, actor);
  if (held) return refused(held);
  const input = stepInput(service, definition, data);
  if (isRefused(input)) return input;
  const corrected = correctedFee(service, application, input.data);
  const judged = {
    ...application,
    data: mergedData(application, input.data),
    ...(corrected ? { fee: corrected } : {}),
  };
  const next = step(service, judged, name, actor);
  if (isRefused(next)) return next;
  if (definition.comment === 'required' && comment === undefined) {
    return refused({ type: 'comment-required', action: name });
  }
  const taken: ApplicationEvent = {
    type: 'StepTaken',
    data: {
      action: name,
      from: application.value,
      to: next.value,
      ...(input.data ? { data: input.data } : {}),
      ...(comment === undefined ? {} : { comment }),
      ...(next.outcome === undefined ? {} : { outcome: next.outcome }),
    },
  };
  const extended = definition.extends && extend(application, name, definition.extends, context);
  if (extended && isRefused(extended)) return extended;
  const { events: issued, numbers } = issue(application, next.issues, context);
  return {
    events: [
      taken,
      ...issued,
      ...(corrected ? [{ type: 'FeeAssessed', data: corrected } as const] : []),
      ...(extended?.events ?? []),
    ],
    ...(numbers.length > 0 ? { numbers } : {}),
  };
}

/**
 * The fee that follows from the data, where the step changes data and the fee with it. What was assessed
 * under an earlier version is not touched by a step that changes nothing about it.
 */
function correctedFee(
  service: CompiledService,
  application: Application,
  data: FormData | undefined,
): FeeDue | undefined {
  if (!data) return undefined;
  const before = service.feeByData(application.data, application.erased);
  const due = service.feeByData(mergedData(application, data), application.erased);
  if (!due || due.amount === before?.amount) return undefined;
  return due.amount === application.fee?.amount ? undefined : due;
}

/** What a step sets: the input, each field allowed and valid, and what the action always sets. */
function stepInput(
  service: CompiledService,
  { sets, set }: { sets: string[]; set: FormData },
  data: FormData | undefined,
): { data?: FormData } | Refused {
  const issues: FieldIssue[] = [];
  for (const [field, value] of Object.entries(data ?? {})) {
    if (!sets.includes(field)) return refused({ type: 'field-not-allowed', field, allowed: sets });
    const parsed = service.fields.get(field)?.safeParse(value);
    if (parsed && !parsed.success) issues.push(...fieldIssues(parsed.error, field));
  }
  if (issues.length > 0) return refused({ type: 'invalid-data', issues });
  const merged = { ...data, ...set };
  return Object.keys(merged).length === 0 ? {} : { data: merged };
}
