import { resolve } from 'node:path';
import { Changes } from '../embedded/changes.ts';
import { CommitQueue } from '../embedded/commit-queue.ts';
import { EventFile } from '../embedded/event-file.ts';
import type { EventRow } from '../embedded/event-rows.ts';
import { LogWriter, newestRevision, type Write, type Written } from './log-writer.ts';
import {
  deletedRevision,
  isMetadataStream,
  metadataStreamOf,
  ofMetadataStreams,
  parseStreamMetadata,
  type StreamMetadata,
} from './stream-metadata.ts';

export type { EventRow };

/** What the server says of a write to a stream without a name. */
export const namelessStream = 'eventStreamId should not be null or empty.';

/** A stream as readers see it. */
export type StreamState = {
  /** The newest revision: -1 where there is none, `deletedRevision` after a tombstone. */
  newest: number;
  /** The first revision that is given. */
  first: number;
  metadata: StreamMetadata;
};

/**
 * The server's events: the embedded store's file with what the protocol has beyond the store's port,
 * namely deletion, stream metadata, and idempotency as the real server's.
 */
export class EventLog {
  readonly #file: EventFile;
  readonly #writer: LogWriter;
  readonly #queue: CommitQueue<Write, Written>;
  readonly #changes: Changes;

  /** @param file the database file's path; it is created where there is none */
  constructor(file: string) {
    this.#file = new EventFile(file);
    this.#writer = new LogWriter(this.#file);
    this.#changes = new Changes(250, resolve(file));
    this.#queue = new CommitQueue({
      file: this.#file,
      write: (write, recordedAt) => this.#writer.write(write, recordedAt),
      now: () => new Date(),
      lockTimeout: 10_000,
      onCommit: () => this.#changes.tell(),
    });
  }

  /**
   * Resolves when it is durable, or refused.
   *
   * @throws RangeError for a stream without a name
   */
  async write(write: Write): Promise<Written> {
    if (write.stream === '') throw new RangeError(namelessStream);
    return this.#queue.add(write);
  }

  stream(name: string): StreamState {
    const newest = newestRevision(this.#file, name);
    const metadata = this.metadata(name);
    const { maxCount, truncateBefore = 0 } = metadata;
    const first = Math.max(truncateBefore, maxCount === undefined ? 0 : newest - maxCount + 1);
    return { newest, first, metadata };
  }

  metadata(stream: string): StreamMetadata {
    if (isMetadataStream(stream)) return ofMetadataStreams;
    const [row] = this.#file.backwards(metadataStreamOf(stream), deletedRevision - 1, 1);
    return row ? parseStreamMetadata(row.data) : {};
  }

  forwards(stream: string, from: number, limit: number): EventRow[] {
    return this.#file.forwards(stream, from, limit);
  }

  backwards(stream: string, from: number, limit: number): EventRow[] {
    return this.#file.backwards(stream, from, limit);
  }

  /** Rows of all streams that come after a row, in order. */
  after(row: number, limit: number): EventRow[] {
    return this.#file.after(row, limit);
  }

  /** Rows of all streams that come before a row, the newest first. */
  before(row: number, limit: number): EventRow[] {
    return this.#file.before(row, limit);
  }

  /** The newest event's row; 0 where there is none. */
  head(): number {
    return Number(this.#file.head());
  }

  /** Resolves when there may be more events, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return this.#changes.next(signal);
  }

  /** Commits what waits. */
  async close(): Promise<void> {
    await this.#queue.drained();
    this.#changes.close();
    this.#file.close();
  }
}
