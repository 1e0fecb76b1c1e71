import { expect, it } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import type { EventRow } from './event-log.ts';
import { positionAfter, positionOf } from './positions.ts';

const filter = { matches: () => false, maxSearchWindow: 2, checkpointInterval: 2 };
const event = (position: number) => ({ position }) as EventRow;

it('after falling behind, checkpoints go on from there and not from where it first caught up', () => {
  const checkpoints = new Checkpoints(filter, 0);
  const live = [1, 2, 3, 4].map((row) => checkpoints.passed(event(row), false, true));
  const at = (row: number) => ({ commit: positionOf(row), prepare: positionOf(row) });
  expect(live).toEqual([undefined, at(2), undefined, at(4)]);
  checkpoints.restart(4);
  const behind = [5, 6].map((row) => checkpoints.passed(event(row), false, false));
  expect(behind).toEqual([undefined, positionAfter(4)]);
});
