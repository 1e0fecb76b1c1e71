import { EventStoreUnavailableError } from '../event-store.ts';
import { whenGathered } from '../gather.ts';
import type { EventFile } from './event-file.ts';

type Waiting<Append, Result> = {
  append: Append;
  answer: PromiseWithResolvers<Result>;
  /** When its patience with another process's lock ends, by `performance.now()`. */
  until: number;
};

type Options<Append, Result> = {
  file: EventFile;
  /** Appends within the transaction that is open, or gives the error to refuse it with. */
  write: (append: Append, recordedAt: number) => Result | Error;
  /** Reads the time that `recordedAt` records. */
  now: () => Date;
  /** How long an append waits for another process that holds the file, in milliseconds. */
  lockTimeout: number;
  /** Called after every commit. */
  onCommit: () => void;
};

/** How soon to ask again for a file that another process holds, in milliseconds. */
const retryInterval = 5;

/**
 * Group commit: appends that arrive in the same few turns of the event loop share one transaction,
 * and so one flush to disk. Each is still all or none by itself, and resolves only when it is durable.
 */
export class CommitQueue<Append, Result> {
  readonly #options: Options<Append, Result>;
  #waiting: Waiting<Append, Result>[] = [];

  constructor(options: Options<Append, Result>) {
    this.#options = options;
  }

  add(append: Append): Promise<Result> {
    const answer = Promise.withResolvers<Result>();
    const until = performance.now() + this.#options.lockTimeout;
    this.#waiting.push({ append, answer, until });
    if (this.#waiting.length === 1) {
      whenGathered(
        () => this.#waiting.length,
        () => this.#commit(),
      );
    }
    return answer.promise;
  }

  /** Resolves when everything that was added is answered. */
  async drained(): Promise<void> {
    await Promise.allSettled(this.#waiting.map(({ answer }) => answer.promise));
  }

  #commit(): void {
    const { file, write, now, onCommit } = this.#options;
    const batch = this.#waiting;
    const results: (Result | Error)[] = [];
    try {
      const recordedAt = now().getTime();
      const written = file.transaction(() => {
        for (const { append } of batch) results.push(write(append, recordedAt));
      });
      if (!written) return this.#retry();
    } catch (error) {
      this.#waiting = [];
      for (const { answer } of batch) answer.reject(error);
      return;
    }
    this.#waiting = [];
    for (const [index, { answer }] of batch.entries()) {
      const result = results[index];
      if (result instanceof Error || result === undefined) answer.reject(result);
      else answer.resolve(result);
    }
    onCommit();
  }

  /** Waits off the event loop's way while another process writes; late-comers join. */
  #retry(): void {
    const now = performance.now();
    for (const { answer, until } of this.#waiting) {
      if (until <= now) {
        answer.reject(new EventStoreUnavailableError('another process holds the event file'));
      }
    }
    this.#waiting = this.#waiting.filter(({ until }) => until > now);
    if (this.#waiting.length > 0) setTimeout(() => this.#commit(), retryInterval);
  }
}
