import type { CalendarDefinition } from '../sla/calendar-definition.ts';
import { calendarDigest, type CalendarVersion } from '../sla/calendar-versions.ts';
import { officeCalendars, type OfficeCalendars } from '../sla/office-calendars.ts';
import { office, sampleCalendar } from './sample-people.ts';

/** The sample office's calendars: known since ever, and with these days closed from an instant on. */
export function calendarsWithDecrees(
  decrees: readonly { at: string; closed: readonly string[] }[],
): OfficeCalendars {
  const numbered = (definition: CalendarDefinition, version: number, publishedAt: number) => {
    const digest = calendarDigest(definition);
    return { id: definition.id, version, digest, publishedAt, definition };
  };
  const versions: CalendarVersion[] = [numbered(sampleCalendar, 1, Date.parse('2025-12-01'))];
  for (const { at, closed } of decrees) {
    const holidays = closed.map((date) => ({ date, name: `Cuti bersama ${date}` }));
    const definition = { ...sampleCalendar, holidays };
    versions.push(numbered(definition, versions.length + 1, Date.parse(at)));
  }
  const definition = {
    id: office,
    title: { id: 'MPP Jakarta', en: 'Jakarta service mall' },
    timeZone: 'Asia/Jakarta' as const,
    calendar: sampleCalendar.id,
  };
  return officeCalendars(definition, new Map([[sampleCalendar.id, versions]]));
}
