import type { Logger } from 'pino';
import type { Lease, ReadModelsDatabase } from '../database/read-models-database.ts';

/** Copies that another has taken the place of: dropped when nobody should read them any more. */
export class ReplacedCopies {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Drops what is half made now, and what was complete after the grace for those who read it. */
  async sweep(place: ReadModelsDatabase, lease: Lease, current: number): Promise<void> {
    for (const generation of await place.generations()) {
      if (generation === current) continue;
      const isComplete = (await place.checkpoint(generation))?.complete;
      this.dropLater(lease, generation, isComplete ? place.grace : 0, place.grace);
    }
  }

  /** @param next how long to wait, in milliseconds, when it cannot be dropped because it is read */
  dropLater(lease: Lease, generation: number, wait: number, next = wait): void {
    const drop = async () => {
      this.#timers.delete(timer);
      try {
        await lease.drop(generation);
      } catch (error) {
        if (lease.lost.aborted) return;
        this.#log.warn(
          { err: error, generation },
          'a replaced copy of the read models stays for now',
        );
        this.dropLater(lease, generation, next);
      }
    };
    const timer = setTimeout(() => void drop(), wait).unref();
    this.#timers.add(timer);
  }

  /** Leaves them to the next projector. */
  forget(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
