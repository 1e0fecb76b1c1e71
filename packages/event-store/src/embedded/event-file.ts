import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { EventText } from '../event-json.ts';
import { EventStoreUnavailableError, start, type Position } from '../event-store.ts';

/** A stream as the file knows it; no `id` before its first event. */
export type StreamRow = { id: number | undefined; newest: number };

export type EventRow = {
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: string;
  metadata: string;
  recorded_at: number;
};

/** A place in the order of streams, and of events in a stream; before every event: `{ stream: 0, revision: -1 }`. */
export type StreamPlace = { stream: number; revision: number };

/** An event's identity without its content. */
export type IdRow = Pick<EventRow, 'position' | 'revision' | 'id'>;

/** Counts up when the tables change in a way that an older engine cannot read. */
const fileVersion = 1;

/** How long opening waits for another process that opens or closes the file, in milliseconds. */
const openTimeout = 5000;

/**
 * How long a statement waits for another process's lock, in milliseconds. Short, because it stops
 * the whole process; who wants to wait longer asks again.
 */
const statementTimeout = 10;

/** The SQLite file, its tables and every statement on it. All calls are synchronous. */
export class EventFile {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;

  /** @throws EventStoreUnavailableError when the file cannot be opened or is of another version */
  constructor(file: string) {
    try {
      this.#database = new DatabaseSync(file, { timeout: openTimeout });
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      this.#createTables();
      this.#statements = prepare(this.#database);
      this.#database.exec(`PRAGMA busy_timeout = ${statementTimeout}`);
    } catch (error) {
      throw new EventStoreUnavailableError(`the event file ${file} could not be opened`, {
        cause: error,
      });
    }
  }

  /**
   * Runs the work in one write transaction: all of it is durable, or none happened.
   *
   * @returns false, without running it, while another process is writing
   * @throws EventStoreUnavailableError when it could not be written (disk full, input/output error)
   */
  transaction(work: () => void): boolean {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
    } catch (error) {
      if (isBusy(error)) return false;
      throw unwritable(error);
    }
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself after some errors.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw unwritable(error);
    }
    return true;
  }

  stream(name: string): StreamRow {
    const row = this.#statements.stream.get(name) as
      | { id: number; newest: number | null }
      | undefined;
    return { id: row?.id, newest: row?.newest ?? -1 };
  }

  addStream(name: string): number {
    return Number(this.#statements.addStream.run(name).lastInsertRowid);
  }

  /** @returns the event's position */
  addEvent(
    streamId: number,
    revision: number,
    { id, type, data, metadata }: EventText,
    recordedAt: number,
  ): number {
    const { addEvent } = this.#statements;
    return Number(
      addEvent.run(streamId, revision, id, type, data, metadata, recordedAt).lastInsertRowid,
    );
  }

  /** Ids of a stream's events in order, from a revision on. */
  ids(streamId: number, from: number, limit: number): IdRow[] {
    return rows<IdRow>(this.#statements.ids, streamId, from, limit);
  }

  forwards(stream: string, from: number, limit: number): EventRow[] {
    return rows<EventRow>(this.#statements.forwards, stream, from, limit);
  }

  backwards(stream: string, from: number, limit: number): EventRow[] {
    return rows<EventRow>(this.#statements.backwards, stream, from, limit);
  }

  after(position: number, limit: number): EventRow[] {
    return rows<EventRow>(this.#statements.after, position, limit);
  }

  /** The newest first. */
  before(position: number, limit: number): EventRow[] {
    return rows<EventRow>(this.#statements.before, position, limit);
  }

  /** Stream by stream, in the order in which they began, up to a position. */
  byStream(
    { stream, revision }: StreamPlace,
    {
      prefix,
      until,
      limit,
      share = { index: 0, of: 1 },
    }: { prefix: string; until: number; limit: number; share?: { index: number; of: number } },
  ): (EventRow & { stream_id: number })[] {
    const { byStream } = this.#statements;
    const { length } = prefix;
    const { index, of } = share;
    return rows(byStream, length, prefix, of, index, stream, stream, revision, until, limit);
  }

  head(): Position {
    const [row] = rows<{ position: number | null }>(this.#statements.head);
    return row?.position ? toPosition(row.position) : start;
  }

  close(): void {
    this.#database.close();
  }

  #createTables(): void {
    const { user_version: found } = this.#database.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    if (found > fileVersion) {
      throw new Error(`version ${found} of the event file is newer than this engine`);
    }
    this.#database.exec(tables);
  }
}

const tables = `
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
  PRAGMA user_version = ${fileVersion};
`;

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  const select = `
    SELECT position, name AS stream, revision, events.id AS id, type, data, metadata, recorded_at
    FROM events JOIN streams ON streams.id = stream_id`;
  return {
    stream: database.prepare(`
      SELECT id, (SELECT max(revision) FROM events WHERE stream_id = streams.id) AS newest
      FROM streams WHERE name = ?`),
    addStream: database.prepare(`INSERT INTO streams (name) VALUES (?)`),
    addEvent: database.prepare(`
      INSERT INTO events (stream_id, revision, id, type, data, metadata, recorded_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)`),
    ids: database.prepare(`
      SELECT position, revision, id FROM events
      WHERE stream_id = ? AND revision >= ? ORDER BY revision LIMIT ?`),
    forwards: database.prepare(`
      ${select} WHERE name = ? AND revision >= ? ORDER BY revision LIMIT ?`),
    backwards: database.prepare(`
      ${select} WHERE name = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`),
    after: database.prepare(`${select} WHERE position > ? ORDER BY position LIMIT ?`),
    before: database.prepare(`${select} WHERE position < ? ORDER BY position DESC LIMIT ?`),
    // Without CROSS, SQLite might sort all events first.
    byStream: database.prepare(`
      SELECT position, name AS stream, revision, events.id AS id, type, data, metadata, recorded_at, stream_id
      FROM streams CROSS JOIN events ON stream_id = streams.id
      WHERE substr(name, 1, ?) = ? AND streams.id % ? = ? AND streams.id >= ? AND (streams.id > ? OR revision > ?)
        AND position <= ?
      ORDER BY streams.id, revision LIMIT ?`),
    head: database.prepare(`SELECT max(position) AS position FROM events`),
  };
}

function rows<Row>(statement: StatementSync, ...parameters: SQLInputValue[]): Row[] {
  try {
    return statement.all(...parameters) as Row[];
  } catch (error) {
    throw new EventStoreUnavailableError('the event file could not be read', { cause: error });
  }
}

/** Fixed width, so that positions order as text. */
export function toPosition(position: number): Position {
  return String(position).padStart(16, '0') as Position;
}

export function fromPosition(position: Position): number {
  return Number(position);
}

function unwritable(error: unknown): EventStoreUnavailableError {
  return new EventStoreUnavailableError('the event file could not be written', { cause: error });
}

/** SQLITE_BUSY with all its extended codes. */
function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && (errcode & 0xff) === 5;
}
