import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  EventStoreUnavailableError,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.ts';
import { toCommandError, type Connection } from './connection.ts';
import { openReadCall, type ReadCall } from './read-call.ts';
import { subscription } from './read-request.ts';
import { recorded, toFault, toPosition } from './translate.ts';

export type OneSubscription = SubscribeOptions & {
  /** Whether the one before it had caught up. */
  live: boolean;
  /** How long the server may be silent before it has caught up, in milliseconds. */
  patience: number;
  /** How long it may be silent afterwards, in milliseconds: there may be nothing to say. */
  quiet: number;
};

/** The most messages that wait in memory for a slow reader. */
const mostWaiting = 1000;

/**
 * One subscription over one connection: ends when the signal aborts or nothing has come for long,
 * throws when it is dropped.
 *
 * @throws EventStoreUnavailableError when the connection was lost or the server silent
 */
export async function* subscribeOnce(
  connection: Connection,
  { after, streams, signal, patience, quiet, live }: OneSubscription,
): AsyncGenerator<SubscriptionBatch> {
  const inbox = new Inbox();
  const opening = openReadCall(connection, subscription(after, streams), { requiresLeader: false });
  opening.then(
    (call) => inbox.fill(call),
    (error: unknown) => inbox.fail(error),
  );
  const onAbort = () => inbox.wake();
  signal.addEventListener('abort', onAbort);

  let caughtUp = false;
  let reached: Reached = { position: after, checkpoint: undefined, live };
  try {
    while (!signal.aborted) {
      const messages = inbox.take();
      if (messages.length === 0) {
        if (await inbox.next(caughtUp ? quiet : patience)) continue;
        if (caughtUp) return;
        throw new EventStoreUnavailableError('EventStoreDB fell silent');
      }
      caughtUp ||= messages.some((message) => message.hasCaughtUp());
      const events: RecordedEvent[] = [];
      const before = reached;
      for (const message of messages) reached = moved(message, reached, events);
      // A confirmation, or a first checkpoint, is nothing that a reader could use.
      if (reached !== before) yield { events, position: reached.position, live: reached.live };
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // It may not be open yet; it is cancelled as soon as it is.
    opening.then((call) => call.cancel()).catch(() => undefined);
  }
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
 * Moves on by one message, and adds an event that was not given before.
 *
 * A checkpoint counts when the next one has come. Servers before 23.10 place it where the next event
 * begins, and subscribing excludes its own position: resuming there would lose that event.
 */
function moved(message: ReadResp, reached: Reached, events: RecordedEvent[]): Reached {
  const read = message.getEvent();
  if (read) {
    const event = recorded(read);
    if (event.position <= reached.position) return reached;
    events.push(event);
    return { ...reached, position: event.position };
  }
  if (message.hasCaughtUp()) return { ...reached, live: true };
  if (message.hasFellBehind()) return { ...reached, live: false };
  const checkpoint = message.getCheckpoint();
  if (!checkpoint) return reached;
  const { position, checkpoint: last = position } = reached;
  return {
    ...reached,
    position: last > position ? last : position,
    checkpoint: toPosition(checkpoint.getCommitPosition(), checkpoint.getPreparePosition()),
  };
}

/** Messages of one call that nobody has taken yet. */
class Inbox {
  #call: ReadCall | undefined;
  #messages: ReadResp[] = [];
  #ended: { reason: unknown } | undefined;
  #wake: () => void = () => undefined;

  fill(call: ReadCall): void {
    this.#call = call;
    call.on('data', (message: ReadResp) => {
      this.#messages.push(message);
      if (this.#messages.length >= mostWaiting) call.pause();
      this.wake();
    });
    // Stays: an error that comes after the last look would end the process.
    call.on('error', (error) => this.fail(toCommandError(error)));
    call.on('end', () => this.fail(new Error('the server has ended the subscription')));
  }

  fail(reason: unknown): void {
    this.#ended ??= { reason };
    this.wake();
  }

  wake(): void {
    this.#wake();
  }

  /** @throws what ended the call, once everything before it was taken */
  take(): ReadResp[] {
    const messages = this.#messages;
    if (messages.length === 0 && this.#ended) throw toFault(this.#ended.reason);
    this.#messages = [];
    this.#call?.resume();
    return messages;
  }

  /** @returns false when nothing came in time, in milliseconds */
  async next(patience: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#wake = () => resolve(true);
    const timer = setTimeout(() => resolve(false), patience);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
