import { ReadModelsUnavailableError } from '../read-models-database.ts';

/** Node's names for a server that cannot be reached. */
const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * SQLSTATEs of a server that starts, stops, changes roles or has too much to do: connection
 * exceptions (class 08), shutdowns, time limits, and a standby that was asked to write.
 */
const passing = /^(08...|57P0[1235]|57014|25P03|53300|25006)$/;

/** The client's own words, which carry no code, for a connection that is lost or could not be had. */
const lost =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|timeout expired|Client has encountered a connection error|Client was closed)/;

/** A lost connection as `ReadModelsUnavailableError`; any other error as it came. */
export function toFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!unreachable.has(code) && !passing.test(code) && !lost.test(error.message)) return error;
  const reason = error.message === '' ? code : error.message;
  return new ReadModelsUnavailableError(`PostgreSQL cannot be reached: ${reason}`, {
    cause: error,
  });
}

/** Whether a table or its schema is not there. */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '42P01' || code === '3F000';
}
