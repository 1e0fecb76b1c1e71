import type { EventStore, Position, RecordedEvent } from '@satu-atap/event-store';
import {
  notificationPrefix,
  readNotification,
  withStored,
  type StoredNotification,
} from './notification-stream.ts';

/** A notification that is neither sent nor parked, as far as is known here. */
export type Entry = {
  stored: StoredNotification;
  /** A place before all that must be read again to find it. */
  before: Position;
  /** It is being sent by this worker. */
  busy: boolean;
  /** Another worker was faster: it waits for the events that say so. */
  overtaken: boolean;
};

/** The notifications that are under way, folded from the events that are followed. */
export class Outbox {
  readonly #store: Pick<EventStore, 'read'>;
  readonly #entries = new Map<string, Entry>();

  constructor(store: Pick<EventStore, 'read'>) {
    this.#store = store;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @param before a position before the event */
  async take(event: RecordedEvent, before: Position): Promise<void> {
    const id = event.stream.slice(notificationPrefix.length);
    const known = this.#entries.get(id);
    const stored = known ? after(known.stored, event) : await this.#found(id, event);
    if (!stored) return;
    const { at } = stored.notification.standing;
    const isSettled = at === 'sent' || at === 'parked';
    if (isSettled && event.revision >= stored.revision) {
      this.#entries.delete(id);
      return;
    }
    if (!known) this.#entries.set(id, { stored, before, busy: false, overtaken: false });
    else if (stored !== known.stored) Object.assign(known, { stored, overtaken: false });
  }

  /** Those whose time has come, the longest waiting first. */
  due(now: Temporal.Instant): Entry[] {
    const limit = now.epochMilliseconds;
    return [...this.#entries.values()]
      .filter((entry) => !entry.busy && !entry.overtaken && dueAt(entry) <= limit)
      .toSorted((one, other) => dueAt(one) - dueAt(other));
  }

  /** The place before the oldest that is under way: who begins there misses none. */
  before(position: Position): Position {
    let oldest = position;
    for (const { before } of this.#entries.values()) if (before < oldest) oldest = before;
    return oldest;
  }

  async #found(id: string, event: RecordedEvent): Promise<StoredNotification | undefined> {
    if (event.type === 'NotificationQueued') return withStored(undefined, event);
    // Sent or parked, and its beginning settled before: nothing is left to do.
    if (event.type === 'NotificationSent' || event.type === 'NotificationParked') return undefined;
    const stored = await readNotification(this.#store, id);
    const at = stored?.notification.standing.at;
    return at === 'sent' || at === 'parked' ? undefined : stored;
  }
}

/** What this worker wrote itself comes again with the events. */
function after(known: StoredNotification, event: RecordedEvent): StoredNotification {
  return event.revision > known.revision ? withStored(known, event) : known;
}

/** Epoch milliseconds. */
function dueAt({ stored }: Entry): number {
  const { standing } = stored.notification;
  if (standing.at === 'waiting') return Date.parse(standing.dueAt);
  return standing.at === 'attempted' ? Date.parse(standing.answerBy) : Infinity;
}
