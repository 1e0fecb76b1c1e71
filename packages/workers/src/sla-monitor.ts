import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { builtInRoles, commandFor, isRefused, type Actor } from '@satu-atap/domain';
import {
  derivedId,
  EventStoreUnavailableError,
  type CommandHandler,
  type CommandRequest,
} from '@satu-atap/event-store';
import type { DueClock, ReadModels } from '@satu-atap/projections';
import type { Logger } from 'pino';
import { agreedTime, ClocksDifferError } from './sla-monitor-time.ts';
import { Rests } from './sla-monitor-rests.ts';

export type SlaMonitorOptions = {
  readModels: Pick<ReadModels, 'clocks'>;
  commands: CommandHandler;
  log: Logger;
  now?: () => Temporal.Instant;
  /**
   * The clock of another machine, such as the database's. The monitor acts when both say that it is
   * time, and not at all while they are more than half a minute apart.
   */
  otherClock?: () => Promise<Temporal.Instant>;
  /** How long to wait between looks at the due-list, in milliseconds. */
  interval?: number;
};

/** What one look at the due-list came to. */
export type Tick = {
  /** Warnings, escalations, breaches and steps recorded, by this monitor or by one that did the same. */
  recorded: number;
  /** Rows that the events had overtaken, or another worker was faster with. */
  overtaken: number;
  /** What could not be done: it is on record, shown, and tried again later. */
  parked: number;
  /** What could neither be done nor parked: this monitor alone remembers it, and tries again. */
  failed: number;
};

export type SlaMonitorStatus = {
  /** Whether its last look at the due-list went well. */
  acting: boolean;
  /** Why it did not. */
  error?: string;
  /** How many things are parked, of all applications. */
  parked?: number;
};

const page = 500;
/** Commands under way at once: they share commits, and leave room for those of people. */
const atOnce = 32;

const monitor: Actor = { id: 'sla-monitor', roles: [builtInRoles.system] };

/**
 * Does what is due: records when a promise is about to be broken, and when it is, and takes the steps
 * that definitions say. Due rows come from the read models, the decision is the domain's, and the
 * command's id derives from what is due. So several monitors, or one that crashed half-way, do each
 * thing once. What cannot be done is parked by an event, and holds up nothing else.
 */
export class SlaMonitor {
  readonly #options: SlaMonitorOptions;
  readonly #now: () => Temporal.Instant;
  readonly #rests = new Rests();
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #status: SlaMonitorStatus = { acting: true };

  constructor(options: SlaMonitorOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Temporal.Now.instant());
  }

  get status(): Readonly<SlaMonitorStatus> {
    return this.#status;
  }

  /**
   * Goes through everything that is due now, page by page, the oldest first.
   *
   * @throws ClocksDifferError when it cannot know what time it is
   * @throws EventStoreUnavailableError when nothing can be recorded; what is left stays due
   */
  async tick(signal?: AbortSignal): Promise<Tick> {
    const instant = await agreedTime(this.#now, this.#options.otherClock);
    const tick: Tick = { recorded: 0, overtaken: 0, parked: 0, failed: 0 };
    this.#rests.sweep(instant.epochMilliseconds);
    const rows = this.#due(instant, signal);
    // All take from the same list: one that is slow holds up nobody, a fault ends them all.
    const takers = Array.from({ length: atOnce }, async () => {
      for await (const due of rows) tick[await this.#handle(due)] += 1;
    });
    const ended = await Promise.allSettled(takers);
    const fault = ended.find(({ status }) => status === 'rejected');
    if (fault?.status === 'rejected') throw fault.reason;
    return tick;
  }

  run(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#running = this.#follow(this.#stop.signal);
  }

  /** Commands that are under way may end; what is left stays due. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
    this.#stop = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { log, interval = 1000, readModels } = this.#options;
    while (!signal.aborted) {
      try {
        const tick = await this.tick(signal);
        if (tick.recorded + tick.parked + tick.failed > 0) log.info(tick, 'SLA monitor');
        this.#status = { acting: true, parked: await readModels.clocks.parked() };
      } catch (error) {
        this.#fell(error);
      }
      await delay(interval, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Says so once, and again when the reason is another one. */
  #fell(error: unknown): void {
    const reason = reasonOf(error);
    const isNews = this.#status.error !== reason;
    this.#status = { ...this.#status, acting: false, error: reason };
    if (isNews) this.#options.log.error({ err: error }, 'SLA monitor cannot act');
  }

  /** What is due and does not rest here. */
  async *#due(
    instant: Temporal.Instant,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<DueClock> {
    const now = instant.epochMilliseconds;
    for (let last: DueClock | undefined; ;) {
      const rows = await this.#options.readModels.clocks.due(instant, page, last);
      // Of several monitors each begins elsewhere, so that they seldom meet.
      const first = Math.floor(Math.random() * rows.length);
      for (const due of [...rows.slice(first), ...rows.slice(0, first)]) {
        if (signal?.aborted) return;
        if (!this.#rests.has(keyOf(due), now)) yield due;
      }
      last = rows.at(-1);
      if (rows.length < page) return;
    }
  }

  async #handle(due: DueClock): Promise<keyof Tick> {
    const outcome = await this.#act(due);
    // Until its row has followed; longer each time, if it never does.
    this.#rests.add(keyOf(due), this.#now().epochMilliseconds);
    return outcome;
  }

  async #act(due: DueClock): Promise<keyof Tick> {
    const { application, clock, mark, at } = due;
    try {
      const result = await this.#options.commands({
        application,
        command: commandFor(clock, mark),
        actor: monitor,
        id: derivedId('mark-clock', application, clock, mark, at),
      });
      if (!isRefused(result)) return result.recorded > 0 ? 'recorded' : 'overtaken';
      const { type } = result.refusal;
      return isOvertaken(type) ? 'overtaken' : await this.#park(due, type);
    } catch (error) {
      if (error instanceof EventStoreUnavailableError) throw error;
      this.#options.log.error({ err: error, ...due }, 'what a clock asks for has failed');
      return this.#park(due, 'failed');
    }
  }

  /** One file that cannot be handled must not hold up the others. */
  async #park(due: DueClock, reason: string): Promise<keyof Tick> {
    const { commands, log } = this.#options;
    const { application, clock, mark } = due;
    const request: CommandRequest = {
      application,
      command: { type: 'park-clock', data: { clock, mark, reason } },
      actor: monitor,
      // The same again is parked again; of two monitors the domain hears one.
      id: randomUUID(),
    };
    try {
      const result = await commands(request);
      if (!isRefused(result)) {
        const parked = result.application.parked?.find(
          (one) => one.clock === clock && one.mark === mark,
        );
        if (result.recorded > 0) log.warn({ application, ...parked }, 'parked');
        return 'parked';
      }
      if (isOvertaken(result.refusal.type)) return 'overtaken';
      log.error({ ...due, refusal: result.refusal.type }, 'cannot be parked');
    } catch (error) {
      if (error instanceof EventStoreUnavailableError) throw error;
      log.error({ err: error, ...due }, 'cannot be parked');
    }
    return 'failed';
  }
}

/** For anybody who asks whether the process is well: the log tells more. */
function reasonOf(error: unknown): string {
  if (error instanceof ClocksDifferError) return error.message;
  return error instanceof EventStoreUnavailableError
    ? 'the event store does not answer'
    : 'the due-list cannot be read';
}

/** The row is older than the events: the file has moved, its clock stands still, others work on it. */
function isOvertaken(refusal: string): boolean {
  return ['clock-not-due', 'clock-not-found', 'too-much-contention'].includes(refusal);
}

function keyOf({ application, clock, mark, at }: DueClock): string {
  return `${application} ${clock} ${mark} ${at}`;
}
