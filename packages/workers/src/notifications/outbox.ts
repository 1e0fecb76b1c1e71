import {
  type EventStore,
  type Position,
  type RecordedEvent,
  notificationPrefix,
  readNotification,
  withStored,
  type StoredNotification,
} from '@satu-atap/event-store';

/** Entries that a line is given at once: then it is looked which are due. */
const atOnce = 64;

/** A notification that is neither sent nor parked, as far as is known here. */
export type Entry = {
  stored: StoredNotification;
  /** When there is something to do about it, in epoch milliseconds. */
  dueAt: number;
  /** A place before all that must be read again to find it. */
  before: Position;
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
    if (known) advance(known, stored);
    else this.#entries.set(id, { stored, dueAt: dueAt(stored), before, overtaken: false });
    if (isSettled && event.revision >= stored.revision) this.#entries.delete(id);
  }

  /** Those whose time has come, some for each line that is free, in the order in which they were queued. */
  due(now: Temporal.Instant, isFree: (line: string) => boolean): Map<string, Entry[]> {
    const due = new Map<string, Entry[]>();
    const limit = now.epochMilliseconds;
    for (const entry of this.#entries.values()) {
      if (entry.overtaken || entry.dueAt > limit) continue;
      const line = lineOf(entry);
      if (!isFree(line)) continue;
      const some = due.get(line) ?? [];
      if (some.length === 0) due.set(line, some);
      if (some.length < atOnce) some.push(entry);
    }
    return due;
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

/** What is known of an entry from here on, unless more is known already. */
export function advance(entry: Entry, stored: StoredNotification): void {
  if (stored.revision <= entry.stored.revision) return;
  Object.assign(entry, { stored, dueAt: dueAt(stored), overtaken: false });
}

function dueAt({ notification: { standing } }: StoredNotification): number {
  if (standing.at === 'waiting') return Date.parse(standing.dueAt);
  return standing.at === 'attempted' ? Date.parse(standing.answerBy) : Infinity;
}

/** What is sent one after the other: each receiver of webhooks for itself, all e-mail together. */
function lineOf({ stored }: Entry): string {
  const { channel, recipient } = stored.notification;
  return channel === 'email' ? channel : `${channel} ${recipient}`;
}
