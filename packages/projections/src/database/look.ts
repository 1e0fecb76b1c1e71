import { isReadable } from '../projections.ts';
import type { CurrentCopy } from './current-copy.ts';
import type { ReadModelsDatabase, ReadModelsStatus } from './read-models-database.ts';

/**
 * Puts the newest copy that is complete, and that today's queries fit, in its place.
 *
 * @returns how the read models stand, or undefined when there is no such copy
 */
export async function look(
  place: ReadModelsDatabase,
  copy: CurrentCopy,
): Promise<ReadModelsStatus | undefined> {
  for (const generation of (await place.generations()).toReversed()) {
    const checkpoint = await place.checkpoint(generation);
    if (!checkpoint?.complete || !isReadable(checkpoint.madeBy)) continue;
    copy.switchTo(generation);
    return { ...(await place.told()), position: checkpoint.position };
  }
  return undefined;
}
