/** A seeded source of numbers in [0, 1): the same seed, the same run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of a list. @throws RangeError on an empty list */
export function pick<T>(list: readonly T[], random: () => number): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
}

/** One of a list, each as likely as its weight says. @throws RangeError on an empty list */
export function pickWeighted<T>(
  list: readonly T[],
  weight: (one: T) => number,
  random: () => number,
): T {
  const weights = list.map(weight);
  let left = random() * weights.reduce((sum, one) => sum + one, 0);
  const index = weights.findIndex((one) => (left -= one) < 0);
  return pick(list.slice(index < 0 ? -1 : index), () => 0);
}
