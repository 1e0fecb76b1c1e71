import {
  streamNameFilter,
  type AllStreamResolvedEvent,
  type FilterOptions,
  type Position as ClientPosition,
} from '@eventstore/db-client';
import {
  EventStoreUnavailableError,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.ts';
import type { Connection } from './connection.ts';
import { beforeCheckpoint, fromPosition, recorded, toFault } from './translate.ts';

/** What the client's stream carries once checkpoints and "caught up" are in line with the events. */
type Item = AllStreamResolvedEvent | { checkpoint: ClientPosition } | { live: boolean };

export type OneSubscription = SubscribeOptions & {
  /** Whether the one before it had caught up. */
  live: boolean;
  /** How long the server may be silent before it has caught up, in milliseconds. */
  patience: number;
  /** How long it may be silent afterwards, in milliseconds: there may be nothing to say. */
  quiet: number;
};

// The callback runs ahead of events that still wait to be read; in line with them it cannot.
const checkpointReached: NonNullable<FilterOptions['checkpointReached']> = (source, checkpoint) =>
  void source.push({ checkpoint });

/** The most events that wait in memory for a slow reader. */
const highWaterMark = 1000;

/**
 * One subscription over one connection: ends when the signal aborts or nothing has come for long,
 * throws when it is dropped.
 *
 * @throws EventStoreUnavailableError when the connection was lost or the server silent
 */
export async function* subscribeOnce(
  { client }: Connection,
  { after, streams, signal, patience, quiet, ...options }: OneSubscription,
): AsyncGenerator<SubscriptionBatch> {
  const filter = streams
    ? streamNameFilter({ prefixes: [...streams], checkpointReached })
    : streamNameFilter({ regex: '^[^$]', checkpointReached });
  const subscription = client.subscribeToAll(
    { fromPosition: fromPosition(after), filter },
    { highWaterMark },
  );
  let caughtUp = false;
  subscription.on('caughtUp', () => subscription.push({ live: true }));
  subscription.on('fellBehind', () => subscription.push({ live: false }));

  let wake: (() => void) | undefined;
  let dropped: unknown;
  const drop = (reason: unknown) => {
    dropped ??= reason ?? new Error('the subscription ended');
    wake?.();
  };
  subscription.on('readable', () => wake?.());
  subscription.on('error', drop);
  for (const end of ['end', 'close']) subscription.on(end, () => drop(undefined));
  const onAbort = () => wake?.();
  signal.addEventListener('abort', onAbort);

  let position = after;
  let { live } = options;
  try {
    while (!signal.aborted) {
      const items = drain(subscription);
      if (items.length === 0) {
        if (dropped !== undefined) throw toFault(dropped);
        const { promise, resolve } = Promise.withResolvers<boolean>();
        wake = () => resolve(true);
        const timer = setTimeout(() => resolve(false), caughtUp ? quiet : patience);
        const woken = await promise;
        clearTimeout(timer);
        if (woken) continue;
        if (caughtUp) return;
        throw new EventStoreUnavailableError('EventStoreDB fell silent');
      }
      caughtUp ||= items.some((item) => 'live' in item && item.live);
      const batch = toBatch(items, position, live);
      ({ position, live } = batch);
      yield batch;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // The call may not have begun yet; it is cancelled as soon as it has.
    subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}

function drain(source: { read(): unknown }): Item[] {
  const items: Item[] = [];
  for (let item = source.read(); item !== null; item = source.read()) items.push(item as Item);
  return items;
}

/** @param after what was given until now: a checkpoint may lie before it, and is then no news */
function toBatch(items: readonly Item[], after: Position, wasLive: boolean): SubscriptionBatch {
  const events: RecordedEvent[] = [];
  let position = after;
  let live = wasLive;
  for (const item of items) {
    if ('live' in item) {
      ({ live } = item);
    } else if ('checkpoint' in item) {
      const checkpoint = beforeCheckpoint(item.checkpoint);
      if (checkpoint > position) position = checkpoint;
    } else {
      const event = recorded(item);
      if (event.position <= position) continue;
      events.push(event);
      ({ position } = event);
    }
  }
  return { events, position, live };
}
