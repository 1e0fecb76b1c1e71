import { z } from 'zod';
import { fieldName, name, serviceId } from '../names.ts';
import { fieldValue } from '../service/form.ts';
import {
  applicationMigrated,
  clockParked,
  clockWarned,
  documentAttached,
  documentRejected,
  documentVerified,
  feeAssessed,
  noteAdded,
  officerAssigned,
  officerReleased,
  paymentReceived,
} from './events.ts';

const input = z.record(fieldName, fieldValue);
const { sealed: _, ...attached } = documentAttached.shape;

/** What can be asked of an application. Where a command says all its event will, they share a schema. */
export const applicationCommands = {
  /** Begins an application under the newest version of a service. */
  submit: z.strictObject({
    service: serviceId,
    office: name,
    applicant: z.strictObject({ id: z.string().min(1).max(200), name: z.string().min(1).max(200) }),
    channel: z.enum(['online', 'counter']),
    data: input,
  }),
  /** Takes an action that the definition offers in the current state. */
  'take-step': z.strictObject({
    action: name,
    data: input.optional(),
    comment: z.string().min(1).max(4000).optional(),
  }),
  'attach-document': z.strictObject({ ...attached, name: attached.name.unwrap() }),
  'verify-document': documentVerified,
  'reject-document': documentRejected,
  'assess-fee': feeAssessed,
  'receive-payment': paymentReceived,
  /** Takes the file into hand, or, as a supervisor, gives it to an officer. */
  assign: officerAssigned,
  release: officerReleased,
  'add-note': noteAdded,
  /** What the SLA monitor asks for when a clock's warning or due instant has passed. */
  'mark-clock': z.strictObject({
    clock: clockWarned.shape.clock,
    mark: z.enum(['warned', 'escalated', 'breached']),
  }),
  /** What it asks for when a time is over after which the engine takes a step by itself. */
  'act-on-clock': z.strictObject({ clock: clockWarned.shape.clock }),
  /** What it asks for when one of these could not be done. */
  'park-clock': clockParked.pick({ clock: true, mark: true, reason: true }),
  /** Goes on under a later version of the service, if it is pinned to `from` (any, when left out). */
  migrate: z.strictObject({
    to: z.int().min(1),
    from: z.int().min(1).optional(),
    mapping: applicationMigrated.shape.mapping,
    orderedBy: applicationMigrated.shape.orderedBy,
  }),
} as const;

type CommandsOf<Schemas extends Record<string, z.ZodType>> = {
  [Type in keyof Schemas & string]: { type: Type; data: z.infer<Schemas[Type]> };
}[keyof Schemas & string];

export type ApplicationCommand = CommandsOf<typeof applicationCommands>;
export type CommandOf<Type extends ApplicationCommand['type']> = Extract<
  ApplicationCommand,
  { type: Type }
>['data'];
