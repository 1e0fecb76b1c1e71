import { builtInRoles, type Actor } from '../actor.ts';
import { currentDocument, outstandingFee, type Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import type { FormData } from '../application/events.ts';
import { offeredActions } from '../application/machine.ts';
import { accessUnmet } from '../application/access.ts';
import type { CompiledService } from '../service/compile.ts';
import type { FormField } from '../service/form.ts';
import { possibleSteps, weightOf } from './possible-steps.ts';
import { pick, pickWeighted } from './random.ts';

/** What somebody would sensibly do next with a file, and who. */
export type NextCommand = { command: ApplicationCommand; actor: Actor };

export type Simulated = {
  service: CompiledService;
  application: Application;
  /** Everybody who might act. */
  actors: readonly Actor[];
  random: () => number;
  /** A UUID for a document to be attached. */
  documentId: () => string;
  /** The active state to act in, where several are active; any of them by default. */
  state?: string;
};

/**
 * The next command that moves a file along: papers and fees first where a step waits for them, then
 * a step that somebody may take. Works for every definition, so histories, trials and load tests
 * need no script of their own.
 *
 * @returns undefined when nobody among the actors can do anything (at the end, always)
 */
export function nextCommand(simulated: Simulated): NextCommand | undefined {
  return missingPaper(simulated) ?? feeToSettle(simulated) ?? nextStep(simulated);
}

/** A form filled in with values that its fields accept; required fields always, others sometimes. */
export function filledForm(
  form: Readonly<Record<string, FormField>>,
  random: () => number,
): FormData {
  return Object.fromEntries(
    Object.entries(form)
      .filter(([, { enteredBy }]) => enteredBy === 'applicant')
      .filter(([, field]) => field.required || random() < 0.3)
      .map(([name, field]) => [name, valueOf(field, random)]),
  );
}

function missingPaper({ service, application, actors, documentId }: Simulated) {
  const asked = askedByGuards(service);
  for (const [requirement, definition] of Object.entries(service.definition.documents)) {
    if (!definition.required && !asked.has(requirement)) continue;
    const document = currentDocument(application, requirement);
    if (!document || document.status === 'rejected') {
      const actor = atDesk(service, application, actors, definition.attachedBy);
      if (!actor) continue;
      const id = documentId();
      const data = {
        document: id,
        requirement,
        name: `${requirement}.pdf`,
        mediaType: definition.types[0] ?? 'application/pdf',
        bytes: 48_213,
        sha256: id.replaceAll('-', '').repeat(2),
      };
      return { command: { type: 'attach-document', data }, actor } as const;
    }
    if (document.status === 'attached') {
      const actor = atDesk(service, application, actors, definition.verifiedBy);
      const data = { document: document.document };
      if (actor) return { command: { type: 'verify-document', data }, actor } as const;
    }
  }
  return undefined;
}

const askedFor = new WeakMap<CompiledService, Set<string>>();

/** Papers that nobody must hand in, but that some guard may wait for. */
function askedByGuards(service: CompiledService): Set<string> {
  const known = askedFor.get(service);
  if (known) return known;
  const named = (part: unknown): string[] => {
    if (Array.isArray(part)) return part.flatMap(named);
    if (typeof part !== 'object' || part === null) return [];
    const { documents } = part as { documents?: unknown };
    return [
      ...(Array.isArray(documents) ? documents.map(String) : []),
      ...Object.values(part).flatMap(named),
    ];
  };
  const asked = new Set(named(service.definition.workflow));
  askedFor.set(service, asked);
  return asked;
}

function feeToSettle({ service, application, actors, random }: Simulated) {
  const { fee } = service.definition;
  if (fee.kind === 'free' || application.ended) return undefined;
  if (fee.kind === 'assessed' && !application.fee) {
    const actor = atDesk(service, application, actors, fee.assessedBy);
    const amount = 50_000 * (1 + Math.floor(random() * 40));
    if (actor) return { command: { type: 'assess-fee', data: { amount } }, actor } as const;
  }
  const amount = outstandingFee(application);
  const actor = amount > 0 && actors.find((one) => !accessUnmet(application, one, fee.receivedBy));
  if (!actor) return undefined;
  const reference = `kwitansi-${application.payments.length + 1}`;
  return { command: { type: 'receive-payment', data: { amount, reference } }, actor } as const;
}

function nextStep(simulated: Simulated): NextCommand | undefined {
  const { service, random } = simulated;
  const steps = possibleSteps(simulated);
  if (steps.length === 0) return undefined;
  const { actor, action } = pickWeighted(steps, (step) => weightOf(service, step.action), random);
  const { name, definition } = action;
  const fields = Object.entries(service.definition.form).filter(([field]) =>
    definition.sets.includes(field),
  );
  const data = Object.fromEntries(fields.map(([field, spec]) => [field, valueOf(spec, random)]));
  return {
    actor,
    command: {
      type: 'take-step',
      data: {
        action: name,
        ...(fields.length > 0 ? { data } : {}),
        ...(definition.comment === 'required' ? { comment: 'Berkas belum lengkap.' } : {}),
      },
    },
  };
}

function atDesk(
  service: CompiledService,
  application: Application,
  actors: readonly Actor[],
  roles: readonly string[],
): Actor | undefined {
  const here = offeredActions(service, application).filter(({ source }) => source !== '');
  return actors.find(
    (actor) =>
      !accessUnmet(application, actor, roles) &&
      here.some(({ definition, unit }) => !accessUnmet(application, actor, definition.roles, unit)),
  );
}

function valueOf(field: FormField, random: () => number): FormData[string] {
  switch (field.type) {
    case 'text':
      return field.contact === 'email'
        ? 'pemohon@example.com'
        : 'Contoh isian'.slice(0, field.maxLength);
    case 'integer':
    case 'rupiah': {
      const min = Math.ceil(Math.max(field.min ?? 1, field.type === 'rupiah' ? 0 : -1e9));
      const max = Math.floor(field.max ?? min + 99_999);
      const most = max - min + 1;
      // Most are small; one in ten is anything, so that conditions on large values are met too.
      const drawn = random();
      const usual = field.max === undefined ? 1_000 : most;
      return min + Math.floor(drawn < 0.9 ? (drawn / 0.9) * usual : (drawn - 0.9) * 10 * most);
    }
    case 'number': {
      const min = field.min ?? 1;
      return Math.min(field.max ?? min + 100, min + Math.floor(random() * 100));
    }
    case 'boolean':
      return random() < 0.8;
    case 'date':
      return '2026-01-15';
    case 'choice':
      return pick(field.options, random);
  }
}

/** An actor for every role and unit that a service names, in one office. */
export function staffOf(service: CompiledService, office: string): Actor[] {
  const { definition } = service;
  const wanted = new Map<string, Actor>();
  const add = (role: string, unit: string) => {
    if (role === builtInRoles.applicant || role === builtInRoles.system) return;
    const id = `${role}.${unit}.${office}`;
    wanted.set(id, { id, roles: [role], unit, office });
  };
  for (const { actions } of service.states.values()) {
    for (const { definition: action, unit } of actions)
      for (const role of action.roles) add(role, unit);
  }
  const { fee } = definition;
  if (fee.kind !== 'free') for (const role of fee.receivedBy) add(role, definition.unit);
  return [...wanted.values()];
}
