import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addEncoded,
  addTo,
  bucketOf,
  encodeHistogram,
  HistogramSum,
  relativeError,
  type LogHistogram,
} from './log-histogram.ts';

const times = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 10 }),
    fc.integer({ min: 0, max: 90_000 }),
    fc.integer({ min: 0, max: 400_000_000 }),
  ),
  { minLength: 1, maxLength: 300 },
);
const of = (seconds: readonly number[]) => {
  const histogram: LogHistogram = new Map();
  for (const one of seconds) addTo(histogram, bucketOf(one), 1);
  return histogram;
};
const quantile = (seconds: readonly number[], share: number) => {
  const sum = new HistogramSum();
  sum.add(encodeHistogram(of(seconds)));
  return sum.quantiles([share])[0] ?? Number.NaN;
};
const stored = (...histograms: LogHistogram[]) => {
  const sum: LogHistogram = new Map();
  for (const one of histograms) addEncoded(sum, encodeHistogram(one));
  return sum;
};

describe('a histogram of times', () => {
  it('tells every quantile to within one per cent', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (seconds, share) => {
        const sorted = seconds.toSorted((a, b) => a - b);
        const exact = sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
        const told = quantile(seconds, share);
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * relativeError * (1 + 1e-9));
      }),
    );
  });

  it('is the sum of its parts, however they were stored', () => {
    fc.assert(
      fc.property(times, times, (some, others) => {
        expect(stored(of(some), of(others))).toEqual(stored(of([...some, ...others])));
      }),
    );
  });

  it('forgets what is taken out again', () => {
    fc.assert(
      fc.property(times, times, (stay, go) => {
        const histogram = of([...stay, ...go]);
        for (const one of go) addTo(histogram, bucketOf(one), -1);
        expect(encodeHistogram(histogram)).toBe(encodeHistogram(of(stay)));
      }),
    );
  });

  it('has no quantiles while nothing was counted', () => {
    expect(new HistogramSum().quantiles([0.5])).toEqual([]);
  });
});
