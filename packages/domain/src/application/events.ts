import { z } from 'zod';
import { actor } from '../actor.ts';
import { logAttributes } from '../audit/log-attribute.ts';
import { fieldName, instant, localized, name, serviceId } from '../names.ts';
import { fieldValue, type FieldValue } from '../service/form.ts';
import { calendarReference } from '../sla/calendar-versions.ts';
import { sealed } from '../personal-data/sealed.ts';
import { duration } from '../sla/duration.ts';

/** States within states: more than the check of a definition lets through. */
const deepestState = 16;

/** What XState calls a state value: the active state, or active states by region. */
export type StateValue = string | { [region: string]: StateValue };

/** Checked by hand: a recursive union of schemas would cost more than the rest of an event. */
export const stateValue = z.custom<StateValue>((value) => isStateValue(value), {
  error: 'must be a state name, or states by region',
});

/** How many names of states are remembered: more than the services of a mall have. */
const mostRemembered = 10_000;
const soundNames = new Set<string>();

/** The same few names stand in every event: what was found sound once need not be looked at again. */
function isName(value: string): boolean {
  if (soundNames.has(value)) return true;
  if (!name.safeParse(value).success) return false;
  if (soundNames.size >= mostRemembered) soundNames.clear();
  soundNames.add(value);
  return true;
}

function isStateValue(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isName(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([region, inner]) => depth < deepestState && isName(region) && isStateValue(inner, depth + 1),
  );
}

/** Form data: field name → value. */
export type FormData = Record<string, FieldValue>;
const formData = z.record(fieldName, fieldValue);

/** A path to an active state, regions and parents joined by dots: `review.health.inspecting`. */
export const statePath = z
  .string()
  .max(500)
  .regex(/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/);

const text = z.string().min(1).max(4000);
const rupiah = z.int().min(1);

/** The version of a service definition that an application runs under. */
export const pinnedService = z.strictObject({
  id: serviceId,
  version: z.int().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The case of a foreign log that an application was taken over from. */
export const importedCase = z.strictObject({
  /** Which log: the id of its import. */
  log: z.uuid(),
  case: z.string().max(10_000),
  /** Its place among the cases of the log, from 0: two cases of one name stay two. */
  place: z.int().min(0),
});

/** The personal parts of the event, where they could not be opened: their key is erased. */
const unopened = sealed.exactOptional();

/** The application entered the house: its first event, always. */
export const applicationSubmitted = z.strictObject({
  office: name,
  service: pinnedService,
  applicant: z.strictObject({
    id: z.string().min(1).max(200),
    /** Absent when it is erased. */
    name: z.string().min(1).max(200).exactOptional(),
  }),
  channel: z.enum(['online', 'counter']),
  data: formData,
  state: stateValue,
  sealed: unopened,
  /** Present exactly when it was taken over from another system's log: the case as it stands there. */
  imported: importedCase.extend({ attributes: logAttributes }).exactOptional(),
});

const clockId = z.string().max(600);
const pauses = z.array(z.strictObject({ from: instant, to: instant.exactOptional() }));

/** Why the engine took a step by itself: what it was counted by, so that it can be counted again. */
export const automaticStep = z.strictObject({
  clock: clockId,
  dueAt: instant,
  legalGround: localized,
  standard: duration,
  startedAt: instant,
  pauses,
  extensions: z.array(z.strictObject({ at: instant, by: duration })),
  calendar: calendarReference,
  /** The version of the service that said so. */
  service: pinnedService,
});
export type AutomaticStep = z.infer<typeof automaticStep>;

/** Somebody took an action and the file moved (or stayed, where the action leads nowhere). */
export const stepTaken = z.strictObject({
  action: name,
  from: stateValue,
  to: stateValue,
  /** Form data that the step set. */
  data: formData.optional(),
  comment: text.optional(),
  /** Present exactly when the step ended the application. */
  outcome: name.optional(),
  /** Present exactly when the engine took it because a time was over. */
  automatic: automaticStep.optional(),
  /** Present exactly when it was taken over from another system's log: the event as it stands there. */
  imported: z.strictObject({ attributes: logAttributes }).exactOptional(),
  sealed: unopened,
});

/** A document that the service produces was given out, with the step before it in the same append. */
export const outputIssued = z.strictObject({
  output: name,
  /** The day at the office. */
  issuedOn: z.iso.date(),
  /** The last day on which it holds. */
  validUntil: z.iso.date().exactOptional(),
  /** As it is written, and where it was reserved: the place in its series, from 1. */
  number: z
    .strictObject({
      text: z.string().min(1).max(2000),
      series: z.string().min(1).max(400),
      sequence: z.int().min(1),
    })
    .exactOptional(),
});

export const documentAttached = z.strictObject({
  document: z.uuid(),
  requirement: name,
  /** The file's name; absent when it is erased. */
  name: z.string().min(1).max(255).exactOptional(),
  mediaType: z.string().max(100),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sealed: unopened,
});
export const documentVerified = z.strictObject({ document: z.uuid() });
export const documentRejected = z.strictObject({ document: z.uuid(), reason: text });

/**
 * What the applicant owes, whole rupiah; 0 when nothing is to be paid. Assessing again replaces the
 * earlier assessment.
 */
export const feeAssessed = z.strictObject({ amount: z.int().min(0), basis: text.optional() });
/** `reference` is the payment's number at the bank or cashier: a payment counts once. */
export const paymentReceived = z.strictObject({
  amount: rupiah,
  reference: z.string().min(1).max(100),
});

/** An officer holds the file in one of its active states; the state is left, the assignment ends. */
export const officerAssigned = z.strictObject({
  state: statePath,
  officer: z.string().min(1).max(200),
});
export const officerReleased = z.strictObject({ state: statePath, reason: text.optional() });

export const noteAdded = z.strictObject({ text });

/** A clock reached the share of its standard at which to warn. */
export const clockWarned = z.strictObject({
  clock: clockId,
  dueAt: instant,
  warnAt: instant,
  /** What it was counted by; absent in records from before calendars had versions. */
  calendar: calendarReference.optional(),
});
/** A clock passed its standard. */
export const clockBreached = z.strictObject({
  clock: clockId,
  dueAt: instant,
  calendar: calendarReference.optional(),
});
/** Roles were told that a share of a promise has passed, or all of it. */
export const clockEscalated = z.strictObject({
  clock: clockId,
  at: z.union([z.number(), z.literal('due')]),
  to: z.array(name),
  dueAt: instant,
  calendar: calendarReference,
});
/** What is done about a clock, beside the roles that are told of it. */
export const clockMark = z.enum(['warned', 'escalated', 'breached', 'acted']);
/**
 * What was due about a clock could not be done: it is left until `retryAt`, or until something else
 * happens to the file.
 */
export const clockParked = z.strictObject({
  clock: clockId,
  mark: clockMark,
  /** When it was due. */
  dueAt: instant,
  /** How often it was tried since something else last happened to the file. */
  attempts: z.int().min(1),
  retryAt: instant,
  /** Type of the refusal, or `failed` where there was none: then the engine's log tells more. */
  reason: name,
});
/** The service's promise was given more time, on a legal ground. */
export const promiseExtended = z.strictObject({
  action: name,
  by: duration,
  legalGround: localized,
});

/**
 * A clock as a migration hands it over: when it began, when it stood still, and the standard it is
 * held against from then on. A service's clock has no `state`; one of a state that was left has an end.
 */
const carriedClock = z.strictObject({
  id: clockWarned.shape.clock,
  unit: name,
  standard: duration,
  startedAt: instant,
  pauses,
  /** The active state of the new version whose promise it is. */
  state: statePath.exactOptional(),
  endedAt: instant.exactOptional(),
});
export type CarriedClock = z.infer<typeof carriedClock>;

const versionAndState = z.strictObject({
  version: pinnedService.shape.version,
  digest: pinnedService.shape.digest,
  state: stateValue,
});

/** The file goes on under a later version of its service. Earlier steps stay as they were taken. */
export const applicationMigrated = z.strictObject({
  from: versionAndState,
  to: versionAndState,
  /** State of the old version → state of the new one, as far as somebody had to say it. */
  mapping: z.record(statePath, statePath),
  /** Active state before → the active state after that goes on with its work. */
  places: z.record(statePath, statePath),
  clocks: z.array(carriedClock),
  /** Who ordered it; it is carried out by the system. */
  orderedBy: z.string().min(1).max(200),
});

/** Every event of an application by its name: the one list that all else follows. */
export const applicationEvents = {
  ApplicationSubmitted: applicationSubmitted,
  StepTaken: stepTaken,
  OutputIssued: outputIssued,
  DocumentAttached: documentAttached,
  DocumentVerified: documentVerified,
  DocumentRejected: documentRejected,
  FeeAssessed: feeAssessed,
  PaymentReceived: paymentReceived,
  OfficerAssigned: officerAssigned,
  OfficerReleased: officerReleased,
  NoteAdded: noteAdded,
  ClockWarned: clockWarned,
  ClockBreached: clockBreached,
  ClockEscalated: clockEscalated,
  ClockParked: clockParked,
  PromiseExtended: promiseExtended,
  ApplicationMigrated: applicationMigrated,
} as const;

type EventsOf<Schemas extends Record<string, z.ZodType>> = {
  [Type in keyof Schemas & string]: { type: Type; data: z.infer<Schemas[Type]> };
}[keyof Schemas & string];

/** Something that happened to an application, as `decide` returns it. */
export type ApplicationEvent = EventsOf<typeof applicationEvents>;

/** What is recorded beside every event: who, when, where, and which command caused it. */
export const eventMetadata = z.strictObject({
  actor,
  /** When it happened, by the engine's clock; SLA figures use this and nothing else. */
  occurredAt: instant,
  office: name.optional(),
  /** The command that caused the event; event ids derive from it, so a retry records nothing twice. */
  command: z.uuid(),
  /** Digest of the request behind an idempotency key, to tell a retry from another request. */
  fingerprint: z.string().max(64).optional(),
});
export type EventMetadata = z.infer<typeof eventMetadata>;
