import { setTimeout as delay } from 'node:timers/promises';
import { readErasureEvent } from '@satu-atap/domain';
import type { EventStore } from '../event-store.ts';
import { erasurePrefix } from './erasure-stream.ts';

/** How long to wait for a store that is away, in milliseconds. */
const patience = 2000;

/**
 * Follows erasures as they are recorded, by whichever process: the store that is read has then forgotten
 * their keys. Ends with the signal.
 *
 * @param onErased is told which applications there is nothing personal of any more
 */
export async function followErasures(
  store: EventStore,
  signal: AbortSignal,
  onErased: (applications: readonly string[]) => void,
): Promise<void> {
  let after = await store.head();
  while (!signal.aborted) {
    try {
      for await (const batch of store.subscribe({ after, streams: [erasurePrefix], signal })) {
        for (const stored of batch.events) {
          onErased(readErasureEvent(stored).event.data.applications);
        }
        after = batch.position;
      }
    } catch {
      // Whatever it is, what is remembered grows old within a minute by itself.
    }
    await delay(patience, undefined, { signal }).catch(() => undefined);
  }
}
