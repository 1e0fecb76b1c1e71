import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharedNumber } from './number-collision.ts';
import { parseNumberPattern, type NumberValues } from './number-pattern.ts';

const service = { service: 'dpmptsp.sip-dokter', unit: 'dpmptsp' };
const shared = (one: string, other: string) =>
  sharedNumber({ ...service, pattern: one }, { ...service, pattern: other });

describe('two patterns', () => {
  test.each([
    ['SIP/{sequence:4}/{year}', 'SIK/{sequence:4}/{year}'],
    ['{sequence}/{month}/{year}', '{sequence}/{year}'],
    ['{sequence}/{month-roman}', '{sequence}/{month}'],
    ['{service}/{sequence}', '{unit}/{sequence}'],
    ['{sequence}', '{sequence}.'],
  ])('%s and %s never write the same', (one, other) => {
    expect(shared(one, other)).toBeUndefined();
  });

  test.each([
    ['{sequence}', '{sequence:9}', '1'],
    ['503/{sequence}/{unit}', '503/{sequence}/DPMPTSP', '503/1/DPMPTSP'],
    ['{sequence}/{month}', '{sequence}/{day}', '1/11'],
    ['{office}/{sequence}', 'PUSAT/{sequence}', 'PUSAT/1'],
    ['1{sequence}', '{sequence}1', '11'],
  ])('%s and %s could: %s', (one, other, number) => {
    expect(shared(one, other)).toBe(number);
  });

  test('that never do so are told apart whatever numbers they write', () => {
    const part = fc.constantFrom(
      '/',
      '1',
      '12',
      'I',
      'A',
      '{year}',
      '{month-roman}',
      '{day}',
      '{office}',
    );
    const pattern = fc
      .tuple(fc.array(part, { maxLength: 3 }), fc.array(part, { maxLength: 3 }))
      .map(([before, after]) => `${before.join('')}{sequence}${after.join('')}`);
    const values = fc.record({
      sequence: fc.integer({ min: 1, max: 130 }),
      unit: fc.constant('dpmptsp'),
      service: fc.constant('sip-dokter'),
      office: fc.constantFrom('a', 'a1', 'i', 'i-1'),
      date: fc
        .integer({ min: 0, max: 800 })
        .map((days) => Temporal.PlainDate.from('2026-01-01').add({ days })),
    });
    const write = (source: string, made: NumberValues) => {
      const parsed = parseNumberPattern(source);
      if ('problem' in parsed) throw new Error(parsed.problem);
      return parsed.write(made);
    };
    fc.assert(
      fc.property(pattern, pattern, values, values, (one, other, a, b) => {
        fc.pre(shared(one, other) === undefined);
        expect(write(one, a)).not.toBe(write(other, b));
      }),
      { numRuns: 300 },
    );
  });
});
