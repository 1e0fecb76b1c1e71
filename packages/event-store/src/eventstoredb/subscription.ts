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
import { fromPosition, recorded, toFault, toPosition } from './translate.ts';

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

  let reached: Reached = { position: after, checkpoint: undefined, live: options.live };
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
      const events: RecordedEvent[] = [];
      for (const item of items) reached = take(item, reached, events);
      yield { events, position: reached.position, live: reached.live };
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

/** How far the subscription has come. */
type Reached = {
  /** Everything up to here was given. */
  position: Position;
  /** The newest checkpoint, which is not safe to resume from yet. */
  checkpoint: Position | undefined;
  live: boolean;
};

/**
 * Moves on by one item, and adds an event that was not given before.
 *
 * A checkpoint counts when the next one has come. Servers before 23.10 place it where the next event
 * begins, and subscribing excludes its own position: resuming there would lose that event.
 */
function take(item: Item, reached: Reached, events: RecordedEvent[]): Reached {
  if ('live' in item) return { ...reached, live: item.live };
  if ('checkpoint' in item) {
    const { position, checkpoint = position } = reached;
    return {
      ...reached,
      position: checkpoint > position ? checkpoint : position,
      checkpoint: toPosition(item.checkpoint),
    };
  }
  const event = recorded(item);
  if (event.position <= reached.position) return reached;
  events.push(event);
  return { ...reached, position: event.position };
}
