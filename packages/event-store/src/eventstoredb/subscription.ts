import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  EventStoreUnavailableError,
  UnreadableRecordError,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.ts';
import { toCommandError, type Connection } from './connection.ts';
import { openReadCall, type ReadCall } from './read-call.ts';
import { subscription } from './read-request.ts';
import { recorded, toFault } from './translate.ts';

export type OneSubscription = SubscribeOptions & {
  asWritten?: boolean;
  /** Whether the one before it had caught up. */
  live: boolean;
  /** How long the server may be silent before it has caught up, in milliseconds. */
  patience: number;
  /** How long it may be silent afterwards, in milliseconds: there may be nothing to say. */
  quiet: number;
};

/** The most that waits in memory for a slow reader, in events and in bytes; and a good size for a batch. */
const mostWaiting = { events: 1000, bytes: 16 * 1024 * 1024 };
/** How long to gather events for a batch that is not as large, in milliseconds. */
const gathering = 20;

/**
 * One subscription over one connection: ends when the signal aborts or nothing has come for long,
 * throws when it is dropped.
 *
 * @throws EventStoreUnavailableError when the connection was lost or the server silent
 */
export async function* subscribeOnce(
  connection: Connection,
  { after, streams, signal, patience, quiet, live, asWritten = false }: OneSubscription,
): AsyncGenerator<SubscriptionBatch> {
  const inbox = new Inbox({ after, live, asWritten });
  const asked = subscription(after, streams);
  const opening = openReadCall(connection.client, asked, { requiresLeader: false });
  opening.then(
    (call) => inbox.fill(call),
    (error: unknown) => inbox.fail(error),
  );
  const onAbort = () => inbox.wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      if (!(await inbox.hasNews(inbox.caughtUp ? quiet : patience))) {
        if (inbox.caughtUp || signal.aborted) return;
        throw new EventStoreUnavailableError('EventStoreDB fell silent');
      }
      // One by one, a history would cost a transaction for each of its events.
      if (!inbox.caughtUp) await inbox.gathered();
      yield inbox.take();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // It may not be open yet; it is cancelled as soon as it is.
    opening.then((call) => call.cancel()).catch(() => undefined);
  }
}

/** What one call has told and nobody has taken yet. */
class Inbox {
  #call: ReadCall | undefined;
  #events: RecordedEvent[] = [];
  #bytes = 0;
  /**
   * The last event's. Never a checkpoint's: 23.10 begins a subscription by passing over the first
   * event at or after the position, and where the record of a checkpoint is gone, or the checkpoint
   * lies at the next event's, that is an event that nobody was given.
   */
  #position: Position;
  #live: boolean;
  #hasNews = false;
  #isFull = false;
  #isGathering = false;
  #ended: { reason: unknown } | undefined;
  #wake: () => void = () => undefined;
  caughtUp = false;

  readonly #asWritten: boolean;

  /** @param stood how the subscription before it stood, and how exactly to read */
  constructor(stood: { after: Position; live: boolean; asWritten: boolean }) {
    this.#position = stood.after;
    this.#live = stood.live;
    this.#asWritten = stood.asWritten;
  }

  fill(call: ReadCall): void {
    this.#call = call;
    call.on('data', (message: ReadResp) => {
      // What follows an event that cannot be read would move the position past it.
      if (this.#ended) return;
      try {
        this.#add(message);
      } catch (error) {
        this.fail(error);
      }
      if (this.#isLarge) call.pause();
      if (this.#isFull || (this.#hasNews && !this.#isGathering)) this.wake();
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

  take(): SubscriptionBatch {
    const batch = { events: this.#events, position: this.#position, live: this.#live };
    this.#events = [];
    this.#bytes = 0;
    this.#hasNews = false;
    this.#isFull = false;
    this.#call?.resume();
    return batch;
  }

  /**
   * @returns false when nothing came in time, in milliseconds, or somebody woke it
   * @throws what ended the call, once everything before it was taken
   */
  async hasNews(patience: number): Promise<boolean> {
    if (!this.#hasNews && !this.#ended) await this.#next(patience);
    if (!this.#hasNews && this.#ended) throw toFault(this.#ended.reason);
    return this.#hasNews;
  }

  /** Resolves when there are many events, or all that there are, or it has taken long enough. */
  async gathered(): Promise<void> {
    if (this.#isFull) return;
    this.#isGathering = true;
    await this.#next(gathering);
    this.#isGathering = false;
  }

  get #isLarge(): boolean {
    return this.#events.length >= mostWaiting.events || this.#bytes >= mostWaiting.bytes;
  }

  #add(message: ReadResp): void {
    const read = message.getEvent();
    if (read) {
      // Events are kept, not messages: those are many times as large.
      const event = recorded(read, this.#asWritten);
      if (event instanceof UnreadableRecordError) throw event;
      if (event.position <= this.#position) return;
      this.#events.push(event);
      this.#bytes += sizeOf(read);
      this.#position = event.position;
      this.#isFull ||= this.#isLarge;
    } else if (message.hasCaughtUp()) {
      this.caughtUp = true;
      this.#live = true;
      this.#isFull = true;
    } else if (message.hasFellBehind()) {
      this.#live = false;
    }
    // A checkpoint tells that the server is still at it.
    this.#hasNews = true;
  }

  async #next(patience: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, patience);
    await promise;
    clearTimeout(timer);
  }
}

/** In bytes, as it came. */
function sizeOf(read: ReadResp.ReadEvent): number {
  const event = read.getEvent();
  return (event?.getData_asU8().length ?? 0) + (event?.getCustomMetadata_asU8().length ?? 0);
}
