import { z } from 'zod';
import { name } from '../names.ts';

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time like "07:30"' });
/** Opening hours of one day: intervals in order, such as 07:30–12:00 and 13:00–16:00. */
const hours = z
  .array(z.tuple([timeOfDay, timeOfDay]))
  .max(6)
  .refine(
    (intervals) => {
      const times = intervals.flat();
      return times.every((time, index) => index === 0 || (times[index - 1] ?? '') < time);
    },
    { error: 'intervals must be in order and must not touch or overlap' },
  );
const weekday = z.enum([
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
]);
const week = z.partialRecord(weekday, hours);

/** Local times between which an office works: [opens, closes). */
export type Interval = readonly [string, string];

/** Weeks with hours of their own, such as those of Ramadan; the days are in local dates. */
const period = z
  .strictObject({
    title: z.string().min(1).max(200),
    from: z.iso.date().describe('Its first day.'),
    to: z.iso.date().describe('Its last day.'),
    week: week.describe('Opening hours in these weeks; days not named are closed.'),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not lie before `from`' });

const namedDate = { date: z.iso.date(), name: z.string().max(200) };

/**
 * When an office works. A holiday is closed whatever week it lies in; a day of its own hours is open
 * then; otherwise the period that it lies in says when it is open, or the ordinary week. Days that a
 * week does not name are closed.
 */
export const calendarDefinition = z
  .strictObject({
    id: name,
    title: z.string().max(200),
    source: z.string().max(1000).optional().describe('Where the holidays are published.'),
    week: week
      .refine((days) => Object.values(days).some((day) => day && day.length > 0), {
        error: 'must have opening hours on at least one day',
      })
      .describe('Opening hours of each day, as intervals; days not named are closed.'),
    periods: z
      .array(period)
      .max(100)
      .optional()
      .describe('Weeks with other hours, such as those of Ramadan, in order.'),
    holidays: z.array(z.strictObject(namedDate)).max(5000),
    openDays: z
      .array(z.strictObject({ ...namedDate, hours }))
      .max(5000)
      .optional()
      .describe('Single days with hours of their own, such as a working Saturday.'),
  })
  .superRefine(({ periods = [], holidays, openDays = [] }, context) => {
    for (const [index, { from }] of periods.entries()) {
      const before = periods[index - 1];
      if (before && from <= before.to) {
        const message = `must begin after ${before.to}, the end of "${before.title}"`;
        context.addIssue({ code: 'custom', message, path: ['periods', index, 'from'] });
      }
    }
    const named = new Map<string, string>();
    for (const [list, days] of Object.entries({ holidays, openDays })) {
      for (const [index, { date, name: what }] of days.entries()) {
        const other = named.get(date);
        if (other !== undefined) {
          const message = `${date} is named already, as "${other}"`;
          context.addIssue({ code: 'custom', message, path: [list, index, 'date'] });
        }
        named.set(date, what);
      }
    }
  });
export type CalendarDefinition = z.infer<typeof calendarDefinition>;

/** How an office works on one local date. */
export type CalendarDay = {
  /** ISO 8601. */
  date: string;
  /** None on days on which it is closed. */
  hours: readonly Interval[];
  /** The holiday, the open day or the period that says so; absent where the ordinary week does. */
  name?: string;
};

/** Looks up the days of a calendar. */
export function dayOf(definition: CalendarDefinition): (date: Temporal.PlainDate) => CalendarDay {
  const { periods = [], openDays = [], holidays } = definition;
  const named = new Map<string, CalendarDay>([
    ...openDays.map((day) => [day.date, day] as const),
    ...holidays.map((day) => [day.date, { ...day, hours: [] }] as const),
  ]);
  return (plainDate) => {
    const date = plainDate.toString();
    const own = named.get(date);
    if (own) return own;
    const day = weekdayOf(plainDate);
    const special = periods.find(({ from, to }) => from <= date && date <= to);
    if (!special) return { date, hours: definition.week[day] ?? [] };
    const open = special.week[day] ?? [];
    // A Sunday in Ramadan is closed because it is a Sunday.
    const isClosedAnyway = open.length === 0 && (definition.week[day] ?? []).length === 0;
    return { date, hours: open, ...(isClosedAnyway ? {} : { name: special.title }) };
  };
}

function weekdayOf(date: Temporal.PlainDate): z.infer<typeof weekday> {
  return weekday.options[date.dayOfWeek - 1] ?? 'monday';
}
