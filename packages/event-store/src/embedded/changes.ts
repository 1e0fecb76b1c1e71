/**
 * Where subscriptions wait for the next event. Commits of this process tell at once, in whichever
 * thread they are waited for; for those of other processes, who waits looks again after an interval.
 */
export class Changes {
  readonly #interval: number;
  readonly #waiting = new Set<() => void>();
  readonly #threads: BroadcastChannel | undefined;

  /**
   * @param interval in milliseconds
   * @param file the event file whose commits threads tell each other of, unless it is this thread's own
   */
  constructor(interval: number, file?: string) {
    this.#interval = interval;
    if (file === undefined) return;
    this.#threads = new BroadcastChannel(`satu-atap events ${file}`);
    this.#threads.addEventListener('message', () => this.#wake());
    // Waiting for others is no reason to stay alive.
    (this.#threads as unknown as { unref(): void }).unref();
  }

  tell(): void {
    this.#wake();
    this.#threads?.postMessage(null);
  }

  close(): void {
    this.#wake();
    this.#threads?.close();
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

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
