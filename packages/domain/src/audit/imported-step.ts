import type { Actor } from '../actor.ts';
import { evolve, mergedData, type Application } from '../application/application.ts';
import type { ApplicationEvent, EventMetadata, StateValue } from '../application/events.ts';
import { initialState, offeredAction, step, type Settled } from '../application/machine.ts';
import { isRefused, type Refused } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import { inRole } from '../trial/as-the-draft-asks.ts';
import type { FindingReason } from './finding.ts';
import { jsonDifference } from './json-difference.ts';

type EventOf<Type extends ApplicationEvent['type']> = Extract<ApplicationEvent, { type: Type }>;

/** Where an application begins of which nothing is known but its office; routing states are passed. */
export function submittedState(service: CompiledService, office: string): StateValue {
  const { id, version, digest, definition } = service;
  const data = {
    office,
    service: { id, version, digest },
    applicant: { id: 'nobody', name: 'nobody' },
    channel: 'counter' as const,
    data: {},
    state: definition.workflow.initial,
  };
  const circumstances = { occurredAt: '1970-01-01T00:00:00Z', actor: { id: 'nobody' } };
  const draft = evolve(undefined, { type: 'ApplicationSubmitted', data }, circumstances);
  return initialState(service, draft).value;
}

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
 * What the workflow says of a step of a foreign log, whoever took it: the other system knew its own roles.
 */
export function stepOfLog(
  service: CompiledService,
  application: Application,
  { action: name, data }: Pick<EventOf<'StepTaken'>['data'], 'action' | 'data'>,
  actor: Actor,
): (Settled & { unit: string }) | Refused {
  const action = offeredAction(service, application, name);
  if (isRefused(action)) return action;
  const { office, applicant } = application;
  const place = { office, applicant, actor, unit: action.unit };
  const somebody: Actor = inRole(action.definition.roles, place) ?? actor;
  const judged = { ...application, data: mergedData(application, data) };
  const next = step(service, judged, name, somebody);
  if (isRefused(next)) return next;
  const { issues: _issues, ...settled } = next;
  return { ...settled, unit: action.unit };
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
  const next = stepOfLog(service, application, data, actor);
  if (isRefused(next)) {
    if (next.refusal.type === 'guard-not-met') return 'unchecked';
    return { finding: 'refused', refusal: next.refusal };
  }
  const is = { from: data.from, to: data.to, outcome: data.outcome };
  const shouldBe = { from: application.value, to: next.value, outcome: next.outcome };
  const difference = jsonDifference(is, shouldBe);
  return difference && { finding: 'recorded-otherwise', ...difference };
}
