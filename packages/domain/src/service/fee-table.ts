import { z } from 'zod';
import { localized } from '../names.ts';
import type { ServiceDefinition } from './definition.ts';
import { expressionCompiler, type ExpressionCompiler } from './expression.ts';
import type { FieldValue } from './form.ts';
import { expression } from './guard.ts';
import type { Report } from './problem.ts';
import type { StateDefinition } from './workflow.ts';

/** A row of a decision table; the first whose condition is met is the fee. */
export const feeRow = z.strictObject({
  title: localized.describe('The case, as it is published: `Luas sampai 100 m²`.'),
  when: expression.optional().describe('CEL over the form; the last row has none.'),
  amount: z.int().min(0).describe('Whole rupiah; 0 if nothing is to be paid.'),
});

/** What `FeeAssessed` records. */
export type FeeDue = { amount: number; basis?: string };

/** What is due for an application with this data; undefined where nothing is due at submission. */
export type FeeAtSubmission = (data: Readonly<Record<string, FieldValue>>) => FeeDue | undefined;

/**
 * The fee that follows from the definition and the data alone, without an officer.
 *
 * @throws Error when an expression does not compile
 */
export function feeAtSubmission(
  { fee }: Pick<ServiceDefinition, 'fee'>,
  expressions: ExpressionCompiler,
): FeeAtSubmission {
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
  return (data) => rows.find(({ condition }) => condition?.holds(data) ?? true)?.due;
}

/** What is wrong with a fee that a table decides: it must give one answer, from what is there. */
export function checkFeeTable({ fee, form, workflow }: ServiceDefinition, report: Report): void {
  if (fee.kind !== 'table') return;
  const settable = new Set(fieldsThatActionsSet(workflow));
  const compiler = (known: (field: string) => boolean) =>
    expressionCompiler(Object.fromEntries(Object.entries(form).filter(([field]) => known(field))));
  const all = compiler(() => true);
  const atSubmission = compiler((field) => form[field]?.enteredBy === 'applicant');
  const lasting = compiler((field) => !settable.has(field));

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
    } else if ('problem' in lasting(when)) {
      report.warning(
        at,
        'reads what an action may set later; the fee stays as decided at submission',
      );
    }
  }
}

function fieldsThatActionsSet({
  on = {},
  states = {},
}: Pick<StateDefinition, 'on' | 'states'>): string[] {
  const own = Object.values(on).flatMap(({ sets, set }) => [...sets, ...Object.keys(set)]);
  return [...own, ...Object.values(states).flatMap(fieldsThatActionsSet)];
}
