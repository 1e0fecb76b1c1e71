import type { PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { preparedStatements } from '../bulk.ts';
import { ReadModelsUnavailableError } from '../read-models-database.ts';
import { toFault } from './faults.ts';

/**
 * What every connection is opened with.
 *
 * @param purpose shown by PostgreSQL beside the connection
 * @param timeout how long an answer may take, in milliseconds: a server may be silent for ever
 */
export function connectionOptions(url: string, purpose: string, timeout: number): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `satu-atap ${purpose}`,
    connectionTimeoutMillis: 5000,
    query_timeout: timeout,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    types,
  };
}

/** Every bigint of the read models is a safe integer: epoch milliseconds, counts, revisions. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
};

/**
 * What Kysely's PostgreSQL dialect needs of a connection, over pg.
 *
 * @param release gives the connection back, or drops it
 */
export function kyselyConnection(
  client: pg.ClientBase,
  release: (drop: boolean) => void,
): PostgresPoolClient {
  let isLost = false;
  const query = async (text: string, parameters: readonly unknown[] = []) => {
    const name = preparedStatements.get(text);
    const values = parameters.map(storable);
    try {
      return await client.query({ text, values, ...(name === undefined ? {} : { name }) });
    } catch (error) {
      const fault = toFault(error);
      isLost ||= fault instanceof ReadModelsUnavailableError;
      throw fault;
    }
  };
  return {
    query: query as QueryOnly as PostgresPoolClient['query'],
    release: (drop) => release(drop === true || isLost),
  };
}

type QueryOnly = <R>(
  text: string,
  parameters: readonly unknown[],
) => Promise<PostgresQueryResult<R>>;

/**
 * PostgreSQL's text cannot hold the character NUL, which a form or a token may bring along: such an
 * event must neither stop the projection, nor such a question fail. A replacement character stands
 * in its place. Nothing is lost: what people entered is shown from JSON (`facts`, `data`), which
 * writes NUL as an escape. Halves of surrogate pairs are replaced by the client, as in SQLite.
 */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\u{FFFD}')
    : value;
}
