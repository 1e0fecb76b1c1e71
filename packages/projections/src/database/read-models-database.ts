import type { Position } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import type { Projection } from '../projector/projection.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Tables } from './tables.ts';

/**
 * The seam to the place of the read models: a folder of SQLite files, or a PostgreSQL database.
 *
 * A generation is one complete copy of them, with a checkpoint of its own. A rebuild fills the next
 * generation beside the current one; whichever is complete and newest is read.
 */
export type ReadModelsDatabase = {
  /** Numbers of the generations that lie there, complete or not, oldest first. */
  generations(): Promise<number[]>;
  /** How far a generation is; undefined when it is not there, or was left half made. */
  checkpoint(generation: number): Promise<Checkpoint | undefined>;
  /** For queries: sees what was committed last, and never waits for the writer. The caller destroys it. */
  reader(generation: number): Kysely<Tables>;
  /** What the projector told last, whichever process it is in; undefined where none tells. */
  told(): Promise<ReadModelsStatus | undefined>;
  /** The right to write, or undefined while another process has it. */
  lease(): Promise<Lease | undefined>;
  /** How long a replaced generation stays for those who still read it, in milliseconds. */
  readonly grace: number;
  close(): Promise<void>;
};

/**
 * The right to write the read models. On PostgreSQL one process has it at a time, and whoever lost
 * it can write nothing that is read: not a row, not a checkpoint, not that a copy is complete.
 */
export type Lease = {
  /** Aborts when it is lost. */
  readonly lost: AbortSignal;
  /** Begins the next generation: tables without rows, which nobody reads yet. */
  build(generation: number, made: Made): Promise<Build>;
  /** For rows and checkpoint of a complete generation. The caller destroys it. */
  writer(generation: number): Kysely<Tables>;
  drop(generation: number): Promise<void>;
  /**
   * Has the database let go of what rows said before they were rewritten, as far as it can.
   *
   * @returns whether it has; false while a reader keeps it from it
   */
  scrub(generation: number): Promise<boolean>;
  /** Lets other processes know how the projector stands. */
  tell(status: ReadModelsStatus): void;
  /** Lets another process have it. */
  release(): Promise<void>;
};

export type Build = {
  readonly database: Kysely<Tables>;
  /** Marks it as complete: from now on it is kept, and read. */
  complete(): Promise<void>;
  close(): Promise<void>;
};

/** The read models of a generation, and what their rows depend on beside the events. */
export type Made = { projections: readonly Projection[]; fingerprint: string };

/** How the read models stand, as far as it is known here. */
export type ReadModelsStatus = {
  /** Everything up to here is in the read models. */
  position: Position;
  /** Whether the projector had reached the end of the events when it last looked. */
  live?: boolean;
  /** What stopped the projector last, while it has not got past it; or why nothing is known of it. */
  error?: string;
  /** Last sign of life of the projector, when it is in another process: ISO 8601. */
  seenAt?: string;
};

/** The database of the read models cannot be reached, or is starting or stopping: it may pass. */
export class ReadModelsUnavailableError extends Error {
  override readonly name = 'ReadModelsUnavailableError';
}
