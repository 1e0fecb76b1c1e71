import {
  streamNameFilter,
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
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
import { beforeCheckpoint, fromPosition, recorded, toFault } from './translate.ts';

/** What the client's stream carries once checkpoints and "caught up" are in line with the events. */
type Item = AllStreamResolvedEvent | { checkpoint: ClientPosition } | { live: boolean };

// The callback runs ahead of events that still wait to be read; in line with them it cannot.
const checkpointReached: NonNullable<FilterOptions['checkpointReached']> = (source, checkpoint) =>
  void source.push({ checkpoint });

/** The most events that wait in memory for a slow reader. */
const highWaterMark = 1000;

/**
 * One subscription over one connection: ends when the signal aborts, throws when it is dropped.
 *
 * @param deadline how long the server may be silent before it has caught up, in milliseconds
 * @throws EventStoreUnavailableError when the connection was lost or the server silent
 */
export async function* subscribeOnce(
  client: EventStoreDBClient,
  { after, streams, signal }: SubscribeOptions,
  deadline: number,
): AsyncGenerator<SubscriptionBatch> {
  const filter = streams
    ? streamNameFilter({ prefixes: [...streams], checkpointReached })
    : streamNameFilter({ regex: '^[^$]', checkpointReached });
  const subscription = client.subscribeToAll(
    { fromPosition: fromPosition(after), filter },
    { highWaterMark },
  );
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
  let live = false;
  try {
    while (!signal.aborted) {
      const items = drain(subscription);
      if (items.length === 0) {
        if (dropped !== undefined) throw toFault(dropped);
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const silent = () => drop(new EventStoreUnavailableError('EventStoreDB fell silent'));
        const timer = live ? undefined : setTimeout(silent, deadline);
        await promise;
        clearTimeout(timer);
        continue;
      }
      const batch = toBatch(items, position, live);
      ({ position, live } = batch);
      yield batch;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // The call may not have begun yet; it is cancelled as soon as it has.
    subscription.unsubscribe().catch(() => {});
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
