import { z } from 'zod';
import { localized } from '../names.ts';
import { parseNumberPattern, type NumberPattern } from './number-pattern.ts';

/** How a document is numbered. */
const numberPattern = z
  .string()
  .min(1)
  .max(100)
  .superRefine((source, context) => {
    const parsed = parseNumberPattern(source);
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  })
  .meta({
    description:
      'How it is numbered: `{sequence:4}` once, and `{unit}`, `{service}`, `{office}`, `{day}`, ' +
      '`{month}`, `{month-roman}`, `{year}`.',
    examples: ['503/{sequence:4}/{unit}/{month-roman}/{year}'],
  });

/** How long a document holds from the day of issue; by the calendar, not by working time. */
const validity = z.union([
  z.literal('unlimited'),
  z.strictObject({
    amount: z.int().min(1).max(1000),
    unit: z.enum(['days', 'months', 'years']),
  }),
]);
export type Validity = z.infer<typeof validity>;

/**
 * The last day on which a document holds, or undefined where it has none.
 *
 * Counted by the calendar from the day of issue, that day of the month included: what is issued on
 * 12 March for six months holds through 12 September, as passports, driving licences and police
 * records print it. A day that the last month does not have is its last day: 31 August and six
 * months give 28 (or 29) February.
 */
export function lastDay(
  issuedOn: Temporal.PlainDate,
  holds: Validity | undefined,
): Temporal.PlainDate | undefined {
  if (holds === undefined || holds === 'unlimited') return undefined;
  return issuedOn.add({ [holds.unit]: holds.amount }, { overflow: 'constrain' });
}

/** A document that the service produces. */
export const output = z.strictObject({
  title: localized,
  number: numberPattern.optional(),
  validity: validity
    .optional()
    .describe(
      'How long it holds from the day of issue, or `unlimited`; left out, nothing is said.',
    ),
});

export type OutputDefinition = z.infer<typeof output>;

/** An output with its number pattern, understood. */
export type CompiledOutput = { definition: OutputDefinition; number: NumberPattern | undefined };

/** @throws Error when a number pattern is none: such a definition must not be published */
export function compileOutputs(
  outputs: Readonly<Record<string, OutputDefinition>> = {},
): ReadonlyMap<string, CompiledOutput> {
  return new Map(
    Object.entries(outputs).map(([key, definition]): [string, CompiledOutput] => {
      if (definition.number === undefined) return [key, { definition, number: undefined }];
      const number = parseNumberPattern(definition.number);
      if ('problem' in number) throw new Error(`output ${key}: its number ${number.problem}`);
      return [key, { definition, number }];
    }),
  );
}

/** How the applicant gets what the service produced. */
export const collection = z.strictObject({
  place: localized.describe('Where: a counter of the mall, or an address to download from.'),
  bring: z.array(localized).max(20).default([]).describe('What the applicant must bring.'),
});
