import {
  calendarDifferences,
  calendarsNamed,
  instant,
  localized,
  name,
  type CalendarVersion,
  type Office,
} from '@satu-atap/domain';
import { z } from 'zod';
import type { Api } from '../api-options.ts';
import { route } from '../http/route.ts';

const calendarRow = z
  .strictObject({
    calendar: name,
    title: z.string(),
    offices: z.array(name).meta({ description: 'Offices that work by it, or units of theirs.' }),
    versions: z.array(
      z.strictObject({
        version: z.int(),
        digest: z.string(),
        knownSince: instant.exactOptional().meta({
          description: 'From when on it was known: nobody could count by it before.',
        }),
        source: z.string().exactOptional(),
        differences: z.array(localized).meta({
          description: 'What it says that the version before did not; nothing for the first.',
        }),
      }),
    ),
  })
  .meta({ id: 'Calendar', description: 'A working calendar, its versions from the first on.' });

export const listCalendars = route({
  method: 'get',
  path: '/api/v1/calendars',
  tag: 'services',
  summary: 'The working calendars: every version, and since when it has been known',
  responses: {
    200: { description: 'Calendars.', schema: z.strictObject({ items: z.array(calendarRow) }) },
  },
  async handle(_, api) {
    return { status: 200, body: { items: [...calendarsOf(api)].map(calendarView) } };
  },
});

type Known = { offices: Set<string>; versions: readonly CalendarVersion[] };

/** Every calendar that an office names, with its versions and those offices. */
function calendarsOf({ offices }: Api): Map<string, Known> {
  const found = new Map<string, Known>();
  for (const office of offices.values()) {
    for (const id of calendarsNamed(office.definition)) {
      const known = found.get(id) ?? { offices: new Set(), versions: versionsOf(office, id) };
      known.offices.add(office.id);
      found.set(id, known);
    }
  }
  return found;
}

function versionsOf({ definition, calendars }: Office, id: string): readonly CalendarVersion[] {
  const units = Object.entries(definition.unitCalendars ?? {});
  const unit = units.find(([, calendar]) => calendar === id)?.[0];
  // No unit has an empty name: it is answered for by the calendar of the office.
  return calendars.versions(unit ?? '');
}

function calendarView([calendar, { offices, versions }]: [string, Known]) {
  return {
    calendar,
    title: versions.at(-1)?.definition.title ?? calendar,
    offices: [...offices].toSorted(),
    versions: versions.map(({ version, digest, publishedAt, definition }, index) => {
      const before = versions[index - 1];
      const differences = before ? calendarDifferences(before.definition, definition) : [];
      return {
        version,
        digest,
        ...(Number.isFinite(publishedAt)
          ? { knownSince: new Date(publishedAt).toISOString() }
          : {}),
        ...(definition.source === undefined ? {} : { source: definition.source }),
        differences: differences.map(({ text }) => text),
      };
    }),
  };
}
