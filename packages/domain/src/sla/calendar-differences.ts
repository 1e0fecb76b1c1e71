import { canonicalJson } from '../json.ts';
import type { Localized } from '../names.ts';
import type { CalendarDefinition, Interval } from './calendar-definition.ts';
import { dateInWords } from './moments-in-words.ts';

/** Something that two versions of a calendar say differently; days are local dates, ISO 8601. */
export type CalendarDifference = {
  text: Localized;
  /** The first and last day that it is about; absent for what holds in every week. */
  from?: string;
  to?: string;
};

/** What a version of a calendar says that the one before did not: in words, in order of the days. */
export function calendarDifferences(
  before: CalendarDefinition,
  after: CalendarDefinition,
): CalendarDifference[] {
  const dated = [...holidays(before, after), ...openDays(before, after), ...periods(before, after)];
  return [...weekdays(before, after), ...dated.toSorted((a, b) => compare(a.from, b.from))];
}

/** Whether a difference is about a day between two, both included. */
export function touches({ from, to }: CalendarDifference, first: string, last: string): boolean {
  return from === undefined || to === undefined || (from <= last && first <= to);
}

function holidays(before: CalendarDefinition, after: CalendarDefinition): CalendarDifference[] {
  const [was, is] = [before, after].map((one) => byDate(one.holidays));
  const added = after.holidays.filter(({ date }) => !was?.has(date));
  const removed = before.holidays.filter(({ date }) => !is?.has(date));
  return [
    ...added.map(({ date, name }) => onDay(date, { id: `tutup: ${name}`, en: `closed: ${name}` })),
    ...removed.map(({ date, name }) =>
      onDay(date, { id: `tidak lagi tutup (${name})`, en: `no longer closed (${name})` }),
    ),
  ];
}

function openDays(before: CalendarDefinition, after: CalendarDefinition): CalendarDifference[] {
  const [was, is] = [byDate(before.openDays), byDate(after.openDays)];
  const changed = [...is.values()].filter(
    ({ date, hours }) => canonicalJson(was.get(date)?.hours ?? null) !== canonicalJson(hours),
  );
  const removed = [...was.values()].filter(({ date }) => !is.has(date));
  return [
    ...changed.map(({ date, name, hours }) => {
      const open = hoursInWords(hours);
      return onDay(date, { id: `${open.id} (${name})`, en: `${open.en} (${name})` });
    }),
    ...removed.map(({ date, name }) =>
      onDay(date, {
        id: `jamnya seperti biasa (tidak lagi ${name})`,
        en: `usual hours (no longer ${name})`,
      }),
    ),
  ];
}

function periods(
  { periods: before = [] }: CalendarDefinition,
  { periods: after = [] }: CalendarDefinition,
): CalendarDifference[] {
  const [was, is] = [before, after].map((all) => new Set(all.map(canonicalJson)));
  const about = ({ title, from, to }: (typeof after)[number], id: string, en: string) => {
    const [first, last] = [from, to].map((day) => dateInWords(Temporal.PlainDate.from(day)));
    return {
      from,
      to,
      text: {
        id: `${title}, ${first?.id} – ${last?.id}: ${id}`,
        en: `${title}, ${first?.en} – ${last?.en}: ${en}`,
      },
    };
  };
  return [
    ...after
      .filter((period) => !was?.has(canonicalJson(period)))
      .map((period) => about(period, 'jam tersendiri', 'hours of its own')),
    ...before
      .filter((period) => !is?.has(canonicalJson(period)))
      .map((period) => about(period, 'jam itu tidak berlaku lagi', 'those hours no longer hold')),
  ];
}

const weekdayNames = {
  monday: { id: 'Senin', en: 'Mondays' },
  tuesday: { id: 'Selasa', en: 'Tuesdays' },
  wednesday: { id: 'Rabu', en: 'Wednesdays' },
  thursday: { id: 'Kamis', en: 'Thursdays' },
  friday: { id: 'Jumat', en: 'Fridays' },
  saturday: { id: 'Sabtu', en: 'Saturdays' },
  sunday: { id: 'Minggu', en: 'Sundays' },
} as const satisfies Record<keyof CalendarDefinition['week'], Localized>;

function weekdays(before: CalendarDefinition, after: CalendarDefinition): CalendarDifference[] {
  const days = Object.keys(weekdayNames) as (keyof typeof weekdayNames)[];
  return days.flatMap((day) => {
    const [was, is] = [before.week[day] ?? [], after.week[day] ?? []];
    if (canonicalJson(was) === canonicalJson(is)) return [];
    const [then, now] = [hoursInWords(was), hoursInWords(is)];
    const { id, en } = weekdayNames[day];
    const text = {
      id: `${id}: ${now.id} (sebelumnya ${then.id})`,
      en: `${en}: ${now.en} (before: ${then.en})`,
    };
    return [{ text }];
  });
}

function hoursInWords(hours: readonly Interval[]): Localized {
  if (hours.length === 0) return { id: 'tutup', en: 'closed' };
  const times = (colon: string) =>
    hours.map((interval) => interval.join('–').replaceAll(':', colon)).join(', ');
  return { id: `buka ${times('.')}`, en: `open ${times(':')}` };
}

function onDay(date: string, { id, en }: Localized): CalendarDifference {
  const day = dateInWords(Temporal.PlainDate.from(date));
  return { from: date, to: date, text: { id: `${day.id}: ${id}`, en: `${day.en}: ${en}` } };
}

function byDate<Day extends { date: string }>(days: readonly Day[] = []): Map<string, Day> {
  return new Map(days.map((day) => [day.date, day]));
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}
