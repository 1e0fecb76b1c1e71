import { z } from 'zod';
import { en as english, id as indonesian } from 'zod/locales';
import { builtInRoles, hasRole, type Actor } from '../actor.ts';
import { stateOf, type CompiledService, type CompiledState } from '../service/compile.ts';
import { clocksOf, nextMark } from '../sla/clocks.ts';
import type { WorkingCalendar } from '../sla/calendar.ts';
import { accessUnmet } from './access.ts';
import {
  activeStates,
  currentDocument,
  evolve,
  mergedData,
  outstandingFee,
  type Application,
} from './application.ts';
import type { ApplicationCommand, CommandOf } from './commands.ts';
import type { ApplicationEvent, FormData } from './events.ts';
import { initialState, offeredAction, offeredActions, step } from './machine.ts';
import { isRefused, refused, type FieldIssue, type Refusal, type Refused } from './refusal.ts';

/** What a decision may look at beside the application: nothing here is read from the outside world. */
export type DecisionContext = {
  /** The version that the application is pinned to, or the newest for a submission. */
  service: CompiledService;
  /** The office's calendar. */
  calendar: WorkingCalendar;
  actor: Actor;
  /** The instant of the command, read once by the command handler. */
  now: Temporal.Instant;
};

/** Events to append (none when there is nothing left to record), or why not. */
export type Decision = { events: ApplicationEvent[] } | Refused;

/** Decides a command on an application: pure, total, no clock and no randomness. */
export function decide(
  application: Application | undefined,
  command: ApplicationCommand,
  context: DecisionContext,
): Decision {
  if (command.type === 'submit') {
    return application ? refused({ type: 'application-exists' }) : submit(command.data, context);
  }
  if (!application) return refused({ type: 'application-not-found' });

  switch (command.type) {
    case 'take-step':
      return takeStep(application, command.data, context);
    case 'attach-document':
      return attachDocument(application, command.data, context);
    case 'verify-document':
    case 'reject-document':
      return judgeDocument(application, command, context);
    case 'assess-fee':
      return assessFee(application, command.data, context);
    case 'receive-payment':
      return receivePayment(application, command.data, context);
    case 'assign':
      return assign(application, command.data, context);
    case 'release':
      return release(application, command.data, context);
    case 'add-note':
      return addNote(application, command.data, context);
    case 'mark-clock':
      return markClock(application, command.data, context);
  }
}

function submit(command: CommandOf<'submit'>, { service, actor, now }: DecisionContext): Decision {
  const { definition } = service;
  const access = accessUnmet(command, actor, definition.submittedBy);
  if (access) return refused(access);
  const form = service.form.safeParse(command.data);
  if (!form.success) return refused({ type: 'invalid-data', issues: fieldIssues(form.error) });

  const { id: serviceId, version, digest } = service;
  const submitted = {
    office: command.office,
    service: { id: serviceId, version, digest },
    applicant: command.applicant,
    channel: command.channel,
    data: command.data,
  };
  const draft = evolve(
    undefined,
    { type: 'ApplicationSubmitted', data: { ...submitted, state: definition.workflow.initial } },
    { actor, occurredAt: now.toString() },
  );
  const { value } = initialState(service, draft);
  const events: ApplicationEvent[] = [
    { type: 'ApplicationSubmitted', data: { ...submitted, state: value } },
  ];
  if (definition.fee.kind === 'fixed') {
    const { amount, basis } = definition.fee;
    events.push({ type: 'FeeAssessed', data: { amount, ...(basis ? { basis: basis.id } : {}) } });
  }
  return { events };
}

function takeStep(
  application: Application,
  { action: name, data, comment }: CommandOf<'take-step'>,
  { service, actor }: DecisionContext,
): Decision {
  const action = offeredAction(service, application, name);
  if (isRefused(action)) return action;
  const { definition } = action;
  const access = accessUnmet(application, actor, definition.roles, action.unit);
  if (access) return refused(access);

  const held = heldByAnother(service, application, action.source, actor);
  if (held) return refused(held);
  const input = stepInput(service, definition, data);
  if (isRefused(input)) return input;
  const judged = { ...application, data: mergedData(application, input.data) };
  const next = step(service, judged, name, actor);
  if (isRefused(next)) return next;
  if (definition.comment === 'required' && comment === undefined) {
    return refused({ type: 'comment-required', action: name });
  }
  return recorded({
    type: 'StepTaken',
    data: {
      action: name,
      from: application.value,
      to: next.value,
      ...(input.data ? { data: input.data } : {}),
      ...(comment === undefined ? {} : { comment }),
      ...(next.outcome === undefined ? {} : { outcome: next.outcome }),
    },
  });
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

function attachDocument(
  application: Application,
  document: CommandOf<'attach-document'>,
  { service, actor }: DecisionContext,
): Decision {
  const requirement = service.definition.documents[document.requirement];
  if (!requirement) {
    const known = Object.keys(service.definition.documents);
    return refused({ type: 'unknown-requirement', requirement: document.requirement, known });
  }
  const desk = notAtDesk(service, application, actor, requirement.attachedBy);
  if (desk) return refused(desk);
  const { mediaType, bytes } = document;
  if (!(requirement.types as string[]).includes(mediaType)) {
    return refused({ type: 'document-type-not-accepted', mediaType, accepted: requirement.types });
  }
  if (bytes > requirement.maxBytes) {
    return refused({ type: 'document-too-large', bytes, maxBytes: requirement.maxBytes });
  }
  return recorded({ type: 'DocumentAttached', data: document });
}

function judgeDocument(
  application: Application,
  command: Extract<ApplicationCommand, { type: 'verify-document' | 'reject-document' }>,
  { service, actor }: DecisionContext,
): Decision {
  const id = command.data.document;
  const document = application.documents.find((one) => one.document === id);
  if (!document) return refused({ type: 'document-not-found', document: id });
  const requirement = service.definition.documents[document.requirement];
  const desk = notAtDesk(service, application, actor, requirement?.verifiedBy ?? []);
  if (desk) return refused(desk);
  if (currentDocument(application, document.requirement) !== document) {
    return refused({ type: 'document-replaced', document: id });
  }
  if (command.type === 'reject-document') {
    return recorded({ type: 'DocumentRejected', data: command.data });
  }
  if (document.status === 'verified') return { events: [] };
  return recorded({ type: 'DocumentVerified', data: command.data });
}

function assessFee(
  application: Application,
  assessment: CommandOf<'assess-fee'>,
  { service, actor }: DecisionContext,
): Decision {
  const { fee } = service.definition;
  if (fee.kind !== 'assessed') return refused({ type: 'no-fee-to-assess' });
  const desk = notAtDesk(service, application, actor, fee.assessedBy);
  if (desk) return refused(desk);
  return recorded({ type: 'FeeAssessed', data: assessment });
}

function receivePayment(
  application: Application,
  payment: CommandOf<'receive-payment'>,
  { service, actor }: DecisionContext,
): Decision {
  const { fee } = service.definition;
  if (fee.kind === 'free') return refused({ type: 'no-fee-due' });
  const access = accessUnmet(application, actor, fee.receivedBy);
  if (access) return refused(access);
  if (application.ended) return refused(ended(application.ended));
  const { amount, reference } = payment;
  if (application.payments.some((earlier) => earlier.reference === reference)) {
    return refused({ type: 'payment-already-received', reference });
  }
  const outstanding = outstandingFee(application);
  if (outstanding === 0) return refused({ type: 'no-fee-due' });
  if (amount > outstanding) return refused({ type: 'payment-exceeds-fee', amount, outstanding });
  return recorded({ type: 'PaymentReceived', data: payment });
}

function assign(
  application: Application,
  { state, officer }: CommandOf<'assign'>,
  { service, actor }: DecisionContext,
): Decision {
  const place = activeState(service, application, state);
  if (isRefused(place)) return place;
  const roles = place.actions.flatMap(({ definition }) => definition.roles);
  const officers = roles.filter((role) => role !== builtInRoles.applicant);
  const supervises = !accessUnmet(application, actor, [builtInRoles.supervisor], place.unit);
  const access = supervises ? undefined : accessUnmet(application, actor, officers, place.unit);
  if (access) return refused(access);
  if (!supervises && officer !== actor.id) {
    return refused({ type: 'role-required', roles: [builtInRoles.supervisor] });
  }
  const holder = application.assignments[state];
  if (holder === officer) return { events: [] };
  if (holder !== undefined && !supervises) {
    return refused({ type: 'assigned-to-another', state, officer: holder });
  }
  return recorded({ type: 'OfficerAssigned', data: { state, officer } });
}

function release(
  application: Application,
  released: CommandOf<'release'>,
  { service, actor }: DecisionContext,
): Decision {
  const place = activeState(service, application, released.state);
  if (isRefused(place)) return place;
  const holder = application.assignments[released.state];
  if (holder === undefined) return refused({ type: 'not-assigned', state: released.state });
  const supervises = !accessUnmet(application, actor, [builtInRoles.supervisor], place.unit);
  if (holder !== actor.id && !supervises) {
    return refused({ type: 'assigned-to-another', state: released.state, officer: holder });
  }
  return recorded({ type: 'OfficerReleased', data: released });
}

function addNote(
  application: Application,
  note: CommandOf<'add-note'>,
  { service, actor }: DecisionContext,
): Decision {
  const roles = [...service.states.values()].flatMap(({ actions }) =>
    actions.flatMap(({ definition }) => definition.roles),
  );
  const named = [...new Set([builtInRoles.supervisor, ...roles])];
  const access = accessUnmet(application, actor, named);
  return access ? refused(access) : recorded({ type: 'NoteAdded', data: note });
}

function markClock(
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

/**
 * A file's papers and fees are handled by whoever has it: somebody in one of the roles, while an
 * active state is theirs to act in.
 */
function notAtDesk(
  service: CompiledService,
  application: Application,
  actor: Actor,
  roles: readonly string[],
): Refusal | undefined {
  const access = accessUnmet(application, actor, roles);
  if (access) return access;
  if (application.ended) return ended(application.ended);
  const mine = offeredActions(service, application).find(
    (action) =>
      // Actions of the whole workflow, such as withdrawing, do not bring the file to anybody's desk.
      action.source !== '' &&
      accessUnmet(application, actor, action.definition.roles, action.unit) === undefined,
  );
  if (!mine) return { type: 'not-at-this-desk', state: activeStates(application.value) };
  return heldByAnother(service, application, mine.source, actor);
}

/** A file that an officer holds is left to that officer; what applicants may do, they still may. */
export function heldByAnother(
  service: CompiledService,
  application: Application,
  source: string,
  actor: Actor,
): Refusal | undefined {
  if (actor.id === application.applicant.id) return undefined;
  for (const [state, officer] of Object.entries(application.assignments)) {
    const inside = source !== '' && (state === source || state.startsWith(`${source}.`));
    if (inside && officer !== actor.id && service.states.has(state)) {
      return { type: 'assigned-to-another', state, officer };
    }
  }
  return undefined;
}

function activeState(
  service: CompiledService,
  application: Application,
  path: string,
): CompiledState | Refused {
  if (application.ended) return refused(ended(application.ended));
  const active = activeStates(application.value);
  return active.includes(path)
    ? stateOf(service, path)
    : refused({ type: 'state-not-active', state: path, active });
}

function fieldIssues(error: z.ZodError, field?: string): FieldIssue[] {
  return error.issues.map((issue) => {
    const at = [...(field === undefined ? [] : [field]), ...issue.path].join('.');
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : at;
    return {
      field: unknown,
      message: { id: inLanguage(indonesian, issue), en: inLanguage(english, issue) },
    };
  });
}

function inLanguage(locale: typeof english, issue: z.core.$ZodIssue): string {
  const message = locale().localeError(issue as z.core.$ZodRawIssue);
  return typeof message === 'string' ? message : (message?.message ?? issue.message);
}

const recorded = (event: ApplicationEvent): Decision => ({ events: [event] });
const ended = ({ outcome }: { outcome: string }): Refusal => ({
  type: 'application-ended',
  outcome,
});
const iso = (instant: number) => new Date(instant).toISOString();
