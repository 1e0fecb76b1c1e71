import type { Position } from '@satu-atap/event-store';
import { sql, type Kysely } from 'kysely';
import { readCheckpoint, type Checkpoint } from '../checkpoint.ts';
import type { ReadModelsDatabase, ReadModelsStatus } from '../read-models-database.ts';
import type { Tables } from '../tables.ts';
import { isMissing } from './faults.ts';
import { PostgresLease, tryToLock } from './postgres-lease.ts';
import { openReader } from './reader.ts';
import { common, generationIn, schemaOf } from './schemas.ts';
import { Session } from './session.ts';

/** How long a projector may be silent before it is taken for gone, in seconds. */
const longestSilence = 10;

/** Read models in PostgreSQL: each generation is a schema of the database, `read_models_<n>`. */
export class PostgresReadModels implements ReadModelsDatabase {
  /** Long enough for processes of an older version to be replaced, which read the older copy. */
  readonly grace = 60_000;
  readonly #url: string;
  /** For what lies beside the rows: which generations there are, how the projector stands. */
  readonly #outside: Kysely<Tables>;
  /** The session that waits for the lock. */
  #candidate: Session | undefined;

  constructor(url: string) {
    this.#url = url;
    this.#outside = openReader({
      url,
      schema: common,
      purpose: 'watcher',
      connections: 1,
      timeout: 5000,
    });
  }

  async generations(): Promise<number[]> {
    const { rows } = await sql<{
      schema: string;
    }>`SELECT nspname AS schema FROM pg_namespace`.execute(this.#outside);
    return rows.flatMap(({ schema }) => generationIn(schema) ?? []).toSorted((a, b) => a - b);
  }

  async checkpoint(generation: number): Promise<Checkpoint | undefined> {
    const schema = this.#outside.withSchema(schemaOf(generation));
    return readCheckpoint(schema).catch(undefinedIfMissing);
  }

  reader(generation: number): Kysely<Tables> {
    return openReader({
      url: this.#url,
      schema: schemaOf(generation),
      purpose: 'reader',
      connections: 10,
      timeout: 25_000,
    });
  }

  async told(): Promise<ReadModelsStatus | undefined> {
    const told = await sql<{
      position: string;
      live: number;
      error: string | null;
      seen_at: Date;
      silent: boolean;
    }>`
      SELECT position, live, error, seen_at,
        clock_timestamp() - seen_at > make_interval(secs => ${longestSilence}) AS silent
      FROM projector_status
    `
      .execute(this.#outside)
      .catch(undefinedIfMissing);
    const row = told?.rows[0];
    if (!row) return undefined;
    const position = row.position as Position;
    const seenAt = row.seen_at.toISOString();
    if (row.silent) {
      const error = `no projector has given a sign of life since ${seenAt}`;
      return { position, live: false, error, seenAt };
    }
    const error = row.error === null ? {} : { error: row.error };
    return { position, live: row.live === 1, ...error, seenAt };
  }

  /** @throws ReadModelsUnavailableError */
  async lease(): Promise<PostgresLease | undefined> {
    const session = this.#candidate ?? (await Session.connect(this.#url, 'projector'));
    this.#candidate = undefined;
    try {
      if (await tryToLock(session)) {
        await prepare(session.kysely(common));
        return new PostgresLease(this.#url, session);
      }
      this.#candidate = session;
      return undefined;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#candidate?.close();
    await this.#outside.destroy();
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** @throws Error when the database cannot hold every name */
async function prepare(database: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ server_encoding: string }>`SHOW server_encoding`.execute(database);
  const encoding = rows[0]?.server_encoding;
  if (encoding !== 'UTF8') {
    throw new Error(
      `the database of the read models has the encoding ${encoding}: create one with UTF8`,
    );
  }
  await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(common)}`.execute(database);
  await sql`
    CREATE TABLE IF NOT EXISTS projector_status (
      id integer PRIMARY KEY,
      process text NOT NULL,
      position text NOT NULL,
      live integer NOT NULL,
      error text,
      seen_at timestamptz NOT NULL
    )
  `.execute(database);
}
