import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import type { Localized } from '../names.ts';
import { erasedAfter, erasedFileName } from '../personal-data/erased.ts';
import type { Duration } from '../sla/duration.ts';
import type {
  ApplicationEvent,
  AutomaticStep,
  CarriedClock,
  EventMetadata,
  FormData,
  StateValue,
  applicationMigrated,
  applicationSubmitted,
  clockParked,
  documentAttached,
  feeAssessed,
  importedCase,
  outputIssued,
  paymentReceived,
} from './events.ts';
import { renamed } from './places.ts';

/** A document the applicant handed in, and what the officers made of it. */
export type AttachedDocument = Omit<z.infer<typeof documentAttached>, 'sealed'> & {
  status: 'attached' | 'verified' | 'rejected';
  attachedAt: string;
  /** Why it was rejected. */
  reason?: string;
};

/** A document that the applicant was given. */
export type IssuedOutput = z.infer<typeof outputIssued> & { issuedAt: string };

/** One step of the file: enough to answer who did what, and to run the clocks. */
export type Step = {
  at: string;
  action: string;
  actor: string;
  to: StateValue;
  /** Present exactly when the engine took it because a time was over. */
  automatic?: AutomaticStep;
};

type Migrated = z.infer<typeof applicationMigrated>;

/** A change to a later version of the service. */
export type Migration = Pick<Migrated, 'places' | 'orderedBy'> & {
  at: string;
  /** Versions of the service. */
  from: number;
  to: number;
  /** The active state(s) before and after. */
  before: StateValue;
  after: StateValue;
  /** How many steps had been taken by then. */
  steps: number;
};

/** What the SLA monitor recorded of a clock. */
export type ClockMark = {
  warnedAt?: string;
  breachedAt?: string;
  /** Which escalations were told, and when. */
  escalated?: { at: number | 'due'; on: string }[];
};

/** Something due about a clock that could not be done, and when it was first tried. */
export type ParkedMark = z.infer<typeof clockParked> & { since: string };

/** An officer took the file into hand in a state, or was given it. */
export type Claim = { at: string; state: string; officer: string };

/** More time for the service's promise. */
export type Extension = { at: string; action: string; by: Duration; legalGround: Localized };

/**
 * The facts of one application, folded from its events. Plain JSON; instants are ISO 8601 strings.
 * XState machines see it, read-only, as their context.
 */
export type Application = Omit<z.infer<typeof applicationSubmitted>, 'imported' | 'sealed'> & {
  /** The case of a foreign log that it was taken over from. What else is known of it, the event tells. */
  imported?: z.infer<typeof importedCase>;
  submittedAt: string;
  submittedBy: string;
  /** The active state(s), as of the last step; `state` keeps the first. */
  value: StateValue;
  steps: Step[];
  documents: AttachedDocument[];
  fee?: z.infer<typeof feeAssessed>;
  payments: z.infer<typeof paymentReceived>[];
  /** Active state path → officer who holds the file there. */
  assignments: Record<string, string>;
  /** In order; absent while nobody has taken it into hand. */
  claims?: Claim[];
  /** Clock id → what was recorded of it. */
  clocks: Record<string, ClockMark>;
  /** What the SLA monitor could not do; absent while there is nothing. */
  parked?: ParkedMark[];
  /** In order; absent when none was granted. */
  extensions?: Extension[];
  notes: number;
  /** What was given out, in order; absent while nothing was. */
  issued?: IssuedOutput[];
  /** In order; absent when the file has stayed with the version it began under. */
  migrations?: Migration[];
  /** The clocks as the last migration handed them over. */
  carriedClocks?: CarriedClock[];
  ended?: { at: string; outcome: string };
  /**
   * Personal data that were erased: `applicant.name`, `data.<field>`, `documents.<id>.name`. Absent
   * while nothing is.
   */
  erased?: string[];
};

/** Who and when of an event: all that folding needs of its metadata. */
export type Circumstances = Pick<EventMetadata, 'occurredAt'> & { actor: Pick<Actor, 'id'> };

/**
 * The application after the event. Pure and total over histories that begin with
 * `ApplicationSubmitted`; never mutates what it is given.
 *
 * @throws Error when a history does not begin with `ApplicationSubmitted`, or begins twice
 */
export function evolve(
  application: Application | undefined,
  event: ApplicationEvent,
  circumstances: Circumstances,
): Application {
  const evolved = afterEvent(application, event, circumstances);
  return evolved.parked ? withParked(evolved, stillParked(evolved.parked, event)) : evolved;
}

function afterEvent(
  application: Application | undefined,
  event: ApplicationEvent,
  { actor, occurredAt }: Circumstances,
): Application {
  if (event.type === 'ApplicationSubmitted') {
    if (application) throw new Error('a history has ApplicationSubmitted twice');
    const { imported, sealed, ...submitted } = event.data;
    return {
      ...submitted,
      ...(imported ? { imported: caseOf(imported) } : {}),
      ...withErased(erasedAfter(undefined, sealed)),
      submittedAt: occurredAt,
      submittedBy: actor.id,
      value: submitted.state,
      steps: [],
      documents: [],
      payments: [],
      assignments: {},
      clocks: {},
      notes: 0,
    };
  }
  if (!application) throw new Error(`a history begins with ${event.type}`);

  switch (event.type) {
    case 'StepTaken': {
      const { action, to, data, outcome, automatic, sealed } = event.data;
      const taken = { at: occurredAt, action, actor: actor.id, to };
      const { erased, ...rest } = application;
      return {
        ...rest,
        value: to,
        data: data ? { ...application.data, ...data } : application.data,
        steps: [...application.steps, automatic ? { ...taken, automatic } : taken],
        assignments: stillActive(application.assignments, to),
        ...(outcome === undefined ? {} : { ended: { at: occurredAt, outcome } }),
        ...withErased(erasedAfter(erased, sealed, data)),
      };
    }
    case 'OutputIssued':
      return {
        ...application,
        issued: [...(application.issued ?? []), { ...event.data, issuedAt: occurredAt }],
      };
    case 'DocumentAttached': {
      const { sealed, ...attached } = event.data;
      const lost = sealed ? [erasedFileName(attached.document)] : [];
      return {
        ...application,
        documents: [
          ...application.documents,
          { ...attached, status: 'attached', attachedAt: occurredAt },
        ],
        ...(lost.length > 0 ? { erased: [...(application.erased ?? []), ...lost] } : {}),
      };
    }
    case 'DocumentVerified':
      return withDocument(application, event.data.document, { status: 'verified' });
    case 'DocumentRejected':
      return withDocument(application, event.data.document, {
        status: 'rejected',
        reason: event.data.reason,
      });
    case 'FeeAssessed':
      return { ...application, fee: event.data };
    case 'PaymentReceived':
      return { ...application, payments: [...application.payments, event.data] };
    case 'OfficerAssigned': {
      const { state, officer } = event.data;
      return {
        ...application,
        assignments: { ...application.assignments, [state]: officer },
        claims: [...(application.claims ?? []), { at: occurredAt, state, officer }],
      };
    }
    case 'OfficerReleased': {
      const { [event.data.state]: _, ...assignments } = application.assignments;
      return { ...application, assignments };
    }
    case 'NoteAdded':
      return { ...application, notes: application.notes + 1 };
    case 'ClockWarned':
      return withClockMark(application, event.data.clock, { warnedAt: occurredAt });
    case 'ClockBreached':
      return withClockMark(application, event.data.clock, { breachedAt: occurredAt });
    case 'ClockEscalated': {
      const { clock, at } = event.data;
      const before = application.clocks[clock]?.escalated ?? [];
      const escalated = [...before.filter((one) => one.at !== at), { at, on: occurredAt }];
      return withClockMark(application, clock, { escalated });
    }
    case 'ClockParked': {
      const { clock, mark, dueAt } = event.data;
      const all = application.parked ?? [];
      const before = all.find(
        (one) => one.clock === clock && one.mark === mark && one.dueAt === dueAt,
      );
      const parked = { ...event.data, since: before?.since ?? occurredAt };
      return { ...application, parked: [...all.filter((one) => one !== before), parked] };
    }
    case 'PromiseExtended': {
      const extensions = [...(application.extensions ?? []), { ...event.data, at: occurredAt }];
      return { ...application, extensions };
    }
    case 'ApplicationMigrated':
      return withMigration(application, event.data, occurredAt);
  }
}

/** Without its attributes: logs have any number of them, and nothing is decided by them. */
function caseOf({ log, case: id, place }: z.infer<typeof importedCase>) {
  return { log, case: id, place };
}

/** The paths of the innermost active states: `['review.health.inspecting', 'review.fire.done']`. */
export function activeStates(value: StateValue): string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([parent, inner]) => {
    const paths = activeStates(inner);
    // XState writes an active region without inner states as an empty object.
    return paths.length === 0 ? [parent] : paths.map((path) => `${parent}.${path}`);
  });
}

/** The newest document handed in for a requirement, if any: a later one replaces an earlier. */
export function currentDocument(
  application: Application,
  requirement: string,
): AttachedDocument | undefined {
  return application.documents.findLast((document) => document.requirement === requirement);
}

/** What is still to be paid, in rupiah. */
export function outstandingFee(application: Application): number {
  const paid = application.payments.reduce((sum, { amount }) => sum + amount, 0);
  return Math.max(0, (application.fee?.amount ?? 0) - paid);
}

/** The form data with a step's input in it; the same object where there is none. */
export function mergedData(application: Application, input: FormData | undefined): FormData {
  return input ? { ...application.data, ...input } : application.data;
}

function withErased(erased: string[] | undefined): Pick<Application, 'erased'> {
  return erased ? { erased } : {};
}

function stillActive(assignments: Record<string, string>, value: StateValue) {
  const held = Object.entries(assignments);
  if (held.length === 0) return assignments;
  const active = activeStates(value);
  return Object.fromEntries(held.filter(([path]) => active.includes(path)));
}

function withMigration(
  application: Application,
  { from, to, places, orderedBy, clocks }: Migrated,
  at: string,
): Application {
  const migration: Migration = {
    at,
    orderedBy,
    from: from.version,
    to: to.version,
    before: from.state,
    after: to.state,
    places,
    steps: application.steps.length,
  };
  const held = new Map(Object.entries(application.assignments));
  return {
    ...application,
    service: { id: application.service.id, version: to.version, digest: to.digest },
    value: to.state,
    assignments: Object.fromEntries(renamed(held, places)),
    migrations: [...(application.migrations ?? []), migration],
    carriedClocks: clocks,
  };
}

function withDocument(
  application: Application,
  id: string,
  change: Partial<AttachedDocument>,
): Application {
  return {
    ...application,
    documents: application.documents.map((document) =>
      document.document === id ? { ...document, ...change } : document,
    ),
  };
}

/** What an event leaves parked: whatever else happens to the file may be what was missing. */
function stillParked(parked: ParkedMark[], event: ApplicationEvent): ParkedMark[] {
  if (event.type === 'ClockParked' || event.type === 'NoteAdded') return parked;
  if (!isMark(event)) return [];
  const done = markOf[event.type];
  return parked.filter(({ clock, mark }) => clock !== event.data.clock || mark !== done);
}

const markOf = {
  ClockWarned: 'warned',
  ClockEscalated: 'escalated',
  ClockBreached: 'breached',
} as const;

function isMark(
  event: ApplicationEvent,
): event is ApplicationEvent & { type: keyof typeof markOf } {
  return Object.hasOwn(markOf, event.type);
}

function withParked(evolved: Application, parked: ParkedMark[]): Application {
  const { parked: _, ...application } = evolved;
  return parked.length === 0 ? application : { ...application, parked };
}

function withClockMark(application: Application, clock: string, mark: ClockMark): Application {
  return {
    ...application,
    clocks: { ...application.clocks, [clock]: { ...application.clocks[clock], ...mark } },
  };
}
