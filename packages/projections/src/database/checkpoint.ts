import { start, type Position } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import type { Made } from './read-models-database.ts';
import type { Tables } from './tables.ts';

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

/** Says that a generation has caught up. */
export async function markComplete(database: Kysely<Tables>): Promise<void> {
  await database.updateTable('checkpoint').set({ complete: 1 }).execute();
}

/** The tables of a generation, empty, and its checkpoint before every event. */
export async function createTables(
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
