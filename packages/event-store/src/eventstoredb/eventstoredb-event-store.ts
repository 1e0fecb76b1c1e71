import { NotLeaderError } from '@eventstore/db-client';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { checkedAppend, type Append } from '../event-json.ts';
import {
  EventIdConflictError,
  EventStoreUnavailableError,
  start,
  WrongExpectedRevisionError,
  type Appended,
  type EventStore,
  type EventStoreHealth,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadOptions,
  type RecordedEvent,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.ts';
import { repeated } from '../repetition.ts';
import { assertStreamName } from '../storable.ts';
import { upToFault } from '../stored-json.ts';
import { answerOf, type AppendAnswer } from './append-answer.ts';
import { assertSize } from './append-messages.ts';
import { AppendStream, LostCallError } from './append-stream.ts';
import { Connection } from './connection.ts';
import { assertReadable, checkConnectionString } from './connection-string.ts';
import { Deadline } from './deadline.ts';
import { follow, type Followed } from './follow.ts';
import { healthOf } from './health.ts';
import { readToEnd } from './read-call.ts';
import { newestEvent, streamSlice, type StreamSlice } from './read-request.ts';
import { positionOf, recorded, recordedOrThrow, toFault } from './translate.ts';

export type EventStoreDbOptions = {
  /** `esdb://…` or `esdb+discover://…`, as EventStoreDB documents it. */
  connectionString: string;
  /** How long a call may take, in milliseconds; `defaultDeadline` of the connection string, or 10 s. */
  deadline?: number;
  /** How long a subscription that has caught up may be silent before it is taken out anew. */
  quiet?: number;
};

/** Events in a batch, and asked for at a time. */
const batchSize = 1000;

/** Who asks for health does so often, and wants to know soon; in milliseconds. */
const healthDeadline = 2000;

/**
 * Events in EventStoreDB 23.10 or later. The server's own streams (`$…`) are never given. An append
 * may hold as much as the server's `MaxAppendSize` (1 MiB by default).
 *
 * Every call ends within its deadline. Until then it is tried again where that cannot do harm: reads
 * always, appends when they expect a revision or were not sent.
 */
export class EventStoreDbEventStore implements EventStore {
  readonly #connectionString: string;
  readonly #reads: Connection;
  readonly #appends: AppendStream;
  readonly #deadline: number;
  readonly #quiet: number;
  readonly #appending = new Set<Promise<Appended>>();
  readonly #closing = new AbortController();
  #renewing = new AbortController();

  /** @throws RangeError when the connection string cannot be used; it says why, without secrets */
  constructor({ connectionString, deadline, quiet = 30_000 }: EventStoreDbOptions) {
    const settings = checkConnectionString(connectionString);
    // The client would say neither which file nor why.
    assertReadable(settings.files);
    this.#connectionString = settings.connectionString;
    const onSilence = () => this.#renewSubscriptions();
    this.#reads = new Connection(this.#connectionString, onSilence);
    this.#appends = new AppendStream(this.#connectionString, onSilence);
    this.#deadline = deadline ?? settings.deadline;
    this.#quiet = quiet;
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    this.#assertOpen();
    const append = checkedAppend(stream, events, expected);
    assertSize(append);
    const appending = this.#append(append);
    this.#appending.add(appending);
    try {
      return await appending;
    } finally {
      this.#appending.delete(appending);
    }
  }

  async *read(stream: string, options: ReadOptions = {}): AsyncIterable<RecordedEvent[]> {
    assertStreamName(stream);
    const { direction = 'forwards' } = options;
    const forwards = direction === 'forwards';
    let from: number | undefined = options.from;
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    while (left > 0 && (from === undefined || from >= 0)) {
      this.#assertOpen();
      const size = Math.min(left, batchSize);
      const deadline = new Deadline(this.#deadline);
      const slice: StreamSlice = { stream, direction, from, limit: size };
      const read = await this.#read(streamSlice(slice), deadline, (event) => recorded(event));
      const { events, fault } = upToFault(read);
      const last = events.at(-1);
      if (last) yield events;
      if (fault) throw fault;
      if (!last || events.length < size) return;
      left -= events.length;
      from = last.revision + (forwards ? 1 : -1);
    }
  }

  /**
   * Follows a subscription until it has caught up: the client's own `readAll` has no filter.
   *
   * @throws EventStoreUnavailableError when nothing came for as long as a call may take
   */
  async *readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent[]> {
    const { after = start, streams, asWritten = false } = options;
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    this.#assertOpen();
    if (left <= 0) return;
    const { signal } = this.#closing;
    const subscribing = { after, signal, asWritten, ...(streams ? { streams } : {}) };
    for await (const { events, live } of this.#follow(subscribing, this.#deadline)) {
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
    yield* this.#follow({ ...options, signal }, Infinity);
  }

  async head(): Promise<Position> {
    this.#assertOpen();
    // Its content is no matter: it may be somebody else's.
    const deadline = new Deadline(this.#deadline);
    const [newest] = await this.#read(newestEvent(), deadline, positionOf);
    return newest ?? start;
  }

  async health(): Promise<EventStoreHealth> {
    if (this.#closing.signal.aborted) return { connected: false, error: 'it is closed' };
    return healthOf(this.#reads, new Deadline(Math.min(this.#deadline, healthDeadline)));
  }

  /** Waits for appends that are on their way, ends subscriptions, and disconnects. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#appending);
    await Promise.all([this.#appends.close(), this.#reads.close()]);
  }

  async #append(append: Append): Promise<Appended> {
    const deadline = new Deadline(this.#deadline);
    try {
      const answer = await this.#answer(append, deadline);
      if (answer === 'wrong-expected-version') {
        return await this.#refused(append, deadline);
      }
      const { revision, position } = answer;
      return {
        revision,
        position: position ?? (await this.#positionOf(append.stream, revision, deadline)),
      };
    } catch (error) {
      throw toFault(error);
    }
  }

  /** Where a revision is expected, the same events again are the same append. */
  async #answer(append: Append, deadline: Deadline): Promise<AppendAnswer> {
    for (;;) {
      try {
        return answerOf(await this.#appends.send(append, deadline), append.stream);
      } catch (error) {
        if (!(error instanceof LostCallError)) throw error;
        const fault = toFault(error.cause);
        if (!(fault instanceof EventStoreUnavailableError)) throw fault;
        const untouched = !error.sent || error.cause instanceof NotLeaderError;
        if (append.expected === 'any' && !untouched) throw fault;
        await deadline.beforeAnotherAttempt(error.cause);
      }
    }
  }

  /** The answer when the server refused the expectation: perhaps the append has happened before. */
  async #refused(append: Append, deadline: Deadline): Promise<Appended> {
    const { stream, events, expected } = append;
    const conflict = `stream ${stream}: some of these events stand there already`;
    // Without an expectation the server refuses nothing else.
    if (expected === 'any') throw new EventIdConflictError(conflict);

    const from = expected === 'no-stream' ? 0 : expected + 1;
    const after: StreamSlice = { stream, direction: 'forwards', from, limit: events.length };
    const standing = await this.#read(streamSlice(after), deadline, recordedOrThrow);
    const end = standing.at(-1);
    const repetition = repeated(standing, events);
    if (end && repetition === 'all') return { revision: end.revision, position: end.position };
    if (repetition === 'some') throw new EventIdConflictError(conflict);
    const last: StreamSlice = { stream, direction: 'backwards', limit: 1 };
    const [newest] = await this.#read(streamSlice(last), deadline, recordedOrThrow);
    throw new WrongExpectedRevisionError(stream, expected, newest?.revision ?? 'no-stream');
  }

  async #positionOf(stream: string, revision: number, deadline: Deadline): Promise<Position> {
    const own: StreamSlice = { stream, direction: 'forwards', from: revision, limit: 1 };
    const [event] = await this.#read(streamSlice(own), deadline, recordedOrThrow);
    if (!event) throw new EventStoreUnavailableError(`${stream}@${revision} cannot be read back`);
    return event.position;
  }

  async #read<T>(
    request: ReadReq,
    deadline: Deadline,
    decode: (event: ReadResp.ReadEvent) => T,
  ): Promise<T[]> {
    try {
      return await readToEnd(this.#reads, request, deadline, decode);
    } catch (error) {
      throw toFault(error);
    }
  }

  #follow(options: Followed, patience: number): AsyncGenerator<SubscriptionBatch> {
    return follow(options, {
      connectionString: this.#connectionString,
      deadline: this.#deadline,
      quiet: this.#quiet,
      patience,
      renewal: () => this.#renewing.signal,
    });
  }

  /** The server says nothing to others: it may have left subscriptions without saying so. */
  #renewSubscriptions(): void {
    this.#renewing.abort();
    this.#renewing = new AbortController();
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) {
      throw new EventStoreUnavailableError('the event store is closed');
    }
  }
}
