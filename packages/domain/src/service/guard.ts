import { z } from 'zod';
import { localized, name } from '../names.ts';

/** CEL source over `data` (the application's form) and `action`'s input merged into it. */
export const expression = z
  .string()
  .min(1)
  .max(1000)
  .describe('CEL over the form, such as `data.trees > 10`; a missing field meets no condition.');

/**
 * A condition on taking an action, by name with parameters:
 *
 * - `documents-attached`: every required document (or those named) is there
 * - `requirements-verified`: … and an officer has verified each
 * - `fee-assessed`: it is known what is to be paid
 * - `fee-paid`: every fee is assessed and paid in full
 * - `not-the-same-officer`: four eyes; who took one of the actions `as` may not take this one
 * - `condition`: a CEL expression on the application's data
 * - `all`, `any`, `not`: combine them
 */
export const guard = z
  .union(
    [
      z.strictObject({
        name: z.enum(['documents-attached', 'requirements-verified']),
        documents: z
          .array(name)
          .min(1)
          .optional()
          .describe('Every required document, if left out.'),
      }),
      z.strictObject({ name: z.enum(['fee-assessed', 'fee-paid']) }),
      z.strictObject({
        name: z.literal('not-the-same-officer'),
        as: z
          .array(name)
          .min(1)
          .describe('Actions; who took one of them on this file may not take this one.'),
      }),
      z.strictObject({
        name: z.literal('condition'),
        expression,
        message: localized.optional().describe('Why not, in words, when the condition is not met.'),
      }),
      z.strictObject({
        get all(): z.ZodArray<typeof guard> {
          return z.array(guard).min(1).max(20);
        },
      }),
      z.strictObject({
        get any(): z.ZodArray<typeof guard> {
          return z.array(guard).min(1).max(20);
        },
      }),
      z.strictObject({
        get not(): typeof guard {
          return guard;
        },
      }),
    ],
    {
      error:
        'is no known guard; use documents-attached, requirements-verified, fee-assessed, ' +
        'fee-paid, not-the-same-officer (as: [actions]), condition (expression: CEL), all, any or not',
    },
  )
  .meta({ id: 'Guard', description: 'A condition on taking an action.' });

/** Written out, because a recursive union defeats inference. */
export type Guard =
  | { name: 'documents-attached' | 'requirements-verified'; documents?: string[] | undefined }
  | { name: 'fee-assessed' | 'fee-paid' }
  | { name: 'not-the-same-officer'; as: string[] }
  | {
      name: 'condition';
      expression: string;
      message?: { id: string; en: string } | undefined;
    }
  | { all: Guard[] }
  | { any: Guard[] }
  | { not: Guard };
