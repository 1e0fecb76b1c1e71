/**
 * Where subscriptions wait for the next event. Commits of this process tell at once; for those of
 * other processes, who waits looks again after an interval.
 */
export class Changes {
  readonly #interval: number;
  readonly #waiting = new Set<() => void>();

  /** @param interval in milliseconds */
  constructor(interval: number) {
    this.#interval = interval;
  }

  tell(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when something may have changed, or the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      this.#waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, this.#interval);
    signal.addEventListener('abort', wake);
    this.#waiting.add(wake);
    return promise;
  }
}
