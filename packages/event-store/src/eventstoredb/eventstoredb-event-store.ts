import { setTimeout } from 'node:timers/promises';
import {
  EventStoreDBClient,
  jsonEvent,
  NotLeaderError,
  StreamNotFoundError,
  UnavailableError,
  WrongExpectedVersionError,
  type AllStreamResolvedEvent,
  type AppendResult,
  type Credentials,
  type Direction,
  type ReadPosition,
  type StreamingRead,
} from '@eventstore/db-client';
import { eventText } from '../event-json.ts';
import {
  EventIdConflictError,
  EventStoreUnavailableError,
  start,
  WrongExpectedRevisionError,
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadOptions,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.ts';
import { withDeadline } from './deadline.ts';
import { subscribeOnce } from './subscription.ts';
import {
  appendCredentials,
  isSystemStream,
  recorded,
  toClientRevision,
  toFault,
  toPosition,
} from './translate.ts';

export type EventStoreDbOptions = {
  /** `esdb://…` or `esdb+discover://…`, as EventStoreDB documents it. */
  connectionString: string;
  /** How long a call may take, in milliseconds. */
  deadline?: number;
};

type Slice = { from?: number | undefined; direction?: Direction; limit: number };

/** Events in a batch, and asked for at a time. */
const batchSize = 1000;

/** How long to wait before a dropped subscription is taken up again, in milliseconds; doubles. */
const backOff = { first: 100, most: 10_000 };

/**
 * Events in EventStoreDB 23.10 or later. The server's own streams (`$…`) are never given. An append
 * may hold as much as the server's `MaxAppendSize` (1 MiB by default).
 */
export class EventStoreDbEventStore implements EventStore {
  readonly #client: EventStoreDBClient;
  readonly #credentials: Credentials | undefined;
  readonly #deadline: number;
  readonly #appending = new Set<Promise<Appended>>();
  readonly #closing = new AbortController();

  constructor({ connectionString, deadline = 10_000 }: EventStoreDbOptions) {
    this.#client = EventStoreDBClient.connectionString(connectionString);
    this.#credentials = appendCredentials(connectionString);
    this.#deadline = deadline;
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    this.#assertOpen();
    if (events.length === 0) throw new RangeError('an append needs an event');
    // The client never answers an append that it cannot serialise.
    for (const event of events) eventText(event);
    const appending = this.#append(stream, events, expected);
    this.#appending.add(appending);
    try {
      return await appending;
    } finally {
      this.#appending.delete(appending);
    }
  }

  async *read(stream: string, options: ReadOptions = {}): AsyncIterable<RecordedEvent[]> {
    const { direction = 'forwards' } = options;
    const forwards = direction === 'forwards';
    let from: number | undefined = options.from;
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    while (left > 0 && (from === undefined || from >= 0)) {
      this.#assertOpen();
      const size = Math.min(left, batchSize);
      const events = await this.#slice(stream, { direction, from, limit: size });
      const last = events.at(-1);
      if (!last) return;
      yield events;
      if (events.length < size) return;
      left -= events.length;
      from = last.revision + (forwards ? 1 : -1);
    }
  }

  /** Follows a subscription until it has caught up: the client's own `readAll` has no filter. */
  async *readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent[]> {
    const { after = start, streams } = options;
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    this.#assertOpen();
    if (left <= 0) return;
    const subscribing = { after, signal: this.#closing.signal, ...(streams ? { streams } : {}) };
    for await (const { events, live } of subscribeOnce(this.#client, subscribing, this.#deadline)) {
      const wanted = events.slice(0, left);
      if (wanted.length > 0) yield wanted;
      left -= wanted.length;
      if (live || left === 0) return;
    }
    this.#assertOpen();
  }

  async *subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    this.#assertOpen();
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    let { after } = options;
    let wait = backOff.first;
    while (!signal.aborted) {
      try {
        const subscribing = { ...options, after, signal };
        for await (const batch of subscribeOnce(this.#client, subscribing, this.#deadline)) {
          wait = backOff.first;
          after = batch.position;
          yield batch;
        }
      } catch (error) {
        if (!(error instanceof EventStoreUnavailableError)) throw error;
        await setTimeout(wait, undefined, { signal }).catch(() => {});
        wait = Math.min(wait * 2, backOff.most);
      }
    }
  }

  async head(): Promise<Position> {
    this.#assertOpen();
    let fromPosition: ReadPosition | undefined = 'end';
    while (fromPosition) {
      const page: AllStreamResolvedEvent[] = await this.#all(
        this.#client.readAll({ direction: 'backwards', fromPosition, maxCount: 100 }),
      );
      const newest = page.find(({ event }) => event && !isSystemStream(event.streamId));
      if (newest?.event) return toPosition(newest.event.position);
      const last = page.at(-1);
      fromPosition = (last?.link ?? last?.event)?.position;
    }
    return start;
  }

  /** Waits for appends that are on their way, ends subscriptions, and disconnects. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#appending);
    await this.#client.dispose();
  }

  async #append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    try {
      const result = await this.#send(stream, events, expected);
      if (!result.success) return await this.#refused(stream, events, expected);
      const revision = Number(result.nextExpectedRevision);
      const position = result.position && toPosition(result.position);
      // A repeated append may be acknowledged without its position.
      return { revision, position: position ?? (await this.#positionOf(stream, revision)) };
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) {
        return await this.#refused(stream, events, expected);
      }
      throw toFault(error);
    }
  }

  async #send(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const send = () => {
      const sending = this.#client.appendToStream(
        stream,
        events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data, metadata })),
        {
          expectedRevision: toClientRevision(expected),
          deadline: this.#deadline,
          ...(this.#credentials ? { credentials: this.#credentials } : {}),
        },
      );
      return withDeadline(this.#deadline, sending);
    };
    try {
      return await send();
    } catch (error) {
      // A follower has done nothing, and the client now knows who leads.
      const untouched = error instanceof NotLeaderError;
      // The client drops every call when one of them finds the connection lost. Where a revision is
      // expected, the same events again are the same append.
      const repeatable = error instanceof UnavailableError && expected !== 'any';
      if (untouched || repeatable) return send();
      throw error;
    }
  }

  /** The answer when the server refused the expectation: perhaps the append has happened before. */
  async #refused(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    const conflict = `stream ${stream}: some of these events stand there already`;
    // Without an expectation the server refuses nothing else.
    if (expected === 'any') throw new EventIdConflictError(conflict);

    const from = expected === 'no-stream' ? 0 : expected + 1;
    const standing = await this.#slice(stream, { from, limit: events.length });
    const last = standing[events.length - 1];
    if (last && standing.every(({ id }, index) => id === events[index]?.id)) {
      return { revision: last.revision, position: last.position };
    }
    const wanted = new Set(events.map(({ id }) => id));
    if (standing.some(({ id }) => wanted.has(id))) throw new EventIdConflictError(conflict);
    const [newest] = await this.#slice(stream, { direction: 'backwards', limit: 1 });
    throw new WrongExpectedRevisionError(stream, expected, newest?.revision ?? 'no-stream');
  }

  async #positionOf(stream: string, revision: number): Promise<Position> {
    const [event] = await this.#slice(stream, { from: revision, limit: 1 });
    if (!event) throw new EventStoreUnavailableError(`${stream}@${revision} cannot be read back`);
    return event.position;
  }

  /** What one call reads of a stream. */
  async #slice(stream: string, { from, direction = 'forwards', limit }: Slice) {
    const first = direction === 'forwards' ? 'start' : 'end';
    const fromRevision = from === undefined ? first : BigInt(from);
    const reading = this.#client.readStream(stream, { direction, fromRevision, maxCount: limit });
    return (await this.#all(reading)).map(recorded);
  }

  /** Everything that a read gives; nothing when there is no such stream. */
  async #all<Resolved>(reading: StreamingRead<Resolved>): Promise<Resolved[]> {
    // An error that comes after the last look would end the process.
    reading.on('error', () => {});
    try {
      return await withDeadline(this.#deadline, Array.fromAsync(reading));
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw toFault(error);
    } finally {
      reading.cancel().catch(() => {});
      reading.destroy();
    }
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) {
      throw new EventStoreUnavailableError('the event store is closed');
    }
  }
}
