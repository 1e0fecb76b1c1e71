import { DatabaseSync } from 'node:sqlite';
import type { EventText } from '../event-json.ts';
import { EventStoreUnavailableError, start, type Position } from '../event-store.ts';
import { eventRows, rows, type EventRow, type IdRow, type NumberedRow } from './event-rows.ts';
import { fileVersion, prepare, tables, type Statements } from './event-statements.ts';

/** A stream as the file knows it; no `id` before its first event. */
export type StreamRow = { id: number | undefined; newest: number };

/** A place in the order of streams, and of events in a stream; before every event: `{ stream: 0, revision: -1 }`. */
export type StreamPlace = { stream: number; revision: number };

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
    return eventRows(this.#statements.forwards, stream, from, limit);
  }

  backwards(stream: string, from: number, limit: number): EventRow[] {
    return eventRows(this.#statements.backwards, stream, from, limit);
  }

  after(position: number, limit: number): EventRow[] {
    return eventRows(this.#statements.after, position, limit);
  }

  /** The newest first. */
  before(position: number, limit: number): EventRow[] {
    return eventRows(this.#statements.before, position, limit);
  }

  /** Stream by stream, in the order in which they began, up to a position. */
  byStream(
    { stream, revision }: StreamPlace,
    {
      prefix,
      until,
      limit,
      share: { index, of } = { index: 0, of: 1 },
      upTo = Number.MAX_SAFE_INTEGER,
    }: {
      prefix: string;
      until: number;
      limit: number;
      share?: { index: number; of: number };
      /** The last stream. */
      upTo?: number;
    },
  ): NumberedRow[] {
    const { byStream } = this.#statements;
    const { length } = prefix;
    return eventRows(
      byStream,
      length,
      prefix,
      of,
      index,
      stream,
      stream,
      revision,
      upTo,
      until,
      limit,
    );
  }

  /** The stream that ends a run after another; undefined where fewer are left. */
  endOfRun(after: number, length: number): number | undefined {
    const [row] = rows<{ id: number }>(this.#statements.endOfRun, after, length - 1);
    return row?.id;
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
