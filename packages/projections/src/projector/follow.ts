import { setTimeout as delay } from 'node:timers/promises';
import type { Offices } from '@satu-atap/domain';
import { start, type EventStore, type Position } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import { readCheckpoint } from '../database/checkpoint.ts';
import type { Tables } from '../database/tables.ts';
import { Fold } from './fold.ts';
import { project, projectedStreams } from './project.ts';

export type FollowOptions = {
  store: EventStore;
  offices: Offices;
  signal: AbortSignal;
  /** Called after personal data were erased from rows: what the database still keeps of them goes. */
  scrub: () => Promise<void>;
  /** Called after each batch: everything up to the position is in the read models. */
  onProjected: (at: { position: Position; live: boolean }) => void;
};

/** Least time between two batches while live, in milliseconds. */
const gather = 10;

/**
 * Projects events from the checkpoint on, as they come, until the signal aborts.
 *
 * @throws when an event cannot be projected, or the writer is lost
 */
export async function follow(
  writer: Kysely<Tables>,
  { store, offices, signal, scrub, onProjected }: FollowOptions,
): Promise<void> {
  const fold = new Fold(offices);
  let position = (await readCheckpoint(writer))?.position ?? start;
  for await (const batch of store.subscribe({
    after: position,
    streams: projectedStreams,
    signal,
  })) {
    if (batch.position !== position) {
      const erased = await project({ writer, fold, store }, batch.events, position, batch.position);
      if (erased) await scrub();
    }
    position = batch.position;
    onProjected({ position, live: batch.live });
    // The first event after a pause is projected at once; a stream of them in fewer batches.
    if (batch.live) await delay(gather, undefined, { signal }).catch(() => undefined);
  }
}
