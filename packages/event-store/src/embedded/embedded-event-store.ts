import { DatabaseSync, type StatementSync } from 'node:sqlite';
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

type Options = {
  /** The database file, or `:memory:`. */
  file: string;
  /** Reads the time that `recordedAt` records. */
  now?: () => Date;
  /** How often to look for events that another process appended, in milliseconds. */
  pollInterval?: number;
};

type Row = {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: string;
  metadata: string;
  recorded_at: number;
};

type Pending = {
  stream: string;
  events: readonly NewEvent[];
  /** Serialised before queuing, so that what is stored is what was given. */
  texts: { data: string; metadata: string }[];
  expected: ExpectedRevision;
  resolve: (appended: Appended) => void;
  reject: (error: Error) => void;
};

const batchSize = 1000;

/**
 * Events in one SQLite file: the default, with nothing installed. Appends that arrive together are
 * committed together (one fsync), each still all or none by itself. One process is meant to write;
 * others may (`publish` beside `serve`), SQLite's lock keeps them in order.
 */
export class EmbeddedEventStore implements EventStore {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #now: () => Date;
  readonly #pollInterval: number;
  readonly #waiting = new Set<() => void>();
  #queue: Pending[] = [];
  #closed = false;

  constructor({ file, now = () => new Date(), pollInterval = 250 }: Options) {
    this.#database = new DatabaseSync(file, { timeout: 10_000 });
    this.#database.exec(schema);
    this.#statements = prepare(this.#database);
    this.#now = now;
    this.#pollInterval = pollInterval;
  }

  append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    if (this.#closed) return Promise.reject(closed());
    if (events.length === 0) return Promise.reject(new RangeError('append needs an event'));
    const texts = events.map(({ data, metadata }) => ({
      data: JSON.stringify(data),
      metadata: JSON.stringify(metadata),
    }));
    return new Promise((resolve, reject) => {
      this.#queue.push({ stream, events, texts, expected, resolve, reject });
      // Whatever else this turn of the event loop brings joins the same commit.
      if (this.#queue.length === 1) setImmediate(() => this.#commit());
    });
  }

  async *read(stream: string, options: ReadOptions = {}): AsyncIterable<RecordedEvent[]> {
    const { direction = 'forwards', limit = Number.MAX_SAFE_INTEGER } = options;
    const forwards = direction === 'forwards';
    let from = options.from ?? (forwards ? 0 : Number.MAX_SAFE_INTEGER);
    let left = limit;
    while (left > 0) {
      const statement = forwards ? this.#statements.forwards : this.#statements.backwards;
      const rows = this.#rows(statement, stream, from, Math.min(left, batchSize));
      if (rows.length === 0) return;
      yield rows.map(recorded);
      if (rows.length < batchSize) return;
      left -= rows.length;
      from = (rows.at(-1)?.revision ?? 0) + (forwards ? 1 : -1);
    }
  }

  async *readAll(options: ReadAllOptions = {}): AsyncIterable<RecordedEvent[]> {
    const { streams, limit = Number.MAX_SAFE_INTEGER } = options;
    let after = Number(options.after ?? start);
    let left = limit;
    while (left > 0) {
      const rows = this.#rows(this.#statements.all, after, batchSize);
      const matching = rows.filter((row) => matches(row.stream, streams)).slice(0, left);
      if (matching.length > 0) yield matching.map(recorded);
      if (rows.length < batchSize) return;
      left -= matching.length;
      after = rows.at(-1)?.position ?? after;
    }
  }

  async *subscribe({ after, streams, signal }: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
    let position = Number(after);
    while (!signal.aborted && !this.#closed) {
      const rows = this.#rows(this.#statements.all, position, batchSize);
      const last = rows.at(-1);
      if (!last) {
        await this.#change(signal);
        continue;
      }
      position = last.position;
      const events = rows.filter((row) => matches(row.stream, streams)).map(recorded);
      yield { events, position: toPosition(position), live: rows.length < batchSize };
    }
  }

  async head(): Promise<Position> {
    const row = this.#statements.head.get() as { position: number | null } | undefined;
    return row?.position ? toPosition(row.position) : start;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#commit();
    this.#closed = true;
    this.#wake();
    this.#database.close();
  }

  /** One transaction for everything that waits; a refused append is undone by itself. */
  #commit(): void {
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length === 0) return;
    const done: (() => void)[] = [];
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const recordedAt = this.#now().getTime();
      for (const pending of batch) done.push(this.#appendOne(pending, recordedAt));
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      const cause = new EventStoreUnavailableError('the event file could not be written', {
        cause: error,
      });
      for (const { reject } of batch) reject(cause);
      return;
    }
    for (const answer of done) answer();
    this.#wake();
  }

  /** Checks first and writes after, so that a refusal leaves nothing to undo. */
  #appendOne(pending: Pending, recordedAt: number): () => void {
    const { stream, events, texts, expected, resolve, reject } = pending;
    const { streamId, newest } = this.#streamOf(stream);
    const before = typeof expected === 'number' ? expected : expected === 'no-stream' ? -1 : newest;
    if (expected === 'any' || before !== newest) {
      const repeated = this.#repeated(stream, events, expected === 'any' ? undefined : before + 1);
      if (repeated === 'conflict') {
        const error = new EventIdConflictError(
          `stream ${stream}: some of these events are there already`,
        );
        return () => reject(error);
      }
      if (repeated) return () => resolve(repeated);
    }
    if (before !== newest) {
      const error = new WrongExpectedRevisionError(
        stream,
        expected,
        newest < 0 ? 'no-stream' : newest,
      );
      return () => reject(error);
    }
    const id = streamId ?? Number(this.#statements.newStream.run(stream).lastInsertRowid);
    let position = 0;
    let revision = newest;
    for (const [index, event] of events.entries()) {
      const text = texts[index];
      revision += 1;
      const { lastInsertRowid } = this.#statements.insert.run(
        id,
        revision,
        event.id,
        event.type,
        text?.data ?? '{}',
        text?.metadata ?? '{}',
        recordedAt,
      );
      position = Number(lastInsertRowid);
    }
    const appended = { revision, position: toPosition(position) };
    return () => resolve(appended);
  }

  /** Whether these ids stand in the stream already, from a revision on where one was expected. */
  #repeated(
    stream: string,
    events: readonly NewEvent[],
    from?: number,
  ): Appended | 'conflict' | undefined {
    const ids = new Set(events.map(({ id }) => id));
    if (from !== undefined) {
      const rows = this.#rows(this.#statements.forwards, stream, from, events.length);
      const same = rows.filter((row, index) => row.id === events[index]?.id);
      const last = rows.at(-1);
      if (last && same.length === events.length)
        return { revision: last.revision, position: toPosition(last.position) };
      return rows.some(({ id }) => ids.has(id)) ? 'conflict' : undefined;
    }
    const rows = this.#rows(this.#statements.forwards, stream, 0, Number.MAX_SAFE_INTEGER);
    const found = rows.filter(({ id }) => ids.has(id));
    const last = found.at(-1);
    if (!last) return undefined;
    return found.length === ids.size
      ? { revision: last.revision, position: toPosition(last.position) }
      : 'conflict';
  }

  #streamOf(stream: string): { streamId: number | undefined; newest: number } {
    const row = this.#statements.stream.get(stream) as
      | { id: number; newest: number | null }
      | undefined;
    return { streamId: row?.id, newest: row?.newest ?? -1 };
  }

  #rows(statement: StatementSync, ...parameters: (string | number)[]): Row[] {
    if (this.#closed) throw closed();
    return statement.all(...parameters) as Row[];
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when something may have been appended, here or by another process, or on abort. */
  #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#pollInterval);
    this.#waiting.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(resolve);
    });
  }
}

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES streams (id),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    UNIQUE (stream_id, revision)
  ) STRICT;
`;

type Statements = Record<
  'stream' | 'newStream' | 'insert' | 'forwards' | 'backwards' | 'all' | 'head',
  StatementSync
>;

function prepare(database: DatabaseSync): Statements {
  const columns = `position, name AS stream, revision, events.id AS id, type, data, metadata, recorded_at`;
  const ofStream = (order: string) =>
    `SELECT ${columns} FROM events JOIN streams ON streams.id = stream_id WHERE name = ? AND ${order} LIMIT ?`;
  return {
    stream: database.prepare(
      `SELECT id, (SELECT max(revision) FROM events WHERE stream_id = streams.id) AS newest FROM streams WHERE name = ?`,
    ),
    newStream: database.prepare(`INSERT INTO streams (name) VALUES (?)`),
    insert: database.prepare(
      `INSERT INTO events (stream_id, revision, id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    forwards: database.prepare(ofStream('revision >= ? ORDER BY revision')),
    backwards: database.prepare(ofStream('revision <= ? ORDER BY revision DESC')),
    all: database.prepare(
      `SELECT ${columns} FROM events JOIN streams ON streams.id = stream_id WHERE position > ? ORDER BY position LIMIT ?`,
    ),
    head: database.prepare(`SELECT max(position) AS position FROM events`),
  };
}

function recorded(row: Row): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    data: JSON.parse(row.data) as RecordedEvent['data'],
    metadata: JSON.parse(row.metadata) as RecordedEvent['metadata'],
    stream: row.stream,
    revision: row.revision,
    position: toPosition(row.position),
    recordedAt: new Date(row.recorded_at).toISOString(),
  };
}

function matches(stream: string, prefixes: readonly string[] | undefined): boolean {
  return prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix));
}

/** Fixed width, so that positions order as text. */
function toPosition(position: number): Position {
  return String(position).padStart(16, '0') as Position;
}

function closed(): EventStoreUnavailableError {
  return new EventStoreUnavailableError('the event store is closed');
}
