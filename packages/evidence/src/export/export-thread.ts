import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import { faultOf, type StreamRun } from '@satu-atap/event-store';
import type { ThreadReport, ThreadRequest, ThreadSetting } from './thread-messages.ts';

/** A thread that writes cases, run by run, in the order in which it is given the runs. */
export class ExportThread {
  readonly #worker: Worker;
  readonly #told: ThreadReport[] = [];
  #fault: Error | undefined;
  #hear: () => void = () => undefined;

  constructor(setting: ThreadSetting) {
    const cache = getCompileCacheDir();
    this.#worker = new Worker(new URL('export-worker.ts', import.meta.url), {
      workerData: setting,
      // A thread has the cache of compiled code only where its environment names it.
      env: { ...process.env, ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }) },
    });
    this.#worker.on('message', (report: ThreadReport) => {
      this.#told.push(report);
      this.#hear();
    });
    this.#worker.on('error', (error: Error) => this.#break(error));
    this.#worker.on('exit', () => this.#break(new Error('a thread of the export ended too early')));
  }

  give(run: StreamRun): void {
    this.#ask({ run });
  }

  /**
   * What it writes of the run that was given first and not read yet. A piece holds until the next is asked
   * for; then its bytes are written anew.
   *
   * @throws EventStoreUnavailableError, and whatever fault stops the thread
   */
  async *written(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const report = this.#told.shift();
      if (!report) {
        if (this.#fault) throw this.#fault;
        await new Promise<void>((resolve) => (this.#hear = resolve));
      } else if (report.told === 'run-done') return;
      else if (report.told === 'failed') throw faultOf(report);
      else {
        yield report.piece;
        const { buffer } = report.piece;
        this.#ask({ taken: buffer }, [buffer]);
      }
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: ThreadRequest, moved: ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, moved);
  }

  #break(fault: Error): void {
    this.#fault ??= fault;
    this.#hear();
  }
}
