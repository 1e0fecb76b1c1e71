import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../json.ts';
import { fieldName, localized, name, serviceId } from '../names.ts';
import { duration } from '../sla/duration.ts';
import { feeRow } from './fee-table.ts';
import { formField } from './form.ts';
import { collection, output } from './outputs.ts';
import { writtenComponents } from './standard-components.ts';
import { workflow } from './workflow.ts';

/** Documents an applicant must or may hand in. */
export const requiredDocument = z.strictObject({
  title: localized,
  required: z.boolean().default(true),
  types: z
    .array(z.enum(['application/pdf', 'image/jpeg', 'image/png']))
    .min(1)
    .default(['application/pdf', 'image/jpeg', 'image/png'])
    .describe('IANA media types that are accepted.'),
  maxBytes: z
    .int()
    .min(1)
    .max(20 * 1024 * 1024)
    .default(5 * 1024 * 1024)
    .describe('Largest file in bytes, up to 20 MiB.'),
  attachedBy: z.array(name).min(1).default(['applicant']).describe('Roles that hand it in.'),
  verifiedBy: z.array(name).default([]).describe('Roles that verify it.'),
});
export type RequiredDocument = z.infer<typeof requiredDocument>;

/** What the applicant pays, in whole rupiah. A service with no levy says so. */
const fee = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('free') }),
  z.strictObject({
    kind: z.literal('fixed'),
    amount: z.int().min(1),
    receivedBy: z.array(name).min(1),
    basis: localized.optional(),
  }),
  z.strictObject({
    kind: z.literal('table'),
    rows: z
      .array(feeRow)
      .min(1)
      .max(100)
      .describe('A decision table on the form: the first row that applies is the fee.'),
    receivedBy: z.array(name).min(1),
    basis: localized.optional(),
  }),
  z.strictObject({
    kind: z.literal('assessed'),
    assessedBy: z.array(name).min(1),
    receivedBy: z.array(name).min(1),
    basis: localized.optional(),
  }),
]);

/**
 * A service unit's plug-in: one service, as data. The file, its schema and its type share this name.
 */
export const serviceDefinition = z.strictObject({
  id: serviceId.describe('The unit and the name of the service: `dpmptsp.sip-dokter`.'),
  kind: z
    .enum(['permit', 'non-permit'])
    .describe('`permit` is perizinan, `non-permit` is nonperizinan.'),
  title: localized,
  description: localized.optional(),
  unit: name.describe('The unit that offers the service.'),
  standard: z
    .strictObject({
      time: duration,
      warnAt: z.number().gt(0).lt(1).default(0.8).describe('The share of it after which to warn.'),
      escalations: z
        .array(
          z.strictObject({
            at: z
              .union([z.number().gt(0).lt(1), z.literal('due')])
              .describe('A share of the promised time, or `due`.'),
            to: z.array(name).min(1).describe('Roles that are told.'),
          }),
        )
        .max(20)
        .refine((all) => new Set(all.map(({ at }) => at)).size === all.length, {
          error: 'names an instant twice; list its roles together',
        })
        .optional()
        .describe('Who is told when, beside those who have the file.'),
      deemed: z
        .strictObject({
          take: name.describe('The action, which the role `system` may take.'),
          legalGround: localized.describe('What makes silence a decision: a law and its article.'),
        })
        .optional()
        .describe('What the engine decides when the promised time is over (fiktif positif).'),
      source: z.string().max(500).optional().describe('Where the promise is published.'),
      note: z.string().max(1000).optional().describe('What that source leaves unclear.'),
      components: writtenComponents
        .optional()
        .describe('Components of the standard that do not follow from the rest of this file.'),
    })
    .describe('The published service standard (standar pelayanan), with the promised time.'),
  submittedBy: z.array(name).min(1).default(['applicant']).describe('Roles that may submit.'),
  form: z.record(fieldName, formField).default({}).describe('What the application asks for.'),
  documents: z.record(name, requiredDocument).default({}).describe('Papers that are handed in.'),
  fee: fee.default({ kind: 'free' }).describe('What the applicant pays, in whole rupiah.'),
  outputs: z
    .record(name, output)
    .optional()
    .describe('Documents that the service produces, by name.'),
  collection: collection.optional().describe('How the applicant gets them.'),
  workflow,
});
export type ServiceDefinition = z.infer<typeof serviceDefinition>;
/** A definition as one writes it, before defaults. */
export type ServiceDefinitionInput = z.input<typeof serviceDefinition>;

/** Identifies a definition by its content: SHA-256 of its canonical JSON, in hexadecimal. */
export function definitionDigest(definition: ServiceDefinition): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex');
}
