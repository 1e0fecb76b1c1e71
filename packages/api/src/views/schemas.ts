import {
  applicationMigrated,
  applicationSubmitted,
  automaticStep,
  clockParked,
  documentAttached,
  duration,
  feeAssessed,
  importedCase,
  instant,
  jsonValue,
  localized,
  name,
  outputIssued,
  paymentReceived,
  serviceId,
  type Application,
  type SlaStatus,
  type StateValue,
} from '@satu-atap/domain';
import type { ApplicationRow, ClockRow, CountRow, HistoryRow } from '@satu-atap/projections';
import { z } from 'zod';
import { problemTypes } from '../problems/problem-table.ts';

/** The shapes of answers: for the OpenAPI document, and for tests that hold the answers against it. */
const ended = z.strictObject({ at: instant, outcome: name });
const person = applicationSubmitted.shape.applicant;
const states = z.array(z.string()).meta({ description: 'Paths of the active states.' });

const slaStatuses = [
  'not-started',
  'on-time',
  'at-risk',
  'overdue',
  'paused',
  'finished-in-time',
  'finished-late',
] as const satisfies readonly SlaStatus[];
export const slaStatus: z.ZodType<SlaStatus> = z
  .enum(slaStatuses)
  .meta({ id: 'SlaStatus', description: 'Where an application stands against its promise.' });

export const applicationRow = z
  .strictObject({
    id: z.uuid(),
    office: name,
    service: serviceId,
    serviceVersion: z.int(),
    applicant: person,
    states,
    units: z.array(name).meta({ description: 'Units that have the file now.' }),
    slaStatus,
    submittedAt: instant,
    updatedAt: instant,
    dueAt: instant.exactOptional(),
    ended: ended.exactOptional(),
    revision: z.int(),
  })
  .meta({ id: 'ApplicationRow' }) satisfies z.ZodType<ApplicationRow>;

/** For the description of the API; the domain checks state values in a cheaper way. */
export const stateValue: z.ZodType<StateValue> = z.lazy(() =>
  z.union([name, z.record(name, stateValue)]),
);

/** What was recorded of a clock. */
export const clockMark = z.strictObject({
  warnedAt: instant.exactOptional(),
  breachedAt: instant.exactOptional(),
  escalated: z
    .array(z.strictObject({ at: z.union([z.number(), z.literal('due')]), on: instant }))
    .exactOptional(),
});

export const facts = applicationSubmitted
  .omit({ sealed: true })
  .extend({
    state: stateValue,
    imported: importedCase
      .exactOptional()
      .meta({ description: 'The case of another system that it was taken over from.' }),
    submittedAt: instant,
    submittedBy: z.string(),
    value: stateValue,
    steps: z.array(
      z.strictObject({
        at: instant,
        action: name,
        actor: z.string(),
        to: stateValue,
        automatic: automaticStep
          .exactOptional()
          .meta({ description: 'Why the engine took it by itself: what it was counted by.' }),
      }),
    ),
    documents: z.array(
      documentAttached.omit({ sealed: true }).extend({
        status: z.enum(['attached', 'verified', 'rejected']),
        attachedAt: instant,
        reason: z.string().exactOptional(),
      }),
    ),
    fee: feeAssessed.exactOptional(),
    payments: z.array(paymentReceived),
    assignments: z.record(z.string(), z.string()),
    claims: z
      .array(z.strictObject({ at: instant, state: z.string(), officer: z.string() }))
      .exactOptional()
      .meta({ description: 'Who took it into hand in which state, in order.' }),
    clocks: z.record(z.string(), clockMark),
    extensions: z
      .array(z.strictObject({ at: instant, action: name, by: duration, legalGround: localized }))
      .exactOptional()
      .meta({ description: "More time that the service's promise was given, in order." }),
    erased: z.array(z.string()).exactOptional().meta({
      description:
        'Personal data that were erased: `applicant.name`, `data.<field>`, `documents.<id>.name`.',
    }),
    notes: z.int(),
    parked: z
      .array(clockParked.extend({ since: instant }))
      .exactOptional()
      .meta({ description: 'What is due by its clocks, could not be done, and is tried again.' }),
    issued: z
      .array(outputIssued.extend({ issuedAt: instant }))
      .exactOptional()
      .meta({ description: 'Documents that the applicant was given, in order.' }),
    migrations: z
      .array(
        z.strictObject({
          at: instant,
          orderedBy: z.string(),
          from: z.int(),
          to: z.int(),
          before: stateValue,
          after: stateValue,
          places: z.record(z.string(), z.string()),
          steps: z.int(),
        }),
      )
      .exactOptional()
      .meta({ description: 'Changes to a later version of the service.' }),
    carriedClocks: applicationMigrated.shape.clocks
      .exactOptional()
      .meta({ description: 'Its clocks, as the last of these changes handed them over.' }),
    ended: ended.exactOptional(),
  })
  .meta({
    id: 'Facts',
    description: 'Everything its events say of an application.',
  }) satisfies z.ZodType<Application>;

export const action = z
  .strictObject({
    action: name,
    title: localized,
    sets: z.array(z.string()).meta({ description: 'Form fields that may be given with it.' }),
    comment: z.enum(['required', 'optional']),
    refusal: z
      .looseObject({ type: z.enum(problemTypes), detail: localized })
      .exactOptional()
      .meta({ description: 'Why it cannot be taken yet; see /problems.' }),
  })
  .meta({ id: 'Action' });

export const issuedOutput = z
  .strictObject({
    output: name,
    title: localized,
    number: z.string().exactOptional(),
    issuedOn: z.iso.date().meta({ description: 'The day at the office.' }),
    validUntil: z.iso.date().exactOptional().meta({ description: 'The last day it holds.' }),
  })
  .meta({ id: 'IssuedOutput', description: 'A document that the applicant was given.' });

/** For who waits for it: no names of officers. */
const standing = z
  .strictObject({
    text: localized.meta({ description: 'Where it is, and when it is expected or why not.' }),
    places: z.array(z.strictObject({ state: z.string(), title: localized, unit: name })),
    expectedAt: instant.exactOptional().meta({
      description: 'When the promise is due; absent while its clock stands still, and at the end.',
    }),
  })
  .meta({ id: 'StandingInWords' });

export const applicationDetail = applicationRow
  .extend({ standing, issued: z.array(issuedOutput), facts, actions: z.array(action) })
  .meta({
    id: 'Application',
    description: 'An application with its facts and what the reader may do with it now.',
  });

export const historyRow = z
  .strictObject({
    revision: z.int(),
    type: z.string(),
    at: instant,
    actor: z.strictObject({
      id: z.string(),
      roles: z.array(z.string()),
      unit: name.exactOptional(),
      office: name.exactOptional(),
    }),
    action: name.exactOptional(),
    from: states.exactOptional(),
    to: states.exactOptional(),
    words: localized.exactOptional().meta({ description: 'What was given out, for people.' }),
    data: z.record(z.string(), jsonValue),
  })
  .meta({ id: 'HistoryRow' }) satisfies z.ZodType<HistoryRow>;

export const worklistItem = z
  .strictObject({
    application: applicationRow,
    state: z.string().meta({ description: 'The state in which the reader can act.' }),
    unit: name,
    enteredAt: instant,
    assignee: z.string().exactOptional(),
    actions: z.array(action),
  })
  .meta({ id: 'WorklistItem' });

export const clockRow = z
  .strictObject({
    application: z.uuid(),
    office: name,
    service: serviceId,
    clock: z.string(),
    unit: name,
    mode: z.enum(['running', 'paused', 'stopped', 'ended']),
    standard: duration,
    startedAt: instant,
    endedAt: instant.exactOptional(),
    dueAt: instant.exactOptional(),
    warnAt: instant.exactOptional(),
    warnedAt: instant.exactOptional(),
    breachedAt: instant.exactOptional(),
    parked: clockParked
      .omit({ clock: true })
      .extend({ since: instant })
      .exactOptional()
      .meta({ description: 'What is due, could not be done, and is tried again.' }),
  })
  .meta({ id: 'Clock' }) satisfies z.ZodType<ClockRow>;

export const countRow = z
  .strictObject({
    office: name,
    unit: name,
    service: serviceId,
    state: z.string(),
    slaStatus,
    ended: z.boolean(),
    applications: z.int(),
  })
  .meta({ id: 'Count' }) satisfies z.ZodType<CountRow>;

/** A page of rows and the cursor of the next one. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.strictObject({
    items: z.array(row),
    next: z.string().exactOptional().meta({ description: 'Cursor of the next page: ?after=…' }),
  });
}

export type ApplicationDetailView = z.infer<typeof applicationDetail>;
export type IssuedOutputView = z.infer<typeof issuedOutput>;
export type ActionView = z.infer<typeof action>;
