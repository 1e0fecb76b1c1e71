import { setTimeout as delay } from 'node:timers/promises';
import type { Offices } from '@satu-atap/domain';
import {
  EventStoreUnavailableError,
  start,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '@satu-atap/event-store';
import type { Logger } from 'pino';
import type { Lease } from '../database/read-models-database.ts';
import { fingerprintOf, projections } from '../projections.ts';
import { backOff } from './back-off.ts';
import { Fold } from './fold.ts';
import { project, projectedStreams } from './project.ts';

/** While read models are built: events a transaction, and applications whose rows may wait. */
const batchSize = 10_000;
const waitingApplications = 20_000;
/** Longest time between two looks for an event store that is away, in milliseconds. */
const longestWait = 5000;

export type BuildOptions = {
  store: EventStore;
  offices: Offices;
  log: Logger;
  /** Ends the build, and its waiting for an event store that is away. */
  signal: AbortSignal;
};

export type Built = { generation: number; position: Position; events: number };

/**
 * Fills a new generation from zero until it has caught up, and marks it as complete. An event store
 * that is away is waited for: the build then goes on from where it stood.
 */
export async function build(
  lease: Lease,
  generation: number,
  { store, offices, log, signal }: BuildOptions,
): Promise<Built> {
  const began = performance.now();
  const fold = new Fold(offices);
  const fresh = await lease.build(generation, { projections, fingerprint: fingerprintOf(offices) });
  let position = start;
  let events = 0;
  let waiting: RecordedEvent[] = [];
  const write = async (isDue: (fold: Fold) => boolean) => {
    signal.throwIfAborted();
    const to = waiting.at(-1)?.position ?? position;
    await project({ writer: fresh.database, fold, store }, waiting, position, to, isDue);
    position = to;
    events += waiting.length;
    waiting = [];
    lease.tell({ position, live: false });
  };
  const onAway = (error: EventStoreUnavailableError, after: Position) => {
    log.warn({ err: error, position: after }, 'waiting for the event store');
    lease.tell({ position, live: false, error: String(error) });
  };
  lease.tell({ position, live: false });
  try {
    for await (const batch of untilTheEnd(store, signal, onAway)) {
      waiting.push(...batch);
      if (waiting.length >= batchSize)
        await write((folded) => folded.waiting > waitingApplications);
    }
    await write(() => true);
    await fresh.complete();
    await fresh.close();
  } catch (error) {
    await fresh.close();
    // If this fails, too, the next projector that begins sweeps it away.
    await lease.drop(generation).catch(() => {});
    throw error;
  }
  const seconds = (performance.now() - began) / 1000;
  log.info({ events, seconds: Number(seconds.toFixed(1)) }, 'read models built');
  return { generation, position, events };
}

/** All events until the present end, each once, however often the store is away in between. */
async function* untilTheEnd(
  store: EventStore,
  signal: AbortSignal,
  onAway: (error: EventStoreUnavailableError, after: Position) => void,
): AsyncGenerator<RecordedEvent[]> {
  let after = start;
  for (let failures = 0; ;) {
    try {
      for await (const batch of store.readAll({ after, streams: projectedStreams })) {
        signal.throwIfAborted();
        after = batch.at(-1)?.position ?? after;
        failures = 0;
        yield batch;
      }
      return;
    } catch (error) {
      if (!(error instanceof EventStoreUnavailableError)) throw error;
      failures += 1;
      onAway(error, after);
      await delay(backOff(failures, longestWait), undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}
