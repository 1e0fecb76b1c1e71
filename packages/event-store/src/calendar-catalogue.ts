import {
  calendarsNamed,
  decidePublishCalendar,
  isRefused,
  name,
  readCalendarEvent,
  type Actor,
  type CalendarBook,
  type CalendarDefinition,
  type CalendarVersion,
  type OfficeDefinition,
  type Refused,
} from '@satu-atap/domain';
import { derivedId } from './event-ids.ts';
import {
  readStream,
  WrongExpectedRevisionError,
  type EventStore,
  type RecordedEvent,
} from './event-store.ts';

/** How the names of calendars' streams begin. */
export const calendarPrefix = 'calendar-';

/**
 * The working calendars that were published, each a stream of versions. Offices are compiled with its
 * `book`, which gains versions as they are read: what counts by it counts by the newest from then on.
 */
export class CalendarCatalogue {
  readonly #store: EventStore;
  readonly #followed: ReadonlySet<string>;
  readonly #book = new Map<string, CalendarVersion[]>();

  /** @param offices whose calendars are looked up when nothing else is said */
  constructor(store: EventStore, offices: readonly OfficeDefinition[] = []) {
    this.#store = store;
    this.#followed = new Set(offices.flatMap(calendarsNamed));
  }

  get book(): CalendarBook {
    return this.#book;
  }

  /** Reads what was published since the last look: of these calendars, or of those of the offices. */
  async refresh(ids: Iterable<string> = this.#followed): Promise<void> {
    for (const id of ids) {
      const from = this.#book.get(id)?.length ?? 0;
      for (const stored of await readStream(this.#store, streamOf(id), { from }))
        this.#learn(stored);
    }
  }

  #learn(stored: RecordedEvent): void {
    const published = calendarVersionOf(stored);
    const versions = this.#book.get(published.id) ?? [];
    // A read that ran beside this one may have added it already.
    if (published.version <= versions.length) return;
    versions.push(published);
    this.#book.set(published.id, versions);
  }

  /**
   * Publishes a checked calendar; the content of the newest version again is that version.
   *
   * @returns the newest version, and whether it is new
   */
  async publish(
    definition: CalendarDefinition,
    actor: Actor,
    now: Temporal.Instant,
  ): Promise<{ version: CalendarVersion; isNew: boolean } | Refused> {
    const { id } = definition;
    for (;;) {
      await this.refresh([id]);
      const newest = this.#book.get(id)?.at(-1);
      const decision = decidePublishCalendar(newest, definition, actor);
      if (isRefused(decision)) return decision;
      const [event] = decision.events;
      if (!event) {
        if (!newest) throw new Error(`publishing the calendar ${id} gave no version`);
        return { version: newest, isNew: false };
      }
      const command = derivedId('publish-calendar', id, event.data.version, event.data.digest);
      const metadata = { actor, occurredAt: now.toString(), command };
      const { type, data } = event;
      try {
        const expected = newest ? newest.version - 1 : 'no-stream';
        const recorded = { id: derivedId(command, 0), type, data, metadata };
        await this.#store.append(streamOf(id), [recorded], expected);
      } catch (error) {
        // Somebody else published meanwhile: look again.
        if (error instanceof WrongExpectedRevisionError) continue;
        throw error;
      }
      await this.refresh([id]);
      const version = this.#book.get(id)?.[event.data.version - 1];
      if (!version) throw new Error(`what was published of calendar ${id} is not there`);
      return { version, isNew: true };
    }
  }
}

/**
 * A calendar's event, read back from the store.
 *
 * @throws UnreadableEventError when it is not what was written
 */
export function calendarVersionOf(stored: RecordedEvent): CalendarVersion {
  const { event, metadata } = readCalendarEvent(stored);
  const { version, digest, definition } = event.data;
  const publishedAt = Date.parse(metadata.occurredAt);
  return { id: definition.id, version, digest, publishedAt, definition };
}

/** @throws ZodError for what is no calendar's name: it could name another stream */
function streamOf(id: string): string {
  name.parse(id);
  return `${calendarPrefix}${id}`;
}
