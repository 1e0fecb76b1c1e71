import {
  applicationPrefix,
  calendarPrefix,
  erasurePrefix,
  servicePrefix,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import { moveCheckpoint } from '../database/checkpoint.ts';
import type { Tables } from '../database/tables.ts';
import { projections } from '../projections.ts';
import { eraseRows } from './erase-rows.ts';
import type { Fold } from './fold.ts';
import type { Batch } from './projection.ts';

/** The streams that read models are made of. */
export const projectedStreams = [applicationPrefix, servicePrefix, calendarPrefix, erasurePrefix];

/** What writes: rows into a generation, folded by this fold, of events of this store. */
export type Projecting = {
  writer: Kysely<Tables>;
  fold: Fold;
  /** Where an application is read anew whose personal data were erased. */
  store: Pick<EventStore, 'read'>;
};

/**
 * One batch: rows of every read model and the checkpoint, in one transaction. Rows derived from
 * applications may wait for a later batch while nobody reads yet.
 *
 * @returns whether personal data were erased from rows
 * @throws CheckpointMovedError when another projector has written since; nothing is written then
 */
export async function project(
  { writer, fold, store }: Projecting,
  recorded: readonly RecordedEvent[],
  from: Position,
  to: Position,
  isDue: (fold: Fold) => boolean = () => true,
): Promise<boolean> {
  try {
    return await writer.transaction().execute(async (transaction) => {
      // First, so that of two projectors the second waits here, and not half-way through its rows.
      await moveCheckpoint(transaction, from, to);
      const absorbed = await fold.absorb(recorded, transaction);
      const isDueNow = absorbed.calendars.length > 0 || absorbed.erased.length > 0;
      const changes = isDueNow || isDue(fold) ? await fold.changes(transaction) : [];
      await write({ ...absorbed, changes }, transaction);
      const done = new Set(changes.map(({ id }) => id));
      for await (const recounted of fold.recount(absorbed.calendars, done, transaction)) {
        await write({ events: [], services: [], calendars: [], changes: recounted }, transaction);
      }
      for (const id of absorbed.erased) {
        fold.drop(id);
        await eraseRows(id, store, transaction);
      }
      return absorbed.erased.length > 0;
    });
  } catch (error) {
    fold.forget();
    throw error;
  }
}

async function write(batch: Batch, database: Kysely<Tables>): Promise<void> {
  for (const projection of projections) await projection.project(batch, database);
}
