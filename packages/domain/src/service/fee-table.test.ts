import { describe, expect, test } from 'vitest';
import type { ApplicationEvent } from '../application/events.ts';
import { isRefused } from '../application/refusal.ts';
import { onlyCalendar } from '../sla/office-calendars.ts';
import { given } from '../testing/given.ts';
import { office, people, sampleCalendar } from '../testing/sample-people.ts';
import { compiled, samplePermit } from '../testing/sample-service.ts';
import { serviceDefinition } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';
import { publicStandard } from './public-standard.ts';

const title = (en: string) => ({ id: en, en });
const small = { title: title('Small'), when: 'data.floorArea <= 20', amount: 0 };
const medium = { title: title('Medium'), when: 'data.floorArea <= 100', amount: 250_000 };
const large = { title: title('Larger'), amount: 1_000_000 };
const table = {
  kind: 'table' as const,
  rows: [small, medium, large],
  receivedBy: ['cashier'],
  basis: title('Regional regulation 7'),
};

const setting = {
  service: compiled({
    ...samplePermit,
    fee: table,
    workflow: {
      initial: 'payment',
      states: {
        payment: {
          on: {
            correct: { roles: ['applicant'], sets: ['floorArea'] },
            issue: { roles: ['applicant'], guard: { name: 'fee-paid' }, target: 'issued' },
          },
        },
        issued: { type: 'final', outcome: 'granted' },
      },
    },
  }),
  calendars: onlyCalendar(sampleCalendar, 'Asia/Jakarta'),
  actor: people.applicant,
  at: '2026-03-02T03:00:00Z',
};

/** What submission records of a building of so many m². */
function submitted(floorArea: number): ApplicationEvent[] {
  const { decision } = given(setting).when({
    type: 'submit',
    data: {
      service: samplePermit.id,
      office,
      applicant: { id: people.applicant.id, name: 'Applicant' },
      channel: 'online',
      data: { address: 'Jalan Melati 1', floorArea },
    },
  });
  if (isRefused(decision)) throw new Error(decision.refusal.type);
  return decision.events;
}

describe('submission assesses the fee of the first row that applies', () => {
  test.each([
    [20, 0, 'Small'],
    [21, 250_000, 'Medium'],
    [100, 250_000, 'Medium'],
    [101, 1_000_000, 'Larger'],
  ])('of %d m²: Rp%d, and why', (floorArea, amount, row) => {
    expect(submitted(floorArea)).toMatchObject([
      { type: 'ApplicationSubmitted' },
      { type: 'FeeAssessed', data: { amount, basis: `Regional regulation 7 (${row})` } },
    ]);
  });
});

test('a fee of 0 is paid, any other is waited for', () => {
  const issue = { type: 'take-step', data: { action: 'issue' } } as const;
  given(setting, ...submitted(20))
    .when(issue)
    .then({
      type: 'StepTaken',
      data: { action: 'issue', from: 'payment', to: 'issued', outcome: 'granted' },
    });
  given(setting, ...submitted(21))
    .when(issue)
    .refusedAs({
      type: 'guard-not-met',
      unmet: { guard: 'fee-paid', assessed: true, outstanding: 250_000 },
    });
});

describe('a correction of the form', () => {
  const correct = (floorArea: number) =>
    ({ type: 'take-step', data: { action: 'correct', data: { floorArea } } }) as const;
  const step = (floorArea: number): ApplicationEvent => ({
    type: 'StepTaken',
    data: { action: 'correct', from: 'payment', to: 'payment', data: { floorArea } },
  });

  test('assesses the fee anew where another row applies', () => {
    given(setting, ...submitted(20))
      .when(correct(30))
      .then(step(30), {
        type: 'FeeAssessed',
        data: { amount: 250_000, basis: 'Regional regulation 7 (Medium)' },
      });
  });

  test('leaves the fee where the same row applies', () => {
    given(setting, ...submitted(30))
      .when(correct(31))
      .then(step(31));
  });

  test('leaves what was assessed under an earlier version, until another row applies', () => {
    const earlier: ApplicationEvent = {
      type: 'FeeAssessed',
      data: { amount: 200_000, basis: 'Before' },
    };
    const migrated = [...submitted(30).filter(({ type }) => type !== 'FeeAssessed'), earlier];
    given(setting, ...migrated)
      .when(correct(31))
      .then(step(31));
    given(setting, ...migrated)
      .when(correct(101))
      .then(step(101), {
        type: 'FeeAssessed',
        data: { amount: 1_000_000, basis: 'Regional regulation 7 (Larger)' },
      });
  });
});

test('the published standard tells every row', () => {
  const standard = publicStandard(serviceDefinition.parse({ ...samplePermit, fee: table }));
  const fee = standard.find(({ component }) => component === 'fee');
  expect(fee?.texts.map(({ en }) => en)).toEqual([
    'Small: Free of charge',
    'Medium: IDR 250,000',
    'Larger: IDR 1,000,000',
    'Regional regulation 7',
  ]);
});

describe('a table that could give no answer, or a wrong one, is said to', () => {
  const problemsOf = (rows: object[]) =>
    parseDefinition({ ...samplePermit, fee: { ...table, rows } }).problems.map(
      ({ path, message, severity }) => `${severity} ${path.join('.')} ${message}`,
    );

  test('no row for every other case', () => {
    expect(problemsOf([{ ...large, when: 'data.address == "x"' }])).toEqual([
      'error fee.rows.0.when must be left out: the last row is for every other case',
    ]);
    expect(problemsOf([])).toEqual(['error fee.rows must be at least 1 long']);
  });

  test('a row that is never tried', () => {
    expect(problemsOf([large, large])).toEqual([
      'error fee.rows.0.when is missing: only the last row has none, those after it are never tried',
    ]);
  });

  test('a condition that is none', () => {
    expect(problemsOf([{ ...small, when: 'data.floorArea' }, large])).toEqual([
      'error fee.rows.0.when must be true or false, but is of type int',
    ]);
  });

  test('a field that is not there yet', () => {
    expect(problemsOf([{ ...small, when: 'data.structure == "sound"' }, large])).toEqual([
      'error fee.rows.0.when reads what officers enter later; the fee is decided at submission',
    ]);
    expect(problemsOf([small, large])).toEqual([]);
  });
});
