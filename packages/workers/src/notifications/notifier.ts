import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, RecipientDefinition } from '@satu-atap/domain';
import {
  applicationPrefix,
  EventStoreUnavailableError,
  type EventStore,
  type Position,
  type RecordedEvent,
  type ServiceCatalogue,
  type SubscriptionBatch,
  notificationPrefix,
} from '@satu-atap/event-store';
import type { Logger } from 'pino';
import type { Deliver } from './channel.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { deliver, type DeliveringOptions } from './deliver.ts';
import { advance, Outbox, type Entry } from './outbox.ts';
import { queueFrom } from './queue.ts';

export type NotifierOptions = {
  store: EventStore;
  services: ServiceCatalogue;
  recipients: readonly RecipientDefinition[];
  channels: Readonly<Record<Channel, Deliver | undefined>>;
  log: Logger;
  now?: () => Temporal.Instant;
  /** Of what happened longer ago, in milliseconds, nobody is told; three days by default. */
  maxAge?: number;
  /** How long a try may take, in milliseconds. */
  timeout?: number;
  /** How long to wait after each failed try, in milliseconds. */
  retries?: readonly number[];
  /** Least time between two records of where it stands, in milliseconds. */
  checkpointInterval?: number;
};

/** Tries under way at once in one line: a receiver that hangs does not hold up the others. */
const atOnce = 4;
/** How long to wait for what comes next, in milliseconds. */
const breath = 50;
/** How long tries under way may take to end when the worker stops, in milliseconds. */
const grace = 5_000;
const threeDays = 3 * 86_400_000;

/**
 * Tells applicants, mailboxes and other systems what happened. It follows the events from where it
 * stood, queues what is to be told as events, and sends what is queued; several may do so at once.
 * Nothing waits for it: commands and read models know nothing of it.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #delivering: DeliveringOptions;
  readonly #outbox: Outbox;
  readonly #worker = randomUUID();
  /** Work under way, by line: one recipient's webhooks, or all e-mail. */
  readonly #lines = new Map<string, Promise<void>>();
  #stop: AbortController | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #position: Position | undefined;
  #recorded: { position: Position; at: number } | undefined;
  /** Whether there was anything since: a record of its own is nothing to record again. */
  #hasMoved = false;
  #live = false;

  constructor(options: NotifierOptions) {
    const { now = () => Temporal.Now.instant(), timeout = 15_000, maxAge = threeDays } = options;
    this.#options = options;
    this.#delivering = { ...options, now, timeout, maxAge, worker: this.#worker };
    this.#outbox = new Outbox(options.store);
  }

  /** Whether it has caught up with the events, and how many notifications are under way. */
  get status(): { live: boolean; underWay: number } {
    return { live: this.#live, underWay: this.#outbox.size };
  }

  run(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#running = Promise.all([this.#follow(signal), this.#send(signal)]);
  }

  /** Tries that are under way may end, for a while; where it stands is recorded. */
  async stop(): Promise<void> {
    if (!this.#stop) return;
    this.#stop.abort();
    await this.#running;
    const tries = Promise.all(this.#lines.values());
    await Promise.race([tries, delay(grace, undefined, { ref: false })]);
    await this.#record(0).catch((error: unknown) => this.#cannotFollow(error));
    this.#stop = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      try {
        this.#position ??= await this.#beginning();
        for await (const batch of store.subscribe({
          after: this.#position,
          streams: [applicationPrefix, notificationPrefix],
          signal,
        })) {
          await this.#absorb(batch, this.#position);
          failures = 0;
        }
      } catch (error) {
        this.#cannotFollow(error);
      }
      const wait = Math.min(30_000, 250 * 2 ** failures);
      failures += 1;
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Where the last worker stood; the first begins with what happens from now on. */
  async #beginning(): Promise<Position> {
    const { store } = this.#options;
    const now = this.#delivering.now();
    let position = await readCheckpoint(store);
    if (position === undefined) {
      position = await store.head();
      await writeCheckpoint(store, position, now, this.#worker);
    }
    this.#recorded = { position, at: now.epochMilliseconds };
    return position;
  }

  async #absorb({ events, position, live }: SubscriptionBatch, before: Position): Promise<void> {
    const { checkpointInterval = 300_000 } = this.#options;
    const { now, log, maxAge } = this.#delivering;
    for (const event of events) {
      if (event.stream.startsWith(notificationPrefix)) await this.#take(event, before);
    }
    const hasEmail = this.#options.channels.email !== undefined;
    await queueFrom(events, now(), { ...this.#options, hasEmail, maxAge, log });
    this.#position = position;
    this.#hasMoved ||= events.length > 0;
    this.#live ||= live;
    await this.#record(checkpointInterval);
  }

  /** A notification that cannot be read must not hold up the others. */
  async #take(event: RecordedEvent, before: Position): Promise<void> {
    try {
      await this.#outbox.take(event, before);
    } catch (error) {
      if (error instanceof EventStoreUnavailableError) throw error;
      const { stream, revision } = event;
      this.#options.log.error({ err: error, stream, revision }, 'a notification cannot be read');
    }
  }

  async #record(interval: number): Promise<void> {
    if (this.#position === undefined || !this.#recorded) return;
    const now = this.#delivering.now();
    const position = this.#outbox.before(this.#position);
    const isDue = now.epochMilliseconds - this.#recorded.at >= interval;
    if (!isDue || !this.#hasMoved || position <= this.#recorded.position) return;
    await writeCheckpoint(this.#options.store, position, now, this.#worker);
    this.#recorded = { position, at: now.epochMilliseconds };
    this.#hasMoved = false;
  }

  async #send(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#live) this.#begin(this.#delivering.now(), signal);
      await delay(breath, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Gives each line that is free something to do. */
  #begin(now: Temporal.Instant, signal: AbortSignal): void {
    for (const [line, entries] of this.#outbox.due(now, (one) => !this.#lines.has(one))) {
      const done = this.#work(entries, signal).finally(() => this.#lines.delete(line));
      this.#lines.set(line, done);
    }
  }

  /** Goes through a line's entries, several at once. */
  async #work(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    const left = entries.values();
    const one = async () => {
      for (const entry of left) {
        if (signal.aborted) return;
        await this.#deliver(entry);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  }

  async #deliver(entry: Entry): Promise<void> {
    const tried = entry.stored.revision;
    try {
      const stored = await deliver(entry.stored, this.#delivering);
      // The events that overtook it may have come meanwhile, or are still to come.
      if (stored) advance(entry, stored);
      else entry.overtaken = entry.stored.revision === tried;
    } catch (error) {
      const { log } = this.#options;
      log.error({ err: error, notification: entry.stored.id }, 'a notification cannot be recorded');
    }
  }

  #cannotFollow(error: unknown): void {
    this.#options.log.error({ err: error }, 'notifications cannot follow the events');
  }
}
