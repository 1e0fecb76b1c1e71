import { pageSize } from './filter.ts';
import { consumerTooSlow } from './statuses.ts';

/** How a subscriber takes what it is given. */
export type Consumer = {
  /** Whether it kept the server waiting since this was last cleared. */
  hasWaited: boolean;
  /** Whether it loses its subscription when it is too slow, or is only told. */
  readonly isDroppedWhenSlow: boolean;
};

/**
 * Whether a subscription catches up or is live. It falls behind when more events came than the server
 * keeps for it, while it was taking those before.
 */
export class Pace {
  readonly #consumer: Consumer;
  #live = false;

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  get isLive(): boolean {
    return this.#live;
  }

  /**
   * @param waiting how many events have come that were not given yet
   * @returns whether the subscription has just fallen behind
   * @throws CallError when that ends it
   */
  fallsBehind(waiting: number): boolean {
    const slow = this.#consumer.hasWaited;
    this.#consumer.hasWaited = false;
    if (!this.#live || !slow || waiting <= pageSize) return false;
    if (this.#consumer.isDroppedWhenSlow) throw consumerTooSlow();
    this.#live = false;
    return true;
  }

  /**
   * @param more whether there are events to be read at once
   * @returns whether the subscription has just caught up
   */
  catchesUp(more: boolean): boolean {
    if (this.#live || more) return false;
    this.#live = true;
    return true;
  }
}
