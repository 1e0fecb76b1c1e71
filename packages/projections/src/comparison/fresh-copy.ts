import type { Offices } from '@satu-atap/domain';
import {
  EventStoreUnavailableError,
  start,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import type { Build } from '../database/read-models-database.ts';
import { SqliteReadModels } from '../database/sqlite/sqlite-read-models.ts';
import type { Tables } from '../database/tables.ts';
import { Fold } from '../projector/fold.ts';
import { project, projectedStreams } from '../projector/project.ts';
import { fingerprintOf, projections } from '../projections.ts';

/** Events a transaction, and applications whose rows may wait. */
const batchSize = 10_000;
const waitingApplications = 20_000;

export type FreshCopyOptions = {
  store: Pick<EventStore, 'read' | 'readAll'>;
  offices: Offices;
  /** An empty folder. */
  folder: string;
  /** Called with how many events were folded, batch by batch. */
  onEvents?: (events: number) => void;
};

/** No read models can be made of the events: one of them is not what the engine writes. */
export class FoldError extends Error {
  override readonly name = 'FoldError';
}

/** Read models that are made from the events alone, beside those that are used. */
export class FreshCopy {
  readonly #options: FreshCopyOptions;
  readonly #fold: Fold;
  readonly #made: Build;
  #position: Position = start;

  private constructor(options: FreshCopyOptions, made: Build) {
    this.#options = options;
    this.#made = made;
    this.#fold = new Fold(options.offices);
  }

  static async open(options: FreshCopyOptions): Promise<FreshCopy> {
    const lease = await new SqliteReadModels(options.folder).lease();
    const fingerprint = fingerprintOf(options.offices);
    return new FreshCopy(options, await lease.build(1, { projections, fingerprint }));
  }

  get database(): Kysely<Tables> {
    return this.#made.database;
  }

  /**
   * Folds on through what is stored until a position.
   *
   * @throws FoldError where the events cannot be folded
   */
  async foldUntil(until: Position): Promise<void> {
    try {
      await this.#foldUntil(until);
    } catch (error) {
      if (error instanceof EventStoreUnavailableError) throw error;
      throw new FoldError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#made.close();
  }

  async #foldUntil(until: Position): Promise<void> {
    let waiting: RecordedEvent[] = [];
    const reading = { after: this.#position, streams: projectedStreams };
    for await (const batch of this.#options.store.readAll(reading)) {
      const wanted = batch.filter(({ position }) => position <= until);
      waiting.push(...wanted);
      if (wanted.length < batch.length) break;
      if (waiting.length < batchSize) continue;
      await this.#write(waiting, (fold) => fold.waiting > waitingApplications);
      waiting = [];
    }
    await this.#write(waiting, () => true);
  }

  async #write(events: RecordedEvent[], isDue: (fold: Fold) => boolean): Promise<void> {
    const to = events.at(-1)?.position ?? this.#position;
    const projecting = { writer: this.database, fold: this.#fold, store: this.#options.store };
    await project(projecting, events, this.#position, to, isDue);
    this.#position = to;
    this.#options.onEvents?.(events.length);
  }
}
