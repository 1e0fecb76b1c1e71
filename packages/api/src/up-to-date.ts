import { setTimeout as delay } from 'node:timers/promises';
import type { Position } from '@satu-atap/event-store';
import type { Api } from './api-options.ts';
import type { Problematic } from './problems/problem.ts';

/** How often to look whether the read models have caught up, in milliseconds. */
const pollInterval = 15;

/** Waits until the read models hold everything up to a position; says so when they do not in time. */
export async function upToDate(
  { readModels, limits }: Pick<Api, 'readModels' | 'limits'>,
  position: Position | undefined,
): Promise<Problematic | undefined> {
  if (position === undefined) return undefined;
  const until = performance.now() + limits.readWait;
  while ((await readModels.position()) < position) {
    if (performance.now() >= until) return { refusal: { type: 'read-model-behind', position } };
    await delay(pollInterval);
  }
  return undefined;
}
