import { seriesName, type NumberSeries } from '../service/number-series.ts';

/** Counts numbers in each series, as the register of a running engine reserves them. */
export function countingSequences(): (series: NumberSeries) => number {
  const last = new Map<string, number>();
  return (series) => {
    const name = seriesName(series);
    const next = (last.get(name) ?? 0) + 1;
    last.set(name, next);
    return next;
  };
}
