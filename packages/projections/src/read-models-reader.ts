import { setTimeout as delay } from 'node:timers/promises';
import { start } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { CurrentCopy } from './database/current-copy.ts';
import { look } from './database/look.ts';
import { openReadModels, type ReadModelsLocation } from './database/open-read-models.ts';
import type { ReadModelsDatabase, ReadModelsStatus } from './database/read-models-database.ts';
import type { Tables } from './database/tables.ts';
import { untilReadable } from './database/until-readable.ts';

export type ReadModelsReaderOptions = {
  readModels: ReadModelsLocation;
  log: Logger;
  /** Ends the waiting of `open`. */
  signal?: AbortSignal;
};

/** Time between two looks for a newer copy, in milliseconds. */
const interval = 500;

/**
 * Reads what a projector in another process writes: always the newest complete copy. It goes on
 * when the database restarts; until that is back, queries throw `ReadModelsUnavailableError`.
 */
export class ReadModelsReader {
  readonly #log: Logger;
  readonly #place: ReadModelsDatabase;
  readonly #copy: CurrentCopy;
  readonly #closing = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #status: ReadModelsStatus = { position: start };

  private constructor({ readModels, log }: ReadModelsReaderOptions) {
    this.#log = log;
    this.#place = openReadModels(readModels);
    this.#copy = new CurrentCopy(this.#place);
  }

  /** Resolves when there are complete read models that this version can ask. */
  static async open(options: ReadModelsReaderOptions): Promise<ReadModelsReader> {
    const reader = new ReadModelsReader(options);
    try {
      await untilReadable(() => reader.#look(), {
        log: options.log,
        waitingFor: 'waiting for read models: a projector has to build them',
        interval,
        signal: options.signal,
      });
    } catch (error) {
      await reader.close();
      throw error;
    }
    reader.#looking = reader.#keepLooking();
    return reader;
  }

  /** For queries. Ask each time: another copy may take its place. */
  get database(): Kysely<Tables> {
    return this.#copy.database;
  }

  /** How the read models stood at the last look, a second ago at the most. */
  get status(): Readonly<ReadModelsStatus> {
    return this.#status;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#looking;
    await this.#copy.close();
    await this.#place.close();
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await delay(interval, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const found = await this.#look();
        if (!found) this.#isUnknown('there are no complete read models of this version');
      } catch (error) {
        this.#isUnknown(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #look(): Promise<boolean> {
    const before = this.#status.error;
    const status = await look(this.#place, this.#copy);
    if (!status) return false;
    this.#status = status;
    if (before !== undefined && status.error === undefined) {
      this.#log.info({ position: status.position }, 'the read models are kept up to date again');
    }
    return true;
  }

  #isUnknown(error: string): void {
    if (this.#status.error !== error) this.#log.error({ error }, 'read models');
    this.#status = { ...this.#status, live: false, error };
  }
}
