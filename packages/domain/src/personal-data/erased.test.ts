import { describe, expect, it } from 'vitest';
import { expressionCompiler } from '../service/expression.ts';
import { feeByData } from '../service/fee-table.ts';
import { guardCompiler } from '../service/guard-evaluation.ts';
import type { Guard } from '../service/guard.ts';
import type { FormField } from '../service/form.ts';
import type { Application } from '../application/application.ts';
import { serviceDefinition } from '../service/definition.ts';
import { samplePermit } from '../testing/index.ts';

const title = { id: 'Judul', en: 'Title' };
const field = { type: 'integer', title, required: false, enteredBy: 'applicant' } as const;
const form: Record<string, FormField> = {
  age: { ...field, personal: true },
  area: { ...field, personal: false },
};
const expressions = expressionCompiler(form);
const definition = serviceDefinition.parse(samplePermit);
const compile = guardCompiler(definition, expressions);

/** What a guard says of an application whose age is erased and whose area is 50. */
const answer = (guard: Guard) => {
  const application = { data: { area: 50 }, erased: ['data.age', 'applicant.name'] };
  return compile(guard)({ application: application as unknown as Application, actor: undefined })
    ?.guard;
};
const condition = (expression: string): Guard => ({ name: 'condition', expression });
const [unknown, met, unmet] = ['data.age > 16', 'data.area > 1', 'data.area > 99'].map(
  condition,
) as [Guard, Guard, Guard];

describe('a guard, where personal data are erased', () => {
  it.each<[string, Guard, string | undefined]>([
    ['a condition on them cannot be known', unknown, 'erased'],
    ['nor one on whether they are there', condition('has(data.age)'), 'erased'],
    ['nor one that names them in brackets', condition('data["age"] > 16'), 'erased'],
    ['another condition can', met, undefined],
    ['not: cannot be known', { not: unknown }, 'erased'],
    ['any: one that is met decides', { any: [unknown, met] }, undefined],
    ['any: else it cannot be known', { any: [unmet, unknown] }, 'erased'],
    ['all: one that is not met decides', { all: [unknown, unmet] }, 'condition'],
    ['all: else it cannot be known', { all: [met, unknown] }, 'erased'],
  ])('%s', (_, guard, expected) => {
    expect(answer(guard)).toBe(expected);
  });
});

it('a fee cannot be known from the first row on that reads what is erased', () => {
  const rows = [
    { title, when: 'data.area > 99', amount: 1 },
    { title, when: 'data.age < 17', amount: 2 },
    { title, amount: 3 },
  ];
  const fee = { kind: 'table', rows, receivedBy: ['cashier'] } as const;
  const due = feeByData({ fee: { ...fee, receivedBy: ['cashier'] } }, expressions);
  expect(due({ area: 100 }, ['data.age'])?.amount).toBe(1);
  expect(due({ area: 50 }, ['data.age'])).toBeUndefined();
  expect(due({ area: 50 }, ['applicant.name'])?.amount).toBe(3);
});
