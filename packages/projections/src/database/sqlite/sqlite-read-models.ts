import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, SqliteDialect } from 'kysely';
import { createTables, markComplete, readCheckpoint, type Checkpoint } from '../checkpoint.ts';
import type { Build, Lease, Made, ReadModelsDatabase } from '../read-models-database.ts';
import type { Tables } from '../tables.ts';
import { NodeSqliteDatabase } from './node-sqlite.ts';

const filePattern = /^read-models\.(\d+)\.sqlite$/;

/**
 * Pages that many batches touch are copied out of the journal once, not every few batches. What a row
 * said before is overwritten, so that nothing erased is left in the file.
 */
const writing =
  'PRAGMA secure_delete = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000';
/** Lost power may cost the last batches, never their order: the checkpoint is in the same file. */
const journalled = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL';
/** Nobody reads it yet and a crash only means beginning again: no journal, no waiting for disks. */
const unsafe = 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF';

/** What SQLite says of a file that a crash left without order, or without tables. */
const halfMade: ReadonlySet<string> = new Set([
  'database disk image is malformed',
  'file is not a database',
  'no such table: checkpoint',
]);

/** Read models in SQLite: each generation is a file of a folder, `read-models.<n>.sqlite`. */
export class SqliteReadModels implements ReadModelsDatabase {
  readonly grace = 10_000;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async generations(): Promise<number[]> {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .flatMap((file) => filePattern.exec(file)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
  }

  async checkpoint(generation: number): Promise<Checkpoint | undefined> {
    if (!existsSync(this.#file(generation))) return undefined;
    const reader = this.reader(generation);
    try {
      return await readCheckpoint(reader);
    } catch (error) {
      if (error instanceof Error && halfMade.has(error.message)) return undefined;
      throw error;
    } finally {
      await reader.destroy();
    }
  }

  reader(generation: number): Kysely<Tables> {
    const file = this.#file(generation);
    return this.#kysely(async () => new NodeSqliteDatabase(file, { readOnly: true }));
  }

  /** Nobody tells: the one process that writes is the one that reads. */
  async told(): Promise<undefined> {
    return undefined;
  }

  /**
   * Everybody has it: an installation with SQLite is one process. If there were two after all, the
   * checkpoint would keep them from writing anything twice.
   */
  async lease(): Promise<Lease> {
    return {
      lost: new AbortController().signal,
      build: (generation, made) => this.#build(generation, made),
      writer: (generation) => this.#kysely(async () => this.#open(generation, journalled)),
      drop: async (generation) => this.#drop(generation),
      scrub: (generation) => this.#scrub(generation),
      tell() {},
      async release() {},
    };
  }

  async close(): Promise<void> {}

  async #build(generation: number, made: Made): Promise<Build> {
    const file = this.#open(generation, unsafe);
    const database = this.#kysely(async () => file);
    await createTables(database, made);
    return {
      database,
      async complete() {
        file.exec(journalled);
        await markComplete(database);
      },
      close: () => database.destroy(),
    };
  }

  /** The journal holds pages as they were until it is emptied, which waits for readers. */
  async #scrub(generation: number): Promise<boolean> {
    const file = this.#open(generation, journalled);
    try {
      for (let tries = 0; tries < 100; tries += 1) {
        const [row] = file.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]) as { busy: number }[];
        if (row?.busy === 0) return true;
        await delay(50);
      }
      return false;
    } finally {
      file.close();
    }
  }

  #open(generation: number, pragmas: string): NodeSqliteDatabase {
    const file = new NodeSqliteDatabase(this.#file(generation));
    file.exec(writing);
    file.exec(pragmas);
    return file;
  }

  /** @param database called at the first query */
  #kysely(database: () => Promise<NodeSqliteDatabase>): Kysely<Tables> {
    return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  }

  #drop(generation: number): void {
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(this.#file(generation) + suffix, { force: true });
  }

  #file(generation: number): string {
    return join(this.#folder, `read-models.${generation}.sqlite`);
  }
}
