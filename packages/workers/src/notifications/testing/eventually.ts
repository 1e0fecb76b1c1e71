import { expect } from 'vitest';

/** Waits until what is looked at again and again is as expected, also on a busy machine. */
export function eventually<T>(look: () => T) {
  return expect.poll(look, { timeout: 15_000, interval: 10 });
}
