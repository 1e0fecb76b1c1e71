import { hostname } from 'node:os';
import { sql, type Kysely } from 'kysely';
import { createTables, markComplete } from '../checkpoint.ts';
import type { Build, Lease, Made, ReadModelsStatus } from '../read-models-database.ts';
import type { Tables } from '../tables.ts';
import { BytewiseText } from './bytewise-text.ts';
import { common, schemaOf } from './schemas.ts';
import { Session } from './session.ts';

/** Least time between two statuses, and longest time without a sign of life, in milliseconds. */
const leastBetween = 1000;
const longestSilence = 2000;

/** A process that is frozen keeps its connections: the server ends a session that has fallen silent. */
const expiry = [
  "SET idle_session_timeout TO '8s'",
  "SET idle_in_transaction_session_timeout TO '8s'",
].join('; ');

/** Any number, as long as every version of the engine takes the same. */
const lockKey = 7_283_046_551;

/**
 * The right to write, held by a session as PostgreSQL's advisory lock. Whatever is read goes over
 * this same session: rows, checkpoints, the word that a copy is complete, and the end of old ones.
 * Who loses the lock has lost the session, and with it the means to write. Only the rows of a copy
 * that is being built go over a second connection; nobody reads them before this one has said so.
 */
export class PostgresLease implements Lease {
  readonly #url: string;
  readonly #session: Session;
  readonly #heartbeat: NodeJS.Timeout;
  #told: ReadModelsStatus | undefined;
  #written: { status: ReadModelsStatus | undefined; at: number } = { status: undefined, at: 0 };

  /** @param session one that holds the lock */
  constructor(url: string, session: Session) {
    this.#url = url;
    this.#session = session;
    this.#heartbeat = setInterval(() => void this.#beat(), leastBetween).unref();
    session.lost.addEventListener('abort', () => clearInterval(this.#heartbeat));
  }

  get lost(): AbortSignal {
    return this.#session.lost;
  }

  async build(generation: number, made: Made): Promise<Build> {
    const schema = schemaOf(generation);
    await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(this.#session.kysely(common));
    const builder = await Session.connect(this.#url, 'builder');
    const giveUp = () => builder.lose(this.lost.reason);
    this.lost.addEventListener('abort', giveUp);
    const database = builder.kysely(schema);
    const close = async () => {
      this.lost.removeEventListener('abort', giveUp);
      await builder.close();
    };
    try {
      await createTables(database.withPlugin(new BytewiseText()), made);
    } catch (error) {
      await close();
      throw error;
    }
    return {
      database,
      complete: async () => {
        await analyze(database);
        await markComplete(this.writer(generation));
      },
      close,
    };
  }

  writer(generation: number): Kysely<Tables> {
    return this.#session.kysely(schemaOf(generation));
  }

  /** @throws when somebody reads from it for longer than a second */
  async drop(generation: number): Promise<void> {
    await this.#session
      .kysely(common)
      .transaction()
      .execute(async (transaction) => {
        await sql`SET LOCAL lock_timeout TO '1s'`.execute(transaction);
        const schema = sql.id(schemaOf(generation));
        await sql`DROP SCHEMA IF EXISTS ${schema} CASCADE`.execute(transaction);
      });
  }

  /** Dead rows are cleared away; their bytes are gone once PostgreSQL uses the space again. */
  async scrub(generation: number): Promise<boolean> {
    await sql`VACUUM applications, history`.execute(this.writer(generation));
    return true;
  }

  tell(status: ReadModelsStatus): void {
    this.#told = status;
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#session.close();
  }

  /** Says how the projector stands; keeps the lease, and finds out whether it is still there. */
  async #beat(): Promise<void> {
    const { status: written, at } = this.#written;
    const status = this.#told;
    if (status === written && performance.now() - at < longestSilence) return;
    this.#written = { status, at: performance.now() };
    const session = this.#session.kysely(common);
    try {
      await (status ? write(status).execute(session) : sql`SELECT 1`.execute(session));
    } catch (reason) {
      this.#session.lose(reason);
    }
  }
}

function write({ position, live, error }: ReadModelsStatus) {
  const from = `${hostname()}:${process.pid}`;
  return sql`
    INSERT INTO projector_status (id, process, position, live, error, seen_at)
    VALUES (1, ${from}, ${position}, ${live ? 1 : 0}, ${error ?? null}, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET process = excluded.process, position = excluded.position,
      live = excluded.live, error = excluded.error, seen_at = excluded.seen_at
  `;
}

/** Tries for the lock. @returns whether the session has it now, as long as it is not silent */
export async function tryToLock(session: Session): Promise<boolean> {
  const database = session.kysely(common);
  const { rows } = await sql<{
    locked: boolean;
  }>`SELECT pg_try_advisory_lock(${lockKey}::bigint) AS locked`.execute(database);
  if (rows[0]?.locked !== true) return false;
  await sql.raw(expiry).execute(database);
  return true;
}

/** Otherwise the first queries would be planned for tables of unknown size. */
async function analyze(database: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{
    table: string;
  }>`SELECT tablename AS table FROM pg_tables WHERE schemaname = current_schema()`.execute(
    database,
  );
  const tables = sql.join(rows.map(({ table }) => sql.table(table)));
  await sql`ANALYZE ${tables}`.execute(database);
}
