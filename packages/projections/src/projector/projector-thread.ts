import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CalendarBook, Offices } from '@satu-atap/domain';
import type { EventStoreLocation, KeyRingLocation } from '@satu-atap/event-store';
import type { Kysely } from 'kysely';
import { CurrentCopy } from '../database/current-copy.ts';
import { openReadModels, type ReadModelsLocation } from '../database/open-read-models.ts';
import type { ReadModelsDatabase } from '../database/read-models-database.ts';
import type { Tables } from '../database/tables.ts';
import type { ProjectorStatus } from './projector.ts';
import type { Report, Request, ThreadData } from './thread-messages.ts';

export type ProjectorThreadOptions = {
  events: EventStoreLocation;
  /** Keys of personal data; what is sealed stays so without them. */
  keys?: KeyRingLocation;
  readModels: ReadModelsLocation;
  offices: Offices;
  /** The calendars by which the offices work, as far as they are known. */
  calendars: CalendarBook;
  logLevel: string;
};

/**
 * A projector in a thread of its own, beside an API in the same process: writing rows then costs no
 * request its turn. This side only reads.
 */
export class ProjectorThread {
  readonly #worker: Worker;
  readonly #place: ReadModelsDatabase;
  readonly #copy: CurrentCopy;
  #status: ProjectorStatus | undefined;
  /** Rejects when the thread ends by itself: nothing would keep the read models any more. */
  readonly failed: Promise<never>;

  private constructor(worker: Worker, readModels: ReadModelsLocation) {
    this.#worker = worker;
    this.#place = openReadModels(readModels);
    this.#copy = new CurrentCopy(this.#place);
    worker.on('message', (report: Report) => {
      if (report.type === 'status') this.#takeOver(report);
    });
    this.failed = once(worker, 'exit').then(([code]) => {
      throw new Error(`the projector's thread ended with code ${code}`);
    });
    this.failed.catch(() => undefined);
  }

  /**
   * Resolves when there are complete read models; where there were none, when they are built, by
   * this thread or by the projector of another process.
   */
  static async open({
    events,
    keys,
    readModels,
    offices,
    calendars,
    logLevel,
  }: ProjectorThreadOptions): Promise<ProjectorThread> {
    const workerData: ThreadData = {
      events,
      ...(keys ? { keys } : {}),
      readModels,
      offices: [...offices.values()].map(({ definition }) => definition),
      calendars,
      logLevel,
    };
    const worker = new Worker(new URL('projector-worker.ts', import.meta.url), { workerData });
    const thread = new ProjectorThread(worker, readModels);
    await thread.#reported('status');
    return thread;
  }

  /** For queries. Ask each time: a rebuild puts another database in its place. */
  get database(): Kysely<Tables> {
    return this.#copy.database;
  }

  /** How it stood after its last change; its `position` is of that moment. */
  get status(): Readonly<ProjectorStatus> {
    if (!this.#status) throw new Error('the projector has not reported yet');
    return this.#status;
  }

  run(): void {
    this.#ask('run');
  }

  /** See `Projector.rebuild`. */
  async rebuild(): Promise<{ events: number }> {
    this.#ask('rebuild');
    const { events } = await this.#reported('rebuilt');
    return { events };
  }

  async close(): Promise<void> {
    const exit = once(this.#worker, 'exit');
    this.#ask('close');
    await exit;
    await this.#copy.close();
    await this.#place.close();
  }

  #takeOver({ generation, status }: Extract<Report, { type: 'status' }>): void {
    this.#status = status;
    this.#copy.switchTo(generation);
  }

  #ask(request: Request): void {
    // The rule is about windows; threads have no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#worker.postMessage(request);
  }

  async #reported<Type extends Report['type']>(
    type: Type,
  ): Promise<Extract<Report, { type: Type }>> {
    const answered = Promise.withResolvers<Extract<Report, { type: Type }>>();
    const listen = (report: Report) => {
      if (report.type === type) answered.resolve(report as Extract<Report, { type: Type }>);
      if (report.type === 'failed') answered.reject(report.error);
    };
    this.#worker.on('message', listen);
    this.#worker.once('error', answered.reject);
    try {
      return await Promise.race([answered.promise, this.failed]);
    } finally {
      this.#worker.off('message', listen);
      this.#worker.off('error', answered.reject);
    }
  }
}
