import { setTimeout as delay } from 'node:timers/promises';
import type { Offices } from '@satu-atap/domain';
import { start, type EventStore, type Position, type RecordedEvent } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import {
  deleteGeneration,
  generationsIn,
  moveCheckpoint,
  openGeneration,
  readCheckpoint,
  type Generation,
  type Made,
} from '../database/generation.ts';
import type { Tables } from '../database/tables.ts';
import { fingerprintOf, projections } from '../projections.ts';
import { Fold } from './fold.ts';
import type { Batch } from './projection.ts';

export type ProjectorOptions = {
  store: EventStore;
  /** Folder of the read models' files. */
  folder: string;
  offices: Offices;
  log: Logger;
  /** Called when it begins or ceases to be live, fails, or another copy takes its place. */
  onChange?: () => void;
};

/** The streams that read models are made of. */
const streams = ['application-', 'service-'];
/** While read models are built: events a transaction, and applications whose rows may wait. */
const buildBatch = 10_000;
const waitingApplications = 20_000;
/** How long a replaced copy stays readable, in milliseconds. */
export const graceForQueries = 10_000;
/** Least time between two batches while live, in milliseconds. */
const gather = 10;
const longestBackOff = 30_000;

/**
 * Keeps the read models up to date: reads the events in order and writes rows and checkpoint in one
 * transaction, so that a crash anywhere neither loses nor repeats an event.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  readonly #retired = new Set<Generation>();
  #current: Generation;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #status: ProjectorStatus;

  private constructor(options: ProjectorOptions, current: Generation, position: Position) {
    this.#options = options;
    this.#current = current;
    this.#status = { position, live: false };
  }

  /** Opens the newest complete read models; builds them when there are none of today's shape. */
  static async open(options: ProjectorOptions): Promise<Projector> {
    const made = madeFor(options);
    const generations = generationsIn(options.folder);
    for (const number of generations.toReversed()) {
      const generation = await openGeneration(options.folder, number, made);
      const checkpoint = await readCheckpoint(generation.reader);
      if (checkpoint?.complete && checkpoint.madeBy === made.fingerprint) {
        for (const other of generations)
          if (other !== number) deleteGeneration(options.folder, other);
        return new Projector(options, generation, checkpoint.position);
      }
      await generation.close();
    }
    const next = (generations.at(-1) ?? 0) + 1;
    const { generation, position } = await build(options, next, made);
    for (const other of generations) deleteGeneration(options.folder, other);
    return new Projector(options, generation, position);
  }

  /** For queries. Ask each time: a rebuild puts another database in its place. */
  get database(): Kysely<Tables> {
    return this.#current.reader;
  }

  get status(): Readonly<ProjectorStatus> {
    return this.#status;
  }

  /** Number of the copy that answers now. */
  get generation(): number {
    return this.#current.number;
  }

  /** Follows the events until `stop`. A fault is logged and tried again, never passed over. */
  run(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#running = this.#follow(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
    this.#stop = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    for (const generation of this.#retired) await this.#retire(generation);
    await this.#current.close();
  }

  /**
   * Builds the read models from zero into a fresh copy while the present one goes on answering, and
   * puts it in its place when it has caught up.
   */
  async rebuild(): Promise<{ events: number }> {
    const previous = this.#current;
    const fresh = await build(this.#options, previous.number + 1, madeFor(this.#options));
    const wasRunning = this.#stop !== undefined;
    await this.stop();
    this.#current = fresh.generation;
    this.#is({ position: fresh.position, live: false });
    this.#options.onChange?.();
    if (wasRunning) this.run();
    // Queries that began on the previous copy may finish on it.
    setTimeout(() => void this.#retire(previous), graceForQueries).unref();
    this.#retired.add(previous);
    return { events: fresh.events };
  }

  #is(status: ProjectorStatus): void {
    const { live, error } = this.#status;
    this.#status = status;
    if (status.live !== live || status.error !== error) this.#options.onChange?.();
  }

  async #retire(generation: Generation): Promise<void> {
    if (!this.#retired.delete(generation)) return;
    await generation.close();
    deleteGeneration(this.#options.folder, generation.number);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { store, offices, log } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      const fold = new Fold(offices);
      try {
        const checkpoint = await readCheckpoint(this.#current.writer);
        let position = checkpoint?.position ?? start;
        for await (const batch of store.subscribe({ after: position, streams, signal })) {
          if (batch.position !== position) {
            await project(this.#current.writer, fold, batch.events, position, batch.position);
          }
          position = batch.position;
          this.#is({ position, live: batch.live });
          failures = 0;
          // The first event after a pause is projected at once; a stream of them in fewer batches.
          if (batch.live) await delay(gather, undefined, { signal }).catch(() => undefined);
        }
      } catch (error) {
        failures += 1;
        this.#is({ ...this.#status, live: false, error: String(error) });
        log.error({ err: error, position: this.#status.position, failures }, 'projection failed');
        const backOff = Math.min(longestBackOff, 250 * 2 ** failures);
        await delay(backOff, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

export type ProjectorStatus = {
  /** Everything up to here is in the read models. */
  position: Position;
  /** Whether it had reached the end of the events when it last looked. */
  live: boolean;
  /** What stopped it last, while it has not got past it. */
  error?: string;
};

function madeFor({ offices }: ProjectorOptions): Made {
  return { projections, fingerprint: fingerprintOf(offices) };
}

/** Fills a new generation from zero until it has caught up. */
async function build(
  options: ProjectorOptions,
  number: number,
  made: Made,
): Promise<{ generation: Generation; position: Position; events: number }> {
  const { store, folder, offices, log } = options;
  deleteGeneration(folder, number);
  const generation = await openGeneration(folder, number, made);
  const fold = new Fold(offices);
  const began = performance.now();
  let position = start;
  let events = 0;
  let waiting: RecordedEvent[] = [];
  const write = async (isDue: (fold: Fold) => boolean) => {
    const to = waiting.at(-1)?.position ?? position;
    await project(generation.writer, fold, waiting, position, to, isDue);
    position = to;
    events += waiting.length;
    waiting = [];
  };
  try {
    await generation.beginBuilding();
    for await (const batch of store.readAll({ streams })) {
      waiting.push(...batch);
      if (waiting.length >= buildBatch)
        await write((folded) => folded.waiting > waitingApplications);
    }
    await write(always);
    await generation.endBuilding();
  } catch (error) {
    await generation.close();
    deleteGeneration(folder, number);
    throw error;
  }
  const seconds = (performance.now() - began) / 1000;
  log.info({ events, seconds: Number(seconds.toFixed(1)) }, 'read models built');
  return { generation, position, events };
}

const always = () => true;

/**
 * One batch: rows of every read model and the checkpoint, in one transaction. Rows derived from
 * applications may wait for a later batch while nobody reads yet.
 */
async function project(
  writer: Kysely<Tables>,
  fold: Fold,
  recorded: readonly RecordedEvent[],
  from: Position,
  to: Position,
  isDue: (fold: Fold) => boolean = always,
): Promise<void> {
  try {
    await writer.transaction().execute(async (transaction) => {
      const absorbed = await fold.absorb(recorded, transaction);
      const changes = isDue(fold) ? await fold.changes(transaction) : [];
      const batch: Batch = { ...absorbed, changes };
      for (const projection of projections) await projection.project(batch, transaction);
      await moveCheckpoint(transaction, from, to);
    });
  } catch (error) {
    fold.forget();
    throw error;
  }
}
