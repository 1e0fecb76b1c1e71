import { UnreadableRecordError, type EventStore } from '../event-store.ts';
import type { EventPlace } from './log-difference.ts';

/** Streams whose newest revision is remembered, in each of two halves. */
const remembered = 50_000;
/** Revisions named of one gap: somebody who removes a whole stream's beginning is told of enough. */
const mostNamed = 100;

/**
 * Whether each stream counts its revisions from 0 without a gap. Remembers the streams that were seen
 * last; for another it looks whether the event before is there. So memory does not grow with the log.
 */
export class RevisionOrder {
  readonly #store: Pick<EventStore, 'read'>;
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  /** Revisions that were passed over and have not come later. */
  readonly missing = new Map<string, EventPlace>();
  /** Events that came after later ones of their stream. */
  readonly late: EventPlace[] = [];

  constructor(store: Pick<EventStore, 'read'>) {
    this.#store = store;
  }

  /** The next event, in the order of all. @returns a promise only where it has to look something up */
  follow(event: EventPlace): Promise<void> | undefined {
    const { stream, revision } = event;
    const newest = this.#young.get(stream) ?? this.#old.get(stream);
    if (newest === undefined && revision > 0) return this.#followUnknown(event);
    this.#follow(event, newest ?? -1);
    return undefined;
  }

  async #followUnknown(event: EventPlace): Promise<void> {
    const { stream, revision } = event;
    const before = await this.#hasEvent(stream, revision - 1);
    this.#follow(event, before ? revision - 1 : -1);
  }

  #follow({ stream, revision }: EventPlace, newest: number): void {
    if (revision <= newest) {
      if (!this.missing.delete(`${stream}@${revision}`)) this.late.push({ stream, revision });
      return;
    }
    const gap = Math.min(revision - newest - 1, mostNamed);
    for (let lacking = revision - gap; lacking < revision; lacking++) {
      if (this.missing.size < mostNamed * mostNamed) {
        this.missing.set(`${stream}@${lacking}`, { stream, revision: lacking });
      }
    }
    this.#young.set(stream, revision);
    if (this.#young.size < remembered) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  async #hasEvent(stream: string, revision: number): Promise<boolean> {
    try {
      for await (const batch of this.#store.read(stream, { from: revision, limit: 1 })) {
        return batch[0]?.revision === revision;
      }
      return false;
    } catch (error) {
      if (error instanceof UnreadableRecordError) return error.revision === revision;
      // A name that no append takes has no events before it.
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
}
