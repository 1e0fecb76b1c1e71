import { z } from 'zod';
import { localized } from '../names.ts';
import { doubtPersonal } from './check-personal.ts';
import type { ServiceDefinition } from './definition.ts';
import { expressionCompiler, type ExpressionCompiler } from './expression.ts';
import type { FieldValue } from './form.ts';
import { erasedAmong } from '../personal-data/erased.ts';
import { expression } from './guard.ts';
import type { Report } from './problem.ts';

/** A row of a decision table; the first whose condition is met is the fee. */
export const feeRow = z.strictObject({
  title: localized.describe('The case, as it is published: `Luas sampai 100 m²`.'),
  when: expression.optional().describe('CEL over the form; the last row has none.'),
  amount: z.int().min(0).describe('Whole rupiah; 0 if nothing is to be paid.'),
});

/** What `FeeAssessed` records. */
export type FeeDue = { amount: number; basis?: string };

/**
 * What is due for an application with this data; undefined where the data alone do not say, as when a
 * row that would be tried reads what is `erased` (as `Application.erased` has it).
 */
export type FeeByData = (
  data: Readonly<Record<string, FieldValue>>,
  erased?: readonly string[],
) => FeeDue | undefined;

/**
 * The fee that follows from the definition and the data alone, without an officer.
 *
 * @throws Error when an expression does not compile
 */
export function feeByData(
  { fee }: Pick<ServiceDefinition, 'fee'>,
  expressions: ExpressionCompiler,
): FeeByData {
  if (fee.kind === 'fixed') {
    const due = { amount: fee.amount, ...(fee.basis ? { basis: fee.basis.id } : {}) };
    return () => due;
  }
  if (fee.kind !== 'table') return () => undefined;
  const rows = fee.rows.map(({ title, when, amount }) => {
    const condition = when === undefined ? undefined : expressions(when);
    if (condition && 'problem' in condition) throw new Error(`${when}: ${condition.problem}`);
    const basis = fee.basis ? `${fee.basis.id} (${title.id})` : title.id;
    return { condition, due: { amount, basis } };
  });
  return (data, erased) => {
    for (const { condition, due } of rows) {
      if (erasedAmong(erased, condition?.fields ?? []).length > 0) return undefined;
      if (condition?.holds(data) ?? true) return due;
    }
    return undefined;
  };
}

/** What is wrong with a fee that a table decides: it must give one answer, from what is there. */
export function checkFeeTable(definition: ServiceDefinition, report: Report): void {
  const { fee, form } = definition;
  if (fee.kind !== 'table') return;
  const compiler = (known: (field: string) => boolean) =>
    expressionCompiler(Object.fromEntries(Object.entries(form).filter(([field]) => known(field))));
  const all = compiler(() => true);
  const atSubmission = compiler((field) => form[field]?.enteredBy === 'applicant');

  for (const [index, { when }] of fee.rows.entries()) {
    const at = ['fee', 'rows', index, 'when'];
    const isLast = index === fee.rows.length - 1;
    if (when === undefined) {
      if (!isLast)
        report.error(at, 'is missing: only the last row has none, those after it are never tried');
      continue;
    }
    if (isLast) report.error(at, 'must be left out: the last row is for every other case');
    const condition = all(when);
    if ('problem' in condition) {
      report.error(at, condition.problem);
    } else if ('problem' in atSubmission(when)) {
      report.error(at, 'reads what officers enter later; the fee is decided at submission');
    } else {
      doubtPersonal(definition, condition, at, report);
    }
  }
}
