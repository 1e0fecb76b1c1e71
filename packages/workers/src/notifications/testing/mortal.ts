import type { EventStore } from '@satu-atap/event-store';
import type { Deliver } from '../channel.ts';

const never = new Promise<never>(() => undefined);

/**
 * A process that is killed at its n-th step. What it does counts before and after each effect on the
 * world; from that step on nothing that it began goes on, and nothing else begins.
 */
export class Mortal {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  get isDead(): boolean {
    return this.#left <= 0;
  }

  async step<T>(effect: () => Promise<T>): Promise<T> {
    if (this.#dies()) return never;
    const result = await effect();
    return this.#dies() ? never : result;
  }

  store(store: EventStore): EventStore {
    const isDead = () => this.isDead;
    return {
      append: (...given) => this.step(() => store.append(...given)),
      read: (...given) => store.read(...given),
      readAll: (...given) => store.readAll(...given),
      async *subscribe(options) {
        for await (const batch of store.subscribe(options)) {
          if (isDead()) await never;
          yield batch;
        }
      },
      head: () => store.head(),
      health: () => store.health(),
      close: () => Promise.resolve(),
    };
  }

  channel(deliver: Deliver): Deliver {
    return (delivery) => this.step(() => deliver(delivery));
  }

  #dies(): boolean {
    if (this.#left <= 0) return true;
    this.#left -= 1;
    return this.#left <= 0;
  }
}
