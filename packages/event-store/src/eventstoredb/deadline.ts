import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreUnavailableError } from '../event-store.ts';

/** How long to wait between two attempts, in milliseconds; doubles, and varies by a quarter. */
const wait = { first: 50, most: 1000 };

/** The time that one call may take, whatever it takes to answer it: attempts and waits included. */
export class Deadline {
  readonly #length: number;
  readonly #end: number;
  #wait = wait.first;

  /** @param length in milliseconds, from now on */
  constructor(length: number) {
    this.#length = length;
    this.#end = performance.now() + length;
  }

  /** Milliseconds left; 0 when time is up. */
  get left(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /**
   * What the work gives, if it does so in time. The client has calls without a deadline of their own.
   *
   * @throws EventStoreUnavailableError when time is up, and the signal's reason when it aborts; the
   *   work may still be done
   */
  async within<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.passed()), this.left);
    const onAbort = () => reject(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort);
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Waits before another attempt.
   *
   * @throws EventStoreUnavailableError at once, when no time would be left for it
   */
  async beforeAnotherAttempt(failure: unknown): Promise<void> {
    const pause = this.#wait * (0.75 + Math.random() / 2);
    if (pause >= this.left) throw this.passed(failure);
    this.#wait = Math.min(this.#wait * 2, wait.most);
    await delay(pause);
  }

  passed(cause?: unknown): EventStoreUnavailableError {
    const options = cause === undefined ? {} : { cause };
    return new EventStoreUnavailableError(
      `EventStoreDB did not answer in ${this.#length} ms`,
      options,
    );
  }
}
