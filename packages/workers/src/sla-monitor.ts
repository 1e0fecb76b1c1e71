import { setTimeout as delay } from 'node:timers/promises';
import { builtInRoles, commandFor, isRefused, type Actor } from '@satu-atap/domain';
import { derivedId, type CommandHandler } from '@satu-atap/event-store';
import type { DueClock, ReadModels } from '@satu-atap/projections';
import type { Logger } from 'pino';

export type SlaMonitorOptions = {
  readModels: Pick<ReadModels, 'clocks'>;
  commands: CommandHandler;
  log: Logger;
  now?: () => Temporal.Instant;
  /** How long to wait between looks at the due-list, in milliseconds. */
  interval?: number;
};

/** What one look at the due-list came to. */
export type Tick = {
  /** Warnings and breaches recorded, by this monitor or by one that did the same at the same time. */
  recorded: number;
  /** Rows that the events had overtaken, or another worker was faster with. */
  overtaken: number;
  /** Applications that could not be handled: they stay due and are tried again. */
  failed: number;
};

const page = 200;
/** Commands under way at once: they share commits. */
const atOnce = 32;

const monitor: Actor = { id: 'sla-monitor', roles: [builtInRoles.system] };

/**
 * Records when a promise is about to be broken, and when it is. It keeps nothing itself: due rows
 * come from the read models, the decision is the domain's, and the command's id derives from what
 * is due. So two monitors, or one that crashed half-way, record each warning and breach once.
 */
export class SlaMonitor {
  readonly #options: SlaMonitorOptions;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SlaMonitorOptions) {
    this.#options = options;
  }

  /** Goes through everything that is due now, oldest first. */
  async tick(): Promise<Tick> {
    const { readModels, now = () => Temporal.Now.instant() } = this.#options;
    const instant = now();
    const tick: Tick = { recorded: 0, overtaken: 0, failed: 0 };
    let last: DueClock | undefined;
    for (;;) {
      const due = await readModels.clocks.due(instant, page, last);
      for (let from = 0; from < due.length; from += atOnce) {
        const results = due.slice(from, from + atOnce).map((one) => this.#mark(one));
        for (const result of await Promise.all(results)) tick[result] += 1;
      }
      last = due.at(-1);
      if (due.length < page) return tick;
    }
  }

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

  async #follow(signal: AbortSignal): Promise<void> {
    const { log, interval = 1000 } = this.#options;
    while (!signal.aborted) {
      try {
        const tick = await this.tick();
        if (tick.recorded + tick.failed > 0) log.info(tick, 'SLA monitor');
      } catch (error) {
        log.error({ err: error }, 'SLA monitor cannot read the due-list');
      }
      await delay(interval, undefined, { signal }).catch(() => undefined);
    }
  }

  async #mark({ application, clock, mark, at }: DueClock): Promise<keyof Tick> {
    const { commands, log } = this.#options;
    try {
      const result = await commands({
        application,
        command: commandFor(clock, mark),
        actor: monitor,
        id: derivedId('mark-clock', application, clock, mark, at),
      });
      if (!isRefused(result)) return result.recorded > 0 ? 'recorded' : 'overtaken';
      const { type } = result.refusal;
      // The row is older than the events: the file has moved, or its clock stands still now.
      if (type === 'clock-not-due' || type === 'clock-not-found') return 'overtaken';
      log.warn({ application, clock, mark, refusal: type }, 'SLA mark refused');
    } catch (error) {
      // One file that cannot be handled must not hold up the others.
      log.error({ err: error, application, clock, mark }, 'SLA mark failed');
    }
    return 'failed';
  }
}
