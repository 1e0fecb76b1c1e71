import { UnreadableRecordError, type EventStore, type Position } from '../event-store.ts';
import type { EventPlace } from './log-difference.ts';

/** Streams whose newest revision is remembered, in each of two halves. */
const remembered = 50_000;
/** Revisions named of one gap: somebody who removes a whole stream's beginning is told of enough. */
const mostNamed = 100;
/** Revisions that are kept in mind at once, of all streams. */
const mostKept = 10_000;

type Placed = EventPlace & { position: Position };

/**
 * Whether each stream counts its revisions from 0 without a gap. Remembers the streams that were seen
 * last; for another it looks whether the event before is there. So memory does not grow with the log.
 */
export class RevisionOrder {
  readonly #store: Pick<EventStore, 'read'>;
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  /** Revisions that were passed over and have not come later. */
  readonly #missing = new Map<string, EventPlace>();
  /** Events that came before others of their stream, and those. */
  readonly #early: { event: EventPlace; lacking: string[] }[] = [];
  readonly #repeated: EventPlace[] = [];

  constructor(store: Pick<EventStore, 'read'>) {
    this.#store = store;
  }

  /** Revisions that are nowhere, where their stream has later ones. */
  get missing(): EventPlace[] {
    return [...this.#missing.values()];
  }

  /** Events that stand before earlier ones of their stream, or after the same once more. */
  get disordered(): EventPlace[] {
    const early = this.#early.filter(
      ({ lacking }) => !lacking.some((key) => this.#missing.has(key)),
    );
    return [...early.map(({ event }) => event), ...this.#repeated];
  }

  /** The next event, in the order of all. @returns a promise only where it has to look something up */
  follow(event: Placed): Promise<void> | undefined {
    const { stream, revision } = event;
    const newest = this.#young.get(stream) ?? this.#old.get(stream);
    if (newest === undefined && revision > 0) return this.#followUnknown(event);
    this.#follow(event, newest ?? -1);
    return undefined;
  }

  async #followUnknown(event: Placed): Promise<void> {
    this.#follow(event, (await this.#hasBefore(event)) ? event.revision - 1 : -1);
  }

  #follow({ stream, revision }: EventPlace, newest: number): void {
    if (revision <= newest) {
      const isAwaited = this.#missing.delete(`${stream}@${revision}`);
      if (!isAwaited && this.#repeated.length < mostKept) this.#repeated.push({ stream, revision });
      return;
    }
    if (revision > newest + 1) this.#lack({ stream, revision }, newest + 1);
    this.#young.set(stream, revision);
    if (this.#young.size < remembered) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  /** Everything from a revision on, up to the event, is not there yet. */
  #lack(event: EventPlace, first: number): void {
    const { stream, revision } = event;
    const lacking: string[] = [];
    for (let one = Math.max(first, revision - mostNamed); one < revision; one++) {
      if (this.#missing.size >= mostKept) return;
      const key = `${stream}@${one}`;
      this.#missing.set(key, { stream, revision: one });
      lacking.push(key);
    }
    this.#early.push({ event, lacking });
  }

  async #hasBefore({ stream, revision, position }: Placed): Promise<boolean> {
    const before = { from: revision - 1, limit: 1 };
    try {
      for await (const [found] of this.#store.read(stream, before)) {
        return found?.revision === revision - 1 && found.position < position;
      }
      return false;
    } catch (error) {
      if (error instanceof UnreadableRecordError) {
        return error.revision === revision - 1 && error.position < position;
      }
      // A name that no append takes has no events before it.
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
}
