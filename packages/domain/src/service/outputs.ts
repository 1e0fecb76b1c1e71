import { z } from 'zod';
import { localized } from '../names.ts';
import { parseNumberPattern } from './number-pattern.ts';

/** How a document is numbered; numbers are not given out by the engine yet. */
const numberPattern = z
  .string()
  .min(1)
  .max(100)
  .superRefine((source, context) => {
    const parsed = parseNumberPattern(source);
    if (typeof parsed !== 'function') context.addIssue({ code: 'custom', message: parsed.problem });
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

/** How the applicant gets what the service produced. */
export const collection = z.strictObject({
  place: localized.describe('Where: a counter of the mall, or an address to download from.'),
  bring: z.array(localized).max(20).default([]).describe('What the applicant must bring.'),
});
