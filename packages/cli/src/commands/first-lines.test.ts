import { expect, it } from 'vitest';
import { firstLines } from './first-lines.ts';

const six = ['a', 'b', 'c', 'd', 'e', 'f'];

it.each([
  [[], []],
  [['a'], ['a']],
  [six, six],
  [
    [...six, 'g'],
    ['a', 'b', 'c', 'd', 'e', '2 more'],
  ],
])('of %j are %j', (lines, shown) => {
  expect(firstLines(lines, (count) => `${count} more`)).toEqual(shown);
});
