import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { together } from './gather.ts';

/** Doubles numbers, and notes which it was asked for at once. */
function doubling() {
  const batches: number[][] = [];
  const double = together(async (numbers: number[]) => {
    batches.push(numbers);
    if (numbers.includes(13)) throw new Error('thirteen');
    return numbers.map((number) => number * 2);
  });
  return { batches, double };
}

it('answers those who ask in one turn together, each with its own', async () => {
  const { batches, double } = doubling();
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(await double(4)).toBe(8);
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

it('waits for those who come one a turn, but not for ever', async () => {
  const { batches, double } = doubling();
  const asked: Promise<number>[] = [];
  for (let number = 20; number < 40; number += 1) {
    const next = turn();
    asked.push(double(number));
    await next;
  }
  const numbers = asked.map((_, index) => 20 + index);
  expect(await Promise.all(asked)).toEqual(numbers.map((number) => number * 2));
  expect(batches.flat()).toEqual(numbers);
  expect(batches.length).toBeGreaterThan(1);
  expect(batches.length).toBeLessThan(10);
});

it('gives a fault to all who shared it, and to nobody after them', async () => {
  const { double } = doubling();
  const settled = await Promise.allSettled([12, 13, 14].map(double));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await double(14)).toBe(28);
});
