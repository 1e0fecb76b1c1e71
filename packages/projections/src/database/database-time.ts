import { PostgresAdapter, sql, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** What the clock of the database's machine says, to the millisecond. */
export async function databaseTime(database: Kysely<Tables>): Promise<Temporal.Instant> {
  const isPostgres = database.getExecutor().adapter instanceof PostgresAdapter;
  const seconds = isPostgres
    ? sql<string>`extract(epoch from clock_timestamp())`
    : sql<number>`unixepoch('subsec')`;
  const { rows } = await sql<{ seconds: string | number }>`SELECT ${seconds} AS seconds`.execute(
    database,
  );
  return Temporal.Instant.fromEpochMilliseconds(Math.round(Number(rows[0]?.seconds) * 1000));
}
