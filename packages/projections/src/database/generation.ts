import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Position } from '@satu-atap/event-store';
import { start } from '@satu-atap/event-store';
import { Kysely, SqliteDialect } from 'kysely';
import type { Projection } from '../projector/projection.ts';
import { NodeSqliteDatabase } from './node-sqlite.ts';
import type { Tables } from './tables.ts';

/**
 * One complete copy of the read models, in a file of its own. A rebuild fills the next generation
 * beside the current one; whichever is complete and newest is read.
 */
export type Generation = {
  number: number;
  /** For the projector alone: SQLite has one writer. */
  writer: Kysely<Tables>;
  /** For queries: sees what was committed last, and never waits for the writer. */
  reader: Kysely<Tables>;
  /** Nobody reads it yet and a crash only means beginning again: no journal, no waiting for disks. */
  beginBuilding(): Promise<void>;
  /** From now on it is kept: journalled, and marked as complete. */
  endBuilding(): Promise<void>;
  close(): Promise<void>;
};

/** Lost power may cost the last batches, never their order: the checkpoint is in the same file. */
const journalled = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL';

/** The read models of a generation, and what their rows depend on beside the events. */
export type Made = { projections: readonly Projection[]; fingerprint: string };

const filePattern = /^read-models\.(\d+)\.sqlite$/;

/** Generations that lie in a folder, oldest first. */
export function generationsIn(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => filePattern.exec(file)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Opens a generation; `created` says whether it is new and empty. */
export async function openGeneration(
  folder: string,
  number: number,
  made: Made,
): Promise<Generation & { created: boolean }> {
  const file = fileOf(folder, number);
  const created = !existsSync(file);
  const write = new NodeSqliteDatabase(file);
  // Pages that many batches touch are copied out of the journal once, not every few batches.
  write.exec('PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000');
  write.exec(journalled);
  const writer = new Kysely<Tables>({ dialect: new SqliteDialect({ database: write }) });
  if (created) await createTables(writer, made);
  let reader: Kysely<Tables> | undefined;
  return {
    number,
    created,
    writer,
    get reader() {
      // Opened when first asked for: while it is being built, the writer is alone.
      const read = () => new NodeSqliteDatabase(file, { readOnly: true });
      reader ??= new Kysely<Tables>({
        dialect: new SqliteDialect({ database: async () => read() }),
      });
      return reader;
    },
    async beginBuilding() {
      write.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    },
    async endBuilding() {
      write.exec(journalled);
      await writer.updateTable('checkpoint').set({ complete: 1 }).execute();
    },
    async close() {
      await reader?.destroy();
      await writer.destroy();
    },
  };
}

/** A connection of its own that only reads. It sees what was committed last. */
export function openReader(folder: string, number: number): Kysely<Tables> {
  const file = fileOf(folder, number);
  const database = async () => new NodeSqliteDatabase(file, { readOnly: true });
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
}

export function deleteGeneration(folder: string, number: number): void {
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(fileOf(folder, number) + suffix, { force: true });
}

export type Checkpoint = {
  position: Position;
  /** What made it, see `fingerprintOf`. */
  madeBy: string;
  /** Whether it has caught up once: only then may it be read. */
  complete: boolean;
};

export async function readCheckpoint(database: Kysely<Tables>): Promise<Checkpoint | undefined> {
  const row = await database.selectFrom('checkpoint').selectAll().executeTakeFirst();
  if (!row) return undefined;
  const { position, made_by: madeBy, complete } = row;
  return { position: position as Position, madeBy, complete: complete === 1 };
}

/** Moves the checkpoint from where it was thought to be; another projector must not have moved it. */
export async function moveCheckpoint(
  database: Kysely<Tables>,
  from: Position,
  to: Position,
): Promise<void> {
  const { numUpdatedRows } = await database
    .updateTable('checkpoint')
    .set({ position: to })
    .where('position', '=', from)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new CheckpointMovedError('another projector has moved on');
}

/** Two projectors ran on one database: nothing was written twice, and this one must read on anew. */
export class CheckpointMovedError extends Error {
  override readonly name = 'CheckpointMovedError';
}

async function createTables(
  database: Kysely<Tables>,
  { projections, fingerprint }: Made,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction.schema
      .createTable('checkpoint')
      .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('position', 'text', (column) => column.notNull())
      .addColumn('made_by', 'text', (column) => column.notNull())
      .addColumn('complete', 'integer', (column) => column.notNull())
      .execute();
    for (const projection of projections) await projection.createTables(transaction);
    await transaction
      .insertInto('checkpoint')
      .values({ id: 1, position: start, made_by: fingerprint, complete: 0 })
      .execute();
  });
}

function fileOf(folder: string, number: number): string {
  return join(folder, `read-models.${number}.sqlite`);
}
