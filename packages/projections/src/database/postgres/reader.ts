import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Tables } from '../tables.ts';
import { connectionOptions, kyselyConnection } from './connection.ts';
import { toFault } from './faults.ts';

export type ReaderOptions = {
  url: string;
  /** The schema in which tables are looked up. */
  schema: string;
  /** Shown by PostgreSQL beside the connection. */
  purpose: string;
  /** Connections at the most. */
  connections: number;
  /** How long a query may take, in milliseconds. */
  timeout: number;
};

/** Reads from one schema over a few connections; lost ones are replaced when they are needed. */
export function openReader(options: ReaderOptions): Kysely<Tables> {
  const { url, schema, purpose, connections, timeout } = options;
  const settings = [
    `SET search_path TO ${schema}`,
    'SET default_transaction_read_only TO on',
    `SET statement_timeout TO ${timeout}`,
  ].join('; ');
  const pool = new pg.Pool({
    // The server gives up first, where it is not silent altogether.
    ...connectionOptions(url, purpose, timeout + 1000),
    max: connections,
    onConnect: async (client: pg.ClientBase) => {
      await client.query(settings);
    },
  });
  // An error without a listener would end the process; whoever waits for an answer is told anyway.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) });
}

function kyselyPool(pool: pg.Pool): PostgresPool {
  // Kysely knows a connection again by its object.
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: {},
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw toFault(error);
      });
      const connection =
        known.get(client) ?? kyselyConnection(client, (drop) => client.release(drop));
      known.set(client, connection);
      return connection;
    },
    end: () => pool.end(),
  };
}
