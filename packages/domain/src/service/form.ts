import { z } from 'zod';
import { localized } from '../names.ts';

/** What a form field holds: never anything nested, so that nothing sent can be deeper than it looks. */
export const fieldValue = z.union([z.string().max(10_000), z.number(), z.boolean()]);
export type FieldValue = z.infer<typeof fieldValue>;

const common = {
  title: localized,
  required: z.boolean().default(false).describe('Whether it must be there at submission.'),
  personal: z
    .boolean()
    .default(false)
    .describe(
      'Whether the value identifies or describes a person: it is then kept sealed, and can be erased.',
    ),
  enteredBy: z
    .enum(['applicant', 'officer'])
    .default('applicant')
    .describe(
      'Who enters it: the applicant, with the form; or officers alone, in the steps that set it.',
    ),
};

/** One field of an application form. Money is whole rupiah. */
export const formField = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('text'),
    maxLength: z.int().min(1).max(10_000).default(500),
    contact: z
      .literal('email')
      .optional()
      .describe('Where to reach the applicant: an e-mail address; they are told of their file.'),
  }),
  z.strictObject({
    ...common,
    type: z.enum(['integer', 'number', 'rupiah']),
    min: z.number().optional(),
    max: z.number().optional(),
    unitOfMeasure: z
      .string()
      .max(20)
      .optional()
      .describe('What the number counts, for people: `m²`, `orang`.'),
  }),
  z.strictObject({ ...common, type: z.literal('boolean') }),
  z.strictObject({ ...common, type: z.literal('date') }),
  z.strictObject({
    ...common,
    type: z.literal('choice'),
    options: z.array(z.string().min(1).max(200)).min(1).max(200),
    contact: z
      .literal('language')
      .optional()
      .describe('The language to tell the applicant in; its options are `id` and `en`.'),
  }),
]);
export type FormField = z.infer<typeof formField>;

/** An e-mail address at the longest (RFC 5321, 4.5.3.1). */
const longestAddress = 254;

/** The schema that a value of this field must satisfy. */
export function fieldSchema(field: FormField): z.ZodType {
  switch (field.type) {
    case 'text':
      return field.contact === 'email'
        ? z.email().max(Math.min(field.maxLength, longestAddress))
        : z.string().min(1).max(field.maxLength);
    case 'integer':
    case 'rupiah': {
      let schema = z.int();
      if (field.type === 'rupiah') schema = schema.min(0);
      if (field.min !== undefined) schema = schema.min(field.min);
      if (field.max !== undefined) schema = schema.max(field.max);
      return schema;
    }
    case 'number': {
      let schema = z.number();
      if (field.min !== undefined) schema = schema.min(field.min);
      if (field.max !== undefined) schema = schema.max(field.max);
      return schema;
    }
    case 'boolean':
      return z.boolean();
    case 'date':
      return z.iso.date();
    case 'choice':
      return z.enum(field.options as [string, ...string[]]);
  }
}
