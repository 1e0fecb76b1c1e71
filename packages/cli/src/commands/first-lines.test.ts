import { expect, it } from 'vitest';
import { firstLines } from './first-lines.ts';

it.each([
  [[], []],
  [['a'], ['a']],
  [[...'abcdef'], [...'abcdef']],
  [[...'abcdefg'], [...'abcde', '2 more']],
])('of %j are %j', (lines, shown) => {
  expect(firstLines(lines, (count) => `${count} more`)).toEqual(shown);
});
