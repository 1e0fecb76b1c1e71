import { setTimeout as delay } from 'node:timers/promises';
import type { Offices } from '@satu-atap/domain';
import { start, type EventStore } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { CurrentCopy } from '../database/current-copy.ts';
import { look } from '../database/look.ts';
import { openReadModels, type ReadModelsLocation } from '../database/open-read-models.ts';
import {
  ReadModelsUnavailableError,
  type Lease,
  type ReadModelsDatabase,
  type ReadModelsStatus,
} from '../database/read-models-database.ts';
import type { Tables } from '../database/tables.ts';
import { untilReadable } from '../database/until-readable.ts';
import { fingerprintOf } from '../projections.ts';
import { backOff } from './back-off.ts';
import { build, type Built } from './build.ts';
import { follow, type FollowOptions } from './follow.ts';
import { ReplacedCopies } from './replaced-copies.ts';

export type ProjectorOptions = ReadModelsLocation & {
  store: EventStore;
  offices: Offices;
  log: Logger;
  /** Called when, once open, it begins or ceases to be live or active, fails, or another copy takes its place. */
  onChange?: () => void;
  /** Ends `open` while it waits: for another projector, a database or an event store that is away. */
  signal?: AbortSignal;
};

export type ProjectorStatus = ReadModelsStatus & { live: boolean };

/** Time between two looks while another projector has the lease, in milliseconds. */
const standbyInterval = 500;
/** Longest time until the next try: after a fault, and where only a server is away. */
const longestAfterFault = 30_000;
const longestWhileAway = 2000;

/** The right to write, and the generation that is written. */
type Active = { lease: Lease; generation: number; writer: Kysely<Tables> };
type Opened = Pick<Built, 'generation' | 'position'>;

/**
 * Keeps the read models up to date: reads the events in order and writes rows and checkpoint in one
 * transaction, so that a crash anywhere neither loses nor repeats an event.
 *
 * Of several on one PostgreSQL database one is active; the others stand by, read what it writes, and
 * one of them takes over when it ends.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  readonly #place: ReadModelsDatabase;
  readonly #copy: CurrentCopy;
  /** Ends everything that waits. */
  readonly #closing = new AbortController();
  readonly #replaced: ReplacedCopies;
  #active: Active | undefined;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #onChange: (() => void) | undefined;
  #status: ProjectorStatus = { position: start, live: false };

  private constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#place = openReadModels(options);
    this.#copy = new CurrentCopy(this.#place);
    this.#replaced = new ReplacedCopies(options.log);
  }

  /**
   * Opens the newest complete read models; builds them when there are none of today's shape. While
   * another projector is active it reads that one's, and waits where there are none yet.
   */
  static async open(options: ProjectorOptions): Promise<Projector> {
    const projector = new Projector(options);
    const abort = () => projector.#closing.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', abort);
    try {
      options.signal?.throwIfAborted();
      const { signal } = projector.#closing;
      await untilReadable(async () => (await projector.#takeOver(signal)) || projector.#standBy(), {
        log: options.log,
        waitingFor: 'waiting for the read models that another projector builds',
        interval: standbyInterval,
        signal,
      });
      projector.#onChange = options.onChange;
      return projector;
    } catch (error) {
      await projector.close();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
  }

  /** For queries. Ask each time: a rebuild puts another database in its place. */
  get database(): Kysely<Tables> {
    return this.#copy.database;
  }

  get status(): Readonly<ProjectorStatus> {
    return this.#status;
  }

  /** Whether this one writes; if not, another does and this one stands by. */
  get active(): boolean {
    return this.#active !== undefined;
  }

  /** Number of the copy that answers now. */
  get generation(): number {
    return this.#copy.generation ?? 0;
  }

  /** Follows the events until `stop`. A fault is logged and tried again, never passed over. */
  run(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#running = this.#keepUp(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
    this.#stop = undefined;
  }

  /** Stops, and lets another projector take over. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the projector is closed'));
    await this.stop();
    await this.#stepDown();
    await this.#copy.close();
    await this.#place.close();
  }

  /**
   * Builds the read models from zero into a fresh copy while the present one goes on answering, and
   * puts it in its place when it has caught up.
   *
   * @throws Error when it only stands by
   */
  async rebuild(): Promise<{ events: number }> {
    const previous = this.#active;
    if (!previous) throw new Error('another projector is active: it alone can rebuild');
    const { lease } = previous;
    const built = await this.#build(lease, this.#closing.signal);
    const wasRunning = this.#stop !== undefined;
    await this.stop();
    const hasLease = this.#active?.lease === lease;
    if (hasLease) {
      await previous.writer.destroy();
      this.#follow(lease, built);
    }
    if (wasRunning) this.run();
    if (!hasLease) throw new Error('another projector has become active meanwhile');
    this.#replaced.dropLater(lease, previous.generation, this.#place.grace);
    return { events: built.events };
  }

  /** Takes the lease, and opens or builds what it then writes. @returns whether it is active now */
  async #takeOver(signal: AbortSignal): Promise<boolean> {
    const lease = await this.#place.lease();
    if (!lease) return false;
    try {
      const there = await this.#newestOfToday();
      this.#follow(lease, there ?? (await this.#build(lease, signal)));
      await this.#replaced.sweep(this.#place, lease, this.generation);
      return true;
    } catch (error) {
      this.#active = undefined;
      await lease.release();
      throw error;
    }
  }

  /** The newest complete copy, when it was made by what would make it today. */
  async #newestOfToday(): Promise<Opened | undefined> {
    const fingerprint = fingerprintOf(this.#options.offices);
    for (const generation of (await this.#place.generations()).toReversed()) {
      const checkpoint = await this.#place.checkpoint(generation);
      if (!checkpoint?.complete) continue;
      const { position, madeBy } = checkpoint;
      return madeBy === fingerprint ? { generation, position } : undefined;
    }
    return undefined;
  }

  async #build(lease: Lease, stop: AbortSignal): Promise<Built> {
    const { store, offices, log } = this.#options;
    // A number that is new to everybody: what somebody still writes into an older one is lost.
    const generation = ((await this.#place.generations()).at(-1) ?? 0) + 1;
    const signal = AbortSignal.any([stop, lease.lost]);
    return build(lease, generation, { store, offices, log, signal });
  }

  #follow(lease: Lease, { generation, position }: Opened): void {
    this.#active = { lease, generation, writer: lease.writer(generation) };
    this.#copy.switchTo(generation);
    this.#is({ position, live: false });
    this.#onChange?.();
  }

  /** Reads what another projector writes. @returns whether there is something to read */
  async #standBy(): Promise<boolean> {
    const before = this.#copy.generation;
    const status = await look(this.#place, this.#copy);
    if (!status) return false;
    this.#is({ ...status, live: status.live === true });
    if (this.#copy.generation !== before) this.#onChange?.();
    return true;
  }

  async #stepDown(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    this.#replaced.forget();
    await active?.writer.destroy();
    await active?.lease.release();
  }

  async #keepUp(signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    while (!signal.aborted) {
      try {
        if (this.#active) await this.#project(this.#active, signal);
        else if (!(await this.#takeOver(signal))) {
          await this.#standBy();
          await delay(standbyInterval, undefined, { signal }).catch(() => undefined);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#failures += 1;
        this.#is({ ...this.#status, live: false, error: String(error) });
        const { position } = this.#status;
        log.error({ err: error, position, failures: this.#failures }, 'projection failed');
        if (this.#active?.lease.lost.aborted) {
          await this.#stepDown();
          this.#onChange?.();
        }
        const isAway = error instanceof ReadModelsUnavailableError;
        const wait = backOff(this.#failures, isAway ? longestWhileAway : longestAfterFault);
        await delay(wait, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #project({ lease, generation, writer }: Active, stop: AbortSignal): Promise<void> {
    const { store, offices, log } = this.#options;
    const signal = AbortSignal.any([stop, lease.lost]);
    const onProjected: FollowOptions['onProjected'] = (at) => {
      this.#is(at);
      this.#failures = 0;
    };
    const scrub = async () => {
      if (await lease.scrub(generation)) return;
      log.warn('erased rows are still in the journal of the read models: a reader holds it');
    };
    await follow(writer, { store, offices, signal, scrub, onProjected });
    lease.lost.throwIfAborted();
  }

  #is(status: ProjectorStatus): void {
    const { live, error } = this.#status;
    this.#status = status;
    this.#active?.lease.tell(status);
    if (status.live !== live || status.error !== error) this.#onChange?.();
  }
}
