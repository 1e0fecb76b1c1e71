import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import type { Tables } from '../tables.ts';
import { connectionOptions, kyselyConnection } from './connection.ts';
import { toFault } from './faults.ts';

/**
 * The checkpoint is written with the rows, so lost power may cost the last batches, never their
 * order. The server notices within some ten seconds that the machine at the other end is gone.
 */
const settings = [
  'SET synchronous_commit TO off',
  'SET tcp_keepalives_idle TO 5',
  'SET tcp_keepalives_interval TO 2',
  'SET tcp_keepalives_count TO 3',
].join('; ');

/** How long a statement may take, in milliseconds. */
const longestStatement = 30_000;

/** One connection, on which statements and transactions take turns. Lost once, it stays lost. */
export class Session {
  readonly #client: pg.Client;
  readonly #lost = new AbortController();
  #lastTurn: Promise<void> = Promise.resolve();
  #schema: string | undefined;
  #ended: Promise<void> | undefined;

  private constructor(client: pg.Client) {
    this.#client = client;
    client.on('error', (error) => this.lose(error));
    client.on('end', () => this.lose(new Error('Connection terminated')));
  }

  /** @throws ReadModelsUnavailableError */
  static async connect(url: string, purpose: string): Promise<Session> {
    const client = new pg.Client(connectionOptions(url, purpose, longestStatement));
    const session = new Session(client);
    try {
      await client.connect();
      await client.query(settings);
    } catch (error) {
      await session.close();
      throw toFault(error);
    }
    return session;
  }

  /** Aborts when the connection is lost or closed. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Gives the connection up: what has not been committed on it will not be. */
  lose(reason: unknown): void {
    if (this.lost.aborted) return;
    this.#lost.abort(toFault(reason));
    this.#ended = this.#client.end().catch(() => {});
  }

  /** Statements over this session, in a schema, each or each transaction in a turn of its own. */
  kysely(schema: string): Kysely<Tables> {
    const pool: PostgresPool = {
      options: {},
      connect: () => this.#turn(schema),
      // The session outlives those who use it.
      end: async () => {},
    };
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  }

  async close(): Promise<void> {
    this.lose(new Error('Connection terminated'));
    // A server that is out of reach would not answer.
    await Promise.race([this.#ended, delay(1000, undefined, { ref: false })]);
  }

  async #turn(schema: string) {
    const previous = this.#lastTurn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lastTurn = promise;
    await previous;
    const connection = kyselyConnection(this.#client, (drop) => {
      // A transaction that could not even be rolled back.
      if (drop) this.lose(new Error('Connection terminated'));
      resolve();
    });
    try {
      this.lost.throwIfAborted();
      if (schema !== this.#schema) await connection.query(`SET search_path TO ${schema}`, []);
      this.#schema = schema;
      return connection;
    } catch (error) {
      resolve();
      throw error;
    }
  }
}
