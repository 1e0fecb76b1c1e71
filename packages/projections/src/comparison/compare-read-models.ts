import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Offices } from '@satu-atap/domain';
import type { EventStore, Position } from '@satu-atap/event-store';
import { readCheckpoint } from '../database/checkpoint.ts';
import { openReadModels, type ReadModelsLocation } from '../database/open-read-models.ts';
import type { ReadModelsDatabase } from '../database/read-models-database.ts';
import { fingerprintOf } from '../projections.ts';
import { compareTables, type RowDifference } from './compare-tables.ts';
import { FoldError, FreshCopy } from './fresh-copy.ts';

export type ReadModelsComparison = {
  store: Pick<EventStore, 'read' | 'readAll' | 'head'>;
  offices: Offices;
  readModels: ReadModelsLocation;
  /** Called now and then with what was done since the last call. */
  onProgress?: (done: { events: number; rows: number }) => void;
  /** The comparison waits for it. */
  onDifference: (difference: RowDifference) => void | Promise<void>;
};

/** What became of a comparison. */
export type ReadModelsCompared =
  /** Up to this position the rows were held against the events. */
  | { outcome: 'compared'; position: Position; events: number; rows: number; differences: number }
  /** There are none that are complete: they are built at the next start. */
  | { outcome: 'none' }
  /** Made with other offices or by another version of the engine: they are built anew at its start. */
  | { outcome: 'made-otherwise' }
  /** An event that cannot be read, or follows nothing: no read models can be made of these events. */
  | { outcome: 'cannot-be-made'; reason: string };

/**
 * Builds read models from the events alone, in a temporary folder, and compares those that are used with
 * them, row by row. Reads only, beside a running engine: the events are folded up to where the used ones
 * stand at one moment, and their rows are those of that moment.
 */
export async function compareReadModels(
  comparison: ReadModelsComparison,
): Promise<ReadModelsCompared> {
  const place = openReadModels(comparison.readModels);
  try {
    const generation = await newestComplete(place);
    if (generation === undefined) return { outcome: 'none' };
    const { madeBy } = (await place.checkpoint(generation)) ?? {};
    if (madeBy !== fingerprintOf(comparison.offices)) return { outcome: 'made-otherwise' };
    return await compareWith(comparison, place, generation);
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    return { outcome: 'cannot-be-made', reason: error.message };
  } finally {
    await place.close();
  }
}

async function newestComplete(place: ReadModelsDatabase): Promise<number | undefined> {
  for (const generation of (await place.generations()).toReversed()) {
    if ((await place.checkpoint(generation))?.complete) return generation;
  }
  return undefined;
}

async function compareWith(
  { store, offices, onProgress, onDifference }: ReadModelsComparison,
  place: ReadModelsDatabase,
  generation: number,
): Promise<ReadModelsCompared> {
  const folder = await mkdtemp(join(tmpdir(), 'satu-atap-verify-'));
  let [events, rows, differences] = [0, 0, 0];
  const fresh = await FreshCopy.open({
    store,
    offices,
    folder,
    onEvents(folded) {
      events += folded;
      onProgress?.({ events: folded, rows: 0 });
    },
  });
  const used = place.reader(generation);
  try {
    // Most of it while nothing is held open; the rest once it is known where the used ones stand.
    const before = await readCheckpoint(used);
    if (before) await fresh.foldUntil(before.position);
    return await used
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (moment) => {
        const checkpoint = await readCheckpoint(moment);
        if (!checkpoint) return { outcome: 'none' };
        const { position } = checkpoint;
        await fresh.foldUntil(position);
        const found = compareTables(moment, fresh.database, (compared) => {
          rows += compared;
          onProgress?.({ events: 0, rows: compared });
        });
        for await (const difference of found) {
          differences += 1;
          await onDifference(difference);
        }
        return { outcome: 'compared', position, events, rows, differences };
      });
  } finally {
    await used.destroy();
    await fresh.close();
    await rm(folder, { recursive: true, force: true });
  }
}
