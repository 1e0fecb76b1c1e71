import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samplePermit } from '../testing/sample-service.ts';
import { parseNumberPattern, type NumberValues } from './number-pattern.ts';
import { parseDefinition } from './parse-definition.ts';

const values: NumberValues = {
  sequence: 27,
  unit: 'dpmptsp',
  service: 'sip-dokter',
  office: 'mpp-jakarta',
  date: Temporal.PlainDate.from('2026-11-03'),
};

function render(pattern: string, changes: Partial<NumberValues> = {}): string {
  const parsed = parseNumberPattern(pattern);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.write({ ...values, ...changes });
}

describe('a number', () => {
  test('is written as its pattern says', () => {
    expect(render('503/{sequence:4}/{unit}/{month-roman}/{year}')).toBe('503/0027/DPMPTSP/XI/2026');
    expect(render('{service}-{office} {sequence} {day}.{month}.{year}')).toBe(
      'SIP-DOKTER-MPP-JAKARTA 27 03.11.2026',
    );
  });

  test('keeps every digit of a sequence that outgrows its place', () => {
    expect(render('{sequence:3}', { sequence: 12_345 })).toBe('12345');
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('has no sequence %d', (sequence) => {
    expect(() => render('{sequence}', { sequence })).toThrow(RangeError);
  });

  test('is never the same for two of a series', () => {
    const literal = fc.stringMatching(/^[0-9A-Z /.-]{0,8}$/);
    const sequence = fc.integer({ min: 1, max: 1_000_000 });
    const numbers = fc.tuple(literal, literal, fc.integer({ min: 1, max: 9 }), sequence, sequence);
    fc.assert(
      fc.property(numbers, ([before, after, digits, one, other]) => {
        const pattern = `${before}{sequence:${digits}}${after}`;
        const same = render(pattern, { sequence: one }) === render(pattern, { sequence: other });
        expect(same).toBe(one === other);
      }),
    );
  });
});

test.each([
  ['503/{year}', 'must have {sequence} once, or numbers would repeat'],
  ['{sequence}/{sequence}', 'must have {sequence} once, or numbers would repeat'],
  [
    '{sequence}/{bulan}',
    '"bulan" is no placeholder (known: sequence, unit, service, office, day, ',
  ],
  ['{sequence}/{constructor}', '"constructor" is no placeholder'],
  ['{sequence:0}', '"sequence:0" is not understood: only sequence has digits, 1 to 9'],
  ['{sequence}/{year:2}', '"year:2" is not understood'],
  ['{sequence', 'has a brace without its other'],
  ['{{sequence}}', 'has a brace without its other'],
  ['{sequence}\n', 'has a character that cannot be printed'],
])('%j is no pattern, and the definition says why', (number, problem) => {
  const outputs = { licence: { title: { id: 'Izin', en: 'Licence' }, number } };
  const { problems } = parseDefinition({ ...samplePermit, outputs });
  expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { path: ['outputs', 'licence', 'number'], message: expect.stringContaining(problem) as string },
  ]);
});
