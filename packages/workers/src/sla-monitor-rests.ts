type Rest = { until: number; times: number };

const first = 2000;
const longest = 5 * 60_000;

/**
 * Due rows that one monitor leaves alone for a while because it has just handled them: 2 s, then twice
 * as long each time, 5 minutes at the most. Nothing is lost with it. Times are epoch milliseconds.
 */
export class Rests {
  readonly #rests = new Map<string, Rest>();

  has(key: string, now: number): boolean {
    return (this.#rests.get(key)?.until ?? 0) > now;
  }

  add(key: string, now: number): void {
    const times = (this.#rests.get(key)?.times ?? -1) + 1;
    this.#rests.set(key, { times, until: now + Math.min(longest, first * 2 ** times) });
  }

  /** Forgets those that have not come again. */
  sweep(now: number): void {
    for (const [key, { until }] of this.#rests) {
      if (until + longest < now) this.#rests.delete(key);
    }
  }
}
