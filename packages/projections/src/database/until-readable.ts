import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ReadModelsUnavailableError } from './read-models-database.ts';

export type Waiting = {
  log: Logger;
  /** What is said once, while there is nothing to read yet. */
  waitingFor: string;
  /** Time between two looks, in milliseconds. */
  interval: number;
  /** Ends the waiting, with its reason. */
  signal: AbortSignal | undefined;
};

/** Looks again and again until there is something to read; a database that is away is waited for. */
export async function untilReadable(
  look: () => Promise<boolean>,
  { log, waitingFor, interval, signal }: Waiting,
): Promise<void> {
  for (let looks = 0; ; looks++) {
    signal?.throwIfAborted();
    try {
      if (await look()) return;
      if (looks === 0) log.info(waitingFor);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ReadModelsUnavailableError)) throw error;
      log.warn({ err: error }, 'waiting for the database of the read models');
    }
    await delay(interval, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}
