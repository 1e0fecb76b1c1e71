import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './json.ts';
import { localized, name } from './names.ts';
import { offers } from './offers.ts';
import type { CalendarBook } from './sla/calendar-versions.ts';
import { officeCalendars, type OfficeCalendars } from './sla/office-calendars.ts';

/** One mall. Its calendar and zone say when its clocks count. */
export const officeDefinition = z.strictObject({
  id: name,
  title: localized,
  timeZone: z.enum(['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura']),
  calendar: name.describe('The id of a working calendar.'),
  offers: offers.optional(),
  unitCalendars: z
    .record(name, name)
    .optional()
    .describe('Units that work by another calendar: unit → the id of that calendar.'),
});
export type OfficeDefinition = z.infer<typeof officeDefinition>;

/** An office with its calendars, laid out in its own time zone. */
export type Office = {
  id: string;
  definition: OfficeDefinition;
  calendars: OfficeCalendars;
  /** Identifies what clocks depend on beside the calendars' versions: SHA-256 in hexadecimal. */
  digest: string;
};
export type Offices = ReadonlyMap<string, Office>;

/**
 * Offices that count by the calendars of a book. A version that the book gains later counts from then on.
 *
 * @throws Error when an office names a calendar that the book does not have
 */
export function compileOffices(
  offices: readonly OfficeDefinition[],
  calendars: CalendarBook,
): Offices {
  return new Map(
    offices.map((definition) => {
      const { id } = definition;
      for (const calendar of calendarsNamed(definition)) {
        if (!calendars.has(calendar)) throw new Error(`office ${id}: no calendar "${calendar}"`);
      }
      // What an office offers changes no row of the read models.
      const content = canonicalJson({ ...definition, offers: undefined });
      const digest = createHash('sha256').update(content).digest('hex');
      return [id, { id, definition, calendars: officeCalendars(definition, calendars), digest }];
    }),
  );
}

/** The ids of the calendars by which an office and its units work. */
export function calendarsNamed({ calendar, unitCalendars = {} }: OfficeDefinition): string[] {
  return [...new Set([calendar, ...Object.values(unitCalendars)])];
}
