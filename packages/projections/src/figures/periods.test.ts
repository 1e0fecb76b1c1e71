import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodsBetween, periodsOf } from './periods.ts';

const date = (text: string) => Temporal.PlainDate.from(text);
const day = fc.integer({ min: 0, max: 1200 }).map((days) => date('2024-01-01').add({ days }));

describe('the periods between two dates', () => {
  it('are whole months, and weeks and days where no month fits', () => {
    expect(periodsBetween(date('2026-01-31'), date('2026-03-10'))).toEqual([
      '2026-01-31',
      '2026-02',
      '2026-03-01',
      '2026-03-02W',
      '2026-03-09',
      '2026-03-10',
    ]);
  });

  it('hold every day between them once, and no other', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 500 }), (from, days) => {
        const to = from.add({ days });
        const periods = periodsBetween(from, to);
        for (let one = from.subtract({ days: 40 }); one.until(to).days >= -40;) {
          const within =
            Temporal.PlainDate.compare(from, one) <= 0 && Temporal.PlainDate.compare(one, to) <= 0;
          const found = periodsOf(one.toString()).filter((period) => periods.includes(period));
          expect(found.length).toBe(within ? 1 : 0);
          one = one.add({ days: 1 });
        }
      }),
      { numRuns: 30 },
    );
  });
});
