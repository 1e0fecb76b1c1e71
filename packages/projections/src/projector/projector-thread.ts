import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Offices } from '@satu-atap/domain';
import type { Kysely } from 'kysely';
import { openReader } from '../database/generation.ts';
import type { Tables } from '../database/tables.ts';
import { graceForQueries, type ProjectorStatus } from './projector.ts';
import type { Report, Request, ThreadData } from './thread-messages.ts';

export type ProjectorThreadOptions = {
  /** File of the embedded event store. */
  events: string;
  /** Folder of the read models' files. */
  folder: string;
  offices: Offices;
  logLevel: string;
};

/**
 * A projector in a thread of its own, beside an API in the same process: writing rows then costs no
 * request its turn. This side only reads.
 */
export class ProjectorThread {
  readonly #worker: Worker;
  readonly #folder: string;
  #reader: { generation: number; database: Kysely<Tables> } | undefined;
  #status: ProjectorStatus | undefined;
  /** Rejects when the thread ends by itself: nothing would keep the read models any more. */
  readonly failed: Promise<never>;

  private constructor(worker: Worker, folder: string) {
    this.#worker = worker;
    this.#folder = folder;
    worker.on('message', (report: Report) => {
      if (report.type === 'status') this.#takeOver(report);
    });
    this.failed = once(worker, 'exit').then(([code]) => {
      throw new Error(`the projector's thread ended with code ${code}`);
    });
    this.failed.catch(() => undefined);
  }

  /** Resolves when there are complete read models; where there were none, when they are built. */
  static async open({
    events,
    folder,
    offices,
    logLevel,
  }: ProjectorThreadOptions): Promise<ProjectorThread> {
    const workerData: ThreadData = {
      events,
      folder,
      offices: [...offices.values()].map(({ definition, calendarDefinition }) => ({
        definition,
        calendarDefinition,
      })),
      logLevel,
    };
    const worker = new Worker(new URL('projector-worker.ts', import.meta.url), { workerData });
    const thread = new ProjectorThread(worker, folder);
    await thread.#reported('status');
    return thread;
  }

  /** For queries. Ask each time: a rebuild puts another database in its place. */
  get database(): Kysely<Tables> {
    if (!this.#reader) throw new Error('the projector has not reported yet');
    return this.#reader.database;
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
    await this.#reader?.database.destroy();
  }

  #takeOver({ generation, status }: Extract<Report, { type: 'status' }>): void {
    this.#status = status;
    const previous = this.#reader;
    if (previous?.generation === generation) return;
    this.#reader = { generation, database: openReader(this.#folder, generation) };
    // Queries that began on the previous copy may finish on it.
    if (previous) setTimeout(() => void previous.database.destroy(), graceForQueries).unref();
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
