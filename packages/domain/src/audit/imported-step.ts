import type { Actor } from '../actor.ts';
import { mergedData, type Application } from '../application/application.ts';
import type { ApplicationEvent, EventMetadata } from '../application/events.ts';
import { initialState, offeredAction, step } from '../application/machine.ts';
import { isRefused } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import { inRole } from '../trial/as-the-draft-asks.ts';
import type { FindingReason } from './finding.ts';
import { jsonDifference } from './json-difference.ts';

type EventOf<Type extends ApplicationEvent['type']> = Extract<ApplicationEvent, { type: Type }>;

/** Where the definition begins, against where a case of another system is said to have begun. */
export function checkImportedStart(
  service: CompiledService,
  submitted: EventOf<'ApplicationSubmitted'>,
  application: Application,
): FindingReason | undefined {
  const { digest } = submitted.data.service;
  if (digest !== service.digest) {
    const path = 'service.digest';
    return { finding: 'recorded-otherwise', path, is: digest, shouldBe: service.digest };
  }
  const { value } = initialState(service, application);
  const difference = jsonDifference(submitted.data.state, value, 'state');
  return difference && { finding: 'recorded-otherwise', ...difference };
}

/**
 * A step taken over from another system's log, held against the workflow alone: the other system knew
 * its own roles and rules.
 *
 * @returns `'unchecked'` where a guard asks for what the log does not say
 */
export function checkImportedStep(
  service: CompiledService,
  application: Application,
  { data }: EventOf<'StepTaken'>,
  { actor }: EventMetadata,
): FindingReason | 'unchecked' | undefined {
  const action = offeredAction(service, application, data.action);
  if (isRefused(action)) return { finding: 'refused', refusal: action.refusal };
  const { office, applicant } = application;
  const place = { office, applicant, actor, unit: action.unit };
  const somebody: Actor = inRole(action.definition.roles, place) ?? actor;
  const judged = { ...application, data: mergedData(application, data.data) };
  const next = step(service, judged, data.action, somebody);
  if (isRefused(next)) {
    if (next.refusal.type === 'guard-not-met') return 'unchecked';
    return { finding: 'refused', refusal: next.refusal };
  }
  const is = { from: data.from, to: data.to, outcome: data.outcome };
  const shouldBe = { from: application.value, to: next.value, outcome: next.outcome };
  const difference = jsonDifference(is, shouldBe);
  return difference && { finding: 'recorded-otherwise', ...difference };
}
