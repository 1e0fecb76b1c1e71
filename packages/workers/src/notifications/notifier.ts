import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, RecipientDefinition } from '@satu-atap/domain';
import {
  applicationPrefix,
  type EventStore,
  type Position,
  type ServiceCatalogue,
  type SubscriptionBatch,
} from '@satu-atap/event-store';
import type { Logger } from 'pino';
import type { Deliver } from './channel.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { deliver, type DeliveringOptions } from './deliver.ts';
import { notificationPrefix } from './notification-stream.ts';
import { Outbox, type Entry } from './outbox.ts';
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

/** Tries under way at once to one recipient: one that hangs does not hold up the others. */
const atOnce = 4;
/** How long to wait for what comes next, in milliseconds. */
const breath = 50;
/** How long tries under way may take to end when the worker stops, in milliseconds. */
const grace = 5_000;

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
  readonly #underWay = new Map<string, Set<Promise<void>>>();
  #stop: AbortController | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #position: Position | undefined;
  #recorded: { position: Position; at: number } | undefined;
  /** Whether there was anything since: a record of its own is nothing to record again. */
  #hasMoved = false;
  #live = false;

  constructor(options: NotifierOptions) {
    const { now = () => Temporal.Now.instant(), timeout = 15_000, retries } = options;
    this.#options = options;
    this.#delivering = { ...options, now, timeout, retries, worker: this.#worker };
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
    const tries = [...this.#underWay.values()].flatMap((some) => [...some]);
    await Promise.race([Promise.all(tries), delay(grace, undefined, { ref: false })]);
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
    const found = await readCheckpoint(store);
    if (found !== undefined) return found;
    const head = await store.head();
    await writeCheckpoint(store, head, this.#delivering.now(), this.#worker);
    return head;
  }

  async #absorb({ events, position, live }: SubscriptionBatch, before: Position): Promise<void> {
    const { maxAge = 3 * 86_400_000, checkpointInterval = 300_000 } = this.#options;
    const { now, log } = this.#delivering;
    for (const event of events) {
      if (event.stream.startsWith(notificationPrefix)) await this.#outbox.take(event, before);
    }
    const hasEmail = this.#options.channels.email !== undefined;
    await queueFrom(events, now(), { ...this.#options, hasEmail, maxAge, log });
    this.#position = position;
    this.#hasMoved ||= events.length > 0;
    this.#live ||= live;
    await this.#record(checkpointInterval);
  }

  async #record(interval: number): Promise<void> {
    if (this.#position === undefined) return;
    const now = this.#delivering.now();
    const position = this.#outbox.before(this.#position);
    this.#recorded ??= { position, at: now.epochMilliseconds };
    const isDue = now.epochMilliseconds - this.#recorded.at >= interval;
    if (!isDue || !this.#hasMoved || position <= this.#recorded.position) return;
    await writeCheckpoint(this.#options.store, position, now, this.#worker);
    this.#recorded = { position, at: now.epochMilliseconds };
    this.#hasMoved = false;
  }

  async #send(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#live) this.#begin(this.#outbox.due(this.#delivering.now()));
      await delay(breath, undefined, { signal }).catch(() => undefined);
    }
  }

  #begin(due: readonly Entry[]): void {
    for (const entry of due) {
      const { channel, recipient } = entry.stored.notification;
      const line = channel === 'email' ? channel : `${channel} ${recipient}`;
      const tries = this.#underWay.get(line) ?? new Set();
      this.#underWay.set(line, tries);
      if (tries.size >= atOnce) continue;
      const one = this.#deliver(entry).finally(() => tries.delete(one));
      tries.add(one);
    }
  }

  async #deliver(entry: Entry): Promise<void> {
    entry.busy = true;
    const tried = entry.stored.revision;
    try {
      const stored = await deliver(entry.stored, this.#delivering);
      // The events that overtook it may have come meanwhile, or are still to come.
      if (!stored) entry.overtaken = entry.stored.revision === tried;
      else if (stored.revision > entry.stored.revision) entry.stored = stored;
    } catch (error) {
      const { log } = this.#options;
      log.error({ err: error, notification: entry.stored.id }, 'a notification cannot be recorded');
    } finally {
      entry.busy = false;
    }
  }

  #cannotFollow(error: unknown): void {
    this.#options.log.error({ err: error }, 'notifications cannot follow the events');
  }
}
