import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { checkedAppend, type Append } from '../event-json.ts';
import {
  EventStoreUnavailableError,
  start,
  type Appended,
  type EventStore,
  type EventStoreHealth,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadOptions,
  type ReadStreamsOptions,
  type RecordedEvent,
  type StreamRun,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.ts';
import { assertStreamName } from '../storable.ts';
import { upToFault } from '../stored-json.ts';
import { appendTo } from './append.ts';
import { Changes } from './changes.ts';
import { CommitQueue } from './commit-queue.ts';
import { EventFile, fromPosition, toPosition, type StreamPlace } from './event-file.ts';
import { recorded } from './recorded.ts';

export type EmbeddedEventStoreOptions = {
  /** The database file, or `:memory:`. */
  file: string;
  /** Reads the time that `recordedAt` records. */
  now?: () => Date;
  /** How often to look for events that another process appended, in milliseconds. */
  pollInterval?: number;
  /** How long an append waits for another process that holds the file, in milliseconds. */
  lockTimeout?: number;
};

/** Events in a batch, and rows read at a time. */
const batchSize = 1000;

/** The same in long reads, whose garbage should be young when it is let go. */
const longReadSize = 250;

/** Rows read at a time where streams are walked. */
const streamRows = 200;
/** Events in a batch there: who makes something large of each event holds it for a batch. */
const streamBatchSize = 50;

/**
 * Events in one SQLite file: the default, with nothing installed. Appends that arrive together are
 * committed together. One process is meant to write; others may (`publish` beside `serve`),
 * SQLite's lock keeps them in order.
 *
 * Reading is synchronous inside; between batches the event loop gets its turn, so that reading the
 * whole log does not stop the process.
 */
export class EmbeddedEventStore implements EventStore {
  readonly #file: EventFile;
  readonly #queue: CommitQueue<Append, Appended>;
  readonly #changes: Changes;
  #closing: Promise<void> | undefined;

  /** @throws EventStoreUnavailableError when the file cannot be opened */
  constructor({
    file,
    now = () => new Date(),
    pollInterval = 250,
    lockTimeout = 10_000,
  }: EmbeddedEventStoreOptions) {
    this.#file = new EventFile(file);
    this.#changes = new Changes(pollInterval, file === ':memory:' ? undefined : resolve(file));
    this.#queue = new CommitQueue<Append, Appended>({
      file: this.#file,
      write: (append, recordedAt) => appendTo(this.#file, append, recordedAt),
      now,
      lockTimeout,
      onCommit: () => this.#changes.tell(),
    });
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    this.#assertOpen();
    return this.#queue.add(checkedAppend(stream, events, expected));
  }

  async *read(stream: string, options: ReadOptions = {}): AsyncIterable<RecordedEvent[]> {
    assertStreamName(stream);
    const forwards = options.direction !== 'backwards';
    let from = options.from ?? (forwards ? 0 : Number.MAX_SAFE_INTEGER);
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    while (left > 0) {
      this.#assertOpen();
      const size = Math.min(left, batchSize);
      const rows = forwards
        ? this.#file.forwards(stream, from, size)
        : this.#file.backwards(stream, from, size);
      const last = rows.at(-1);
      if (!last) return;
      const { events, fault } = upToFault(rows.map((row) => recorded(row)));
      if (events.length > 0) yield events;
      if (fault) throw fault;
      if (rows.length < size) return;
      left -= rows.length;
      from = last.revision + (forwards ? 1 : -1);
      await setImmediate();
    }
  }

  async *readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent[]> {
    const { after = start, streams, asWritten } = options;
    let position = fromPosition(after);
    let left = options.limit ?? Number.MAX_SAFE_INTEGER;
    while (left > 0) {
      this.#assertOpen();
      const rows = this.#file.after(position, longReadSize);
      const matching = rows.filter((row) => matches(row.stream, streams)).slice(0, left);
      const { events, fault } = upToFault(matching.map((row) => recorded(row, asWritten)));
      if (events.length > 0) yield events;
      if (fault) throw fault;
      if (rows.length < longReadSize) return;
      left -= matching.length;
      position = rows.at(-1)?.position ?? position;
      await setImmediate();
    }
  }

  /** Walks the index of streams: rows of a stream lie scattered over the file, their order does not. */
  async *readStreams(options: ReadStreamsOptions): AsyncIterable<RecordedEvent[]> {
    const { prefix, until, share, run, onUnreadable } = options;
    const asked = {
      prefix,
      until: fromPosition(until),
      limit: streamRows,
      ...(share ? { share } : {}),
      ...(run ? { upTo: run.upTo } : {}),
    };
    let place: StreamPlace = { stream: (run?.after ?? -1) + 1, revision: -1 };
    for (;;) {
      this.#assertOpen();
      const rows = this.#file.byStream(place, asked);
      const last = rows.at(-1);
      if (!last) return;
      for (let from = 0; from < rows.length; from += streamBatchSize) {
        const batch = rows.slice(from, from + streamBatchSize).map((row) => recorded(row));
        const { events, fault } = upToFault(batch, onUnreadable);
        if (events.length > 0) yield events;
        if (fault) throw fault;
      }
      if (rows.length < streamRows) return;
      place = { stream: last.stream_id, revision: last.revision };
      await setImmediate();
    }
  }

  async *streamRuns(length: number): AsyncIterable<StreamRun> {
    for (let after = -1; ;) {
      this.#assertOpen();
      const upTo = this.#file.endOfRun(after, length);
      yield { after, upTo: upTo ?? Number.MAX_SAFE_INTEGER };
      if (upTo === undefined) return;
      after = upTo;
    }
  }

  async *subscribe({ after, streams, signal }: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    this.#assertOpen();
    let position = fromPosition(after);
    let toldLive = false;
    while (!signal.aborted && !this.#closing) {
      const rows = this.#file.after(position, batchSize);
      const live = rows.length < batchSize;
      if (rows.length === 0 && toldLive) {
        await this.#changes.next(signal);
        continue;
      }
      const matching = rows.filter((row) => matches(row.stream, streams));
      const { events, fault } = upToFault(matching.map((row) => recorded(row)));
      if (fault) {
        const last = events.at(-1);
        if (last) yield { events, position: last.position, live: false };
        throw fault;
      }
      position = rows.at(-1)?.position ?? position;
      toldLive = live;
      yield { events, position: position > 0 ? toPosition(position) : start, live };
      if (!live) await setImmediate();
    }
  }

  async head(): Promise<Position> {
    this.#assertOpen();
    return this.#file.head();
  }

  async health(): Promise<EventStoreHealth> {
    return this.#closing ? { connected: false, error: 'it is closed' } : { connected: true };
  }

  /** Commits what waits, ends subscriptions, and closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.drained();
    this.#changes.close();
    this.#file.close();
  }

  #assertOpen(): void {
    if (this.#closing) throw new EventStoreUnavailableError('the event store is closed');
  }
}

function matches(stream: string, prefixes: readonly string[] | undefined): boolean {
  return prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix));
}
