import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './json.ts';
import { localized, name } from './names.ts';
import { offers } from './offers.ts';
import { compileCalendar, type WorkingCalendar } from './sla/calendar.ts';
import type { CalendarDefinition } from './sla/calendar-definition.ts';

/** One mall. Its calendar and zone say when its clocks count. */
export const officeDefinition = z.strictObject({
  id: name,
  title: localized,
  timeZone: z.enum(['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura']),
  calendar: name.describe('The id of a working calendar.'),
  offers: offers.optional(),
});
export type OfficeDefinition = z.infer<typeof officeDefinition>;

/** An office with its calendar laid out in its own time zone. */
export type Office = {
  id: string;
  definition: OfficeDefinition;
  calendarDefinition: CalendarDefinition;
  /** The calendar, laid out in the office's time zone. */
  calendar: WorkingCalendar;
  /** Identifies what clocks depend on, the office and its calendar: SHA-256 in hexadecimal. */
  digest: string;
};
export type Offices = ReadonlyMap<string, Office>;

/** @throws Error when an office names a calendar that is not there */
export function compileOffices(
  offices: readonly OfficeDefinition[],
  calendars: readonly CalendarDefinition[],
): Offices {
  return new Map(
    offices.map((definition) => {
      const { id, timeZone } = definition;
      const calendarDefinition = calendars.find((one) => one.id === definition.calendar);
      if (!calendarDefinition)
        throw new Error(`office ${id}: no calendar "${definition.calendar}"`);
      // What an office offers changes no row of the read models.
      const content = canonicalJson([{ ...definition, offers: undefined }, calendarDefinition]);
      const digest = createHash('sha256').update(content).digest('hex');
      const calendar = compileCalendar(calendarDefinition, timeZone);
      return [id, { id, definition, calendarDefinition, calendar, digest }];
    }),
  );
}
