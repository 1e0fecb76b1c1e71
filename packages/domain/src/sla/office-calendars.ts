import type { OfficeDefinition } from '../office.ts';
import type { CalendarDefinition } from './calendar-definition.ts';
import { compileCalendar, type WorkingCalendar } from './calendar.ts';
import {
  knownVersion,
  writtenBook,
  type CalendarBook,
  type CalendarReference,
  type CalendarVersion,
} from './calendar-versions.ts';

/** A version of a calendar, laid out in an office's time zone. */
export type CalendarInForce = WorkingCalendar & { reference: CalendarReference };

/** The calendars by which an office counts. */
export type OfficeCalendars = {
  timeZone: string;
  /**
   * The calendar of a unit there.
   *
   * @param knownAt epoch milliseconds: as it was known then; as it is known today when left out
   * @throws Error when that calendar was never published
   */
  of(unit: string, knownAt?: number): CalendarInForce;
  /** Every version of that calendar, oldest first; none of one that is only written in a file. */
  versions(unit: string): readonly CalendarVersion[];
};

/** The calendars of an office, as they have been published so far. */
export function officeCalendars(
  { id, calendar, unitCalendars = {}, timeZone }: OfficeDefinition,
  book: CalendarBook,
): OfficeCalendars {
  const nameOf = (unit: string) =>
    (Object.hasOwn(unitCalendars, unit) ? unitCalendars[unit] : undefined) ?? calendar;
  const versions = (unit: string) => book.get(nameOf(unit)) ?? [];
  return {
    timeZone,
    of(unit, knownAt) {
      const version = knownVersion(versions(unit), knownAt);
      if (!version) {
        throw new Error(`office ${id}: the calendar "${nameOf(unit)}" was never published`);
      }
      return laidOut(version, timeZone);
    },
    versions,
  };
}

/** The same calendars as somebody knew them at an instant (epoch milliseconds). */
export function asKnownAt(calendars: OfficeCalendars, instant: number): OfficeCalendars {
  return {
    timeZone: calendars.timeZone,
    of: (unit, knownAt = instant) => calendars.of(unit, Math.min(knownAt, instant)),
    versions: (unit) =>
      calendars.versions(unit).filter(({ publishedAt }) => publishedAt <= instant),
  };
}

/** Laying out years of days costs milliseconds: each version is laid out once for each zone. */
const known = new WeakMap<object, Map<string, CalendarInForce>>();

/** A version of a calendar, in a time zone. */
export function laidOut(
  { id, version, digest, definition }: CalendarVersion,
  timeZone: string,
): CalendarInForce {
  const zones = known.get(definition) ?? new Map<string, CalendarInForce>();
  known.set(definition, zones);
  const there = zones.get(timeZone);
  if (there) return there;
  const reference = { id, version, digest };
  const calendar = { ...compileCalendar(definition, timeZone), reference };
  zones.set(timeZone, calendar);
  return calendar;
}

/** A calendar as it is written, in a time zone: for tools that look at files and not at a store. */
export function writtenCalendar(definition: CalendarDefinition, timeZone: string): CalendarInForce {
  const [version] = writtenBook([definition]).get(definition.id) ?? [];
  if (!version) throw new Error(`no calendar "${definition.id}"`);
  return laidOut(version, timeZone);
}

/** An office and all its units work by one calendar. */
export function everyUnitBy(calendar: CalendarInForce): OfficeCalendars {
  return { timeZone: calendar.timeZone, of: () => calendar, versions: () => [] };
}

/** An office and all its units work by one calendar, as it is written. */
export function onlyCalendar(definition: CalendarDefinition, timeZone: string): OfficeCalendars {
  return everyUnitBy(writtenCalendar(definition, timeZone));
}
