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

/** The most messages that wait in memory for a slow reader; and a good size for a batch. */
const mostWaiting = 1000;
/** How long to gather messages for a batch that is not as large, in milliseconds. */
const gathering = 20;

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
  const asked = subscription(after, streams);
  const opening = openReadCall(connection.client, asked, { requiresLeader: false });
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
      if (!(await inbox.hasMessages(caughtUp ? quiet : patience))) {
        if (caughtUp || signal.aborted) return;
        throw new EventStoreUnavailableError('EventStoreDB fell silent');
      }
      // One by one, a history would cost a transaction for each of its events.
      if (!caughtUp) await inbox.gathered();
      const messages = inbox.take();
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
  #isFull = false;
  #isGathering = false;
  #ended: { reason: unknown } | undefined;
  #wake: () => void = () => undefined;

  fill(call: ReadCall): void {
    this.#call = call;
    call.on('data', (message: ReadResp) => {
      this.#messages.push(message);
      this.#isFull ||= this.#messages.length >= mostWaiting || message.hasCaughtUp();
      if (this.#messages.length >= mostWaiting) call.pause();
      if (this.#isFull || !this.#isGathering) this.wake();
    });
    // Stays: an error that comes after the last look would end the process.
    call.on('error', (error) => this.fail(toCommandError(error)));
    call.on('end', () => this.fail(new Error('the server has ended the subscription')));
  }

  fail(reason: unknown): void {
    this.#ended ??= { reason };
    this.#isFull = true;
    this.wake();
  }

  wake(): void {
    this.#wake();
  }

  take(): ReadResp[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#isFull = false;
    this.#call?.resume();
    return messages;
  }

  /**
   * @returns false when nothing came in time, in milliseconds, or somebody woke it
   * @throws what ended the call, once everything before it was taken
   */
  async hasMessages(patience: number): Promise<boolean> {
    if (this.#messages.length === 0 && !this.#ended) await this.#next(patience);
    if (this.#messages.length === 0 && this.#ended) throw toFault(this.#ended.reason);
    return this.#messages.length > 0;
  }

  /** Resolves when there are many messages, or all that there are, or it has taken long enough. */
  async gathered(): Promise<void> {
    if (this.#isFull) return;
    this.#isGathering = true;
    await this.#next(gathering);
    this.#isGathering = false;
  }

  async #next(patience: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, patience);
    await promise;
    clearTimeout(timer);
  }
}
