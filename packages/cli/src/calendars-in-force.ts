import {
  builtInRoles,
  calendarDigest,
  calendarsNamed,
  isRefused,
  type Actor,
  type CalendarDefinition,
  type OfficeDefinition,
} from '@satu-atap/domain';
import { CalendarCatalogue, type EventStore } from '@satu-atap/event-store';
import type { Logger } from 'pino';
import { SettingsError } from './settings.ts';

const publisher: Actor = { id: 'engine', roles: [builtInRoles.system] };

/**
 * The calendars that offices count by, as they are in force. One that was never published is, from its
 * file; a file that says something else than what is in force changes nothing, and that is logged.
 *
 * @throws SettingsError when there is neither
 */
export async function calendarsInForce(
  store: EventStore,
  { offices, calendars }: { offices: readonly OfficeDefinition[]; calendars: CalendarDefinition[] },
  log: Logger,
): Promise<CalendarCatalogue> {
  const catalogue = new CalendarCatalogue(store, offices);
  await catalogue.refresh();
  for (const id of new Set(offices.flatMap(calendarsNamed))) {
    const written = calendars.find((one) => one.id === id);
    const inForce = catalogue.book.get(id)?.at(-1);
    if (!inForce) {
      if (!written) {
        throw new SettingsError(`An office works by the calendar "${id}", and there is none.`);
      }
      const published = await catalogue.publish(written, publisher, Temporal.Now.instant());
      if (isRefused(published)) throw new Error(`calendar ${id}: ${published.refusal.type}`);
      log.info({ calendar: id, version: published.version.version }, 'calendar published');
    } else if (written && calendarDigest(written) !== inForce.digest) {
      log.warn(
        { calendar: id, version: inForce.version },
        'the file of this calendar differs from the version in force: publish it, or put it back',
      );
    }
  }
  return catalogue;
}
