import { leafHash, leafText } from '@satu-atap/domain';
import {
  start,
  UnreadableRecordError,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '../event-store.ts';

/** An event as it stands in the store now, and the hash of its leaf. */
export type StoredLeaf = {
  stream: string;
  revision: number;
  position: Position;
  /** Its place among all that are there, from 0. */
  order: number;
  /** Undefined for what cannot be read, which is no leaf of any tree. */
  hash: Uint8Array | undefined;
  fault?: string;
};

/**
 * All events of a store up to a position, one after the other, with a look ahead. An event that cannot be
 * read takes its place among the others.
 */
export class StoredLeaves {
  readonly #source: AsyncIterator<StoredLeaf[]>;
  #ahead: StoredLeaf[] = [];
  #next = 0;
  #ended = false;

  constructor(store: Pick<EventStore, 'readAll'>, until: Position) {
    this.#source = leaves(store, until);
  }

  /** The next that is looked at; undefined when none is at hand. */
  get first(): StoredLeaf | undefined {
    return this.#ahead[this.#next];
  }

  /** Reads until there are so many at hand, or all. */
  async fill(count: number): Promise<void> {
    while (this.#ahead.length - this.#next < count && !this.#ended) {
      const { value, done } = (await this.#source.next()) as IteratorResult<
        StoredLeaf[],
        undefined
      >;
      if (done) this.#ended = true;
      else this.#ahead = [...this.#ahead.slice(this.#next), ...value];
      if (!done) this.#next = 0;
    }
  }

  /** Up to so many that are at hand. */
  peek(count: number): StoredLeaf[] {
    return this.#ahead.slice(this.#next, this.#next + count);
  }

  drop(count: number): void {
    this.#next += count;
  }

  /** Ends reading early. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

async function* leaves(
  store: Pick<EventStore, 'readAll'>,
  until: Position,
): AsyncGenerator<StoredLeaf[]> {
  let order = 0;
  for (let after = start; after < until;) {
    try {
      for await (const batch of store.readAll({ after, asWritten: true })) {
        const within = batch.filter(({ position }) => position <= until);
        yield within.map((event) => storedLeaf(event, order++));
        after = batch.at(-1)?.position ?? after;
        if (within.length < batch.length) return;
      }
      return;
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) throw error;
      if (error.position > until) return;
      const { stream, revision, position, fault } = error;
      yield [{ stream, revision, position, order: order++, hash: undefined, fault }];
      after = position;
    }
  }
}

function storedLeaf(event: RecordedEvent, order: number): StoredLeaf {
  const { stream, revision, position } = event;
  return { stream, revision, position, order, hash: leafHash(leafText(event)) };
}
