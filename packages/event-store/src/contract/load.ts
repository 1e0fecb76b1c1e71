import { setTimeout as delay } from 'node:timers/promises';
import {
  EventStoreUnavailableError,
  readStream,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '../event-store.ts';
import { newEvent, newEvents, newPrefix } from './given.ts';

/** One writer's stream: the ids of its events in order. */
type Written = { stream: string; sent: string[]; acknowledged: string[] };

/**
 * Writers that append, read back and go on whatever happens, and one projection that follows them.
 * A writer that got no answer sends the same events again, as a caller does who repeats a command.
 */
export class Load {
  readonly prefix = newPrefix();
  /** What the projection was given, in the order in which it was given. */
  readonly seen: RecordedEvent[] = [];
  readonly #store: EventStore;
  readonly #streams: Written[];
  readonly #stopping = new AbortController();
  readonly #following = new AbortController();
  readonly #running: Promise<unknown>;
  readonly #projecting: Promise<void>;
  #slowest = 0;
  #progress = Promise.withResolvers<void>();

  /** @param after where the projection begins: before anything that is written */
  private constructor(store: EventStore, after: Position, writers: number) {
    this.#store = store;
    this.#streams = Array.from({ length: writers }, (_, number) => ({
      stream: `${this.prefix}${number}`,
      sent: [],
      acknowledged: [],
    }));
    this.#running = Promise.all(this.#streams.map((written) => this.#write(written)));
    // A failure is told by `until`, `followed` and `stop`.
    this.#running.catch(() => this.#progress.resolve());
    this.#projecting = this.#project(after);
    this.#projecting.catch(() => this.#progress.resolve());
  }

  static async start(store: EventStore, writers = 8): Promise<Load> {
    return new Load(store, await store.head(), writers);
  }

  get acknowledged(): number {
    return this.#streams.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  /** Resolves when so many events were acknowledged. */
  async until(enough: (acknowledged: number) => boolean): Promise<void> {
    while (!enough(this.acknowledged)) await this.#moved();
  }

  /** Resolves when the projection was given so many events, and ends it. */
  async followed(events: number): Promise<void> {
    while (this.seen.length < events) await this.#moved();
    this.#following.abort();
    await this.#projecting;
  }

  /** @returns what was written, and the longest that any call took, in milliseconds */
  async stop(): Promise<{ streams: readonly Written[]; slowest: number }> {
    this.#stopping.abort();
    await this.#running;
    return { streams: this.#streams, slowest: this.#slowest };
  }

  /** Ends it wherever it is; for a test that has failed. */
  abandon(): void {
    this.#stopping.abort();
    this.#following.abort();
  }

  async #write(written: Written): Promise<void> {
    const { stream, sent, acknowledged } = written;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const events = [newEvent({ number: sent.length }), newEvent({ number: sent.length + 1 })];
      const expected = acknowledged.length === 0 ? 'no-stream' : acknowledged.length - 1;
      sent.push(...events.map(({ id }) => id));
      const append = () => this.#store.append(stream, events, expected);
      while (!(await this.#timed(append))) {
        if (signal.aborted) return;
        // A refusal may come at once, and for long.
        await delay(20);
      }
      acknowledged.push(...events.map(({ id }) => id));
      this.#moves();
      await this.#timed(() => readStream(this.#store, stream, { limit: 10 }));
      // What nobody follows: a server tells of it by checkpoints alone.
      await this.#timed(() => this.#store.append(`other-${stream}`, newEvents(20), 'any'));
      await delay(2);
    }
  }

  /** Whether the call was answered; not being able to say is an answer that a caller can expect. */
  async #timed(call: () => Promise<unknown>): Promise<boolean> {
    const began = performance.now();
    try {
      await call();
      return true;
    } catch (error) {
      if (!(error instanceof EventStoreUnavailableError)) throw error;
      return false;
    } finally {
      this.#slowest = Math.max(this.#slowest, performance.now() - began);
    }
  }

  async #project(after: Position): Promise<void> {
    const { signal } = this.#following;
    const subscription = { after, streams: [this.prefix], signal };
    for await (const { events } of this.#store.subscribe(subscription)) {
      this.seen.push(...events);
      this.#moves();
    }
  }

  #moves(): void {
    this.#progress.resolve();
  }

  async #moved(): Promise<void> {
    this.#progress = Promise.withResolvers();
    const ended = Promise.all([this.#running, this.#projecting]).then(() => {
      throw new Error('nobody writes or follows any more');
    });
    await Promise.race([this.#progress.promise, ended]);
  }
}
