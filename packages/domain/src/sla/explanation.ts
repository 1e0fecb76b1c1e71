import type { Localized } from '../names.ts';
import { durationInWords } from '../service/in-words.ts';
import type { CalendarReference } from './calendar-versions.ts';
import type { Clock } from './clocks.ts';
import { countsWorkingTime, type Duration } from './duration.ts';
import { dateInWords, instantInWords, spanInWords } from './moments-in-words.ts';
import type { CalendarInForce } from './office-calendars.ts';

/** Part of the answer to "why is this due then?", in order of time. Instants are ISO 8601. */
export type ExplanationLine = { text: Localized } & (
  | { kind: 'began'; at: string }
  /** A day, or days in a row, of the promise: counted, with its number, or closed, with its name. */
  | { kind: 'counted'; from: string; to: string; day?: number; minutes: number }
  | { kind: 'closed'; from: string; to: string; name?: string }
  | { kind: 'promised'; at: string }
  /** The applicant had the file: the working minutes that it covers move the due date. */
  | { kind: 'stood-still'; from: string; to?: string; minutes: number; dueAt?: string }
  | { kind: 'due'; at: string }
  | { kind: 'ended'; at: string; inTime: boolean }
);

/** How a clock came to its due date. */
export type ClockExplanation = {
  clock: string;
  standard: Duration;
  /** The version that it is counted by. */
  calendar: CalendarReference;
  timeZone: string;
  lines: ExplanationLine[];
  dueAt?: string;
  /** How often, and for how long in minutes of its own kind of time, it stood still. */
  pauses: { count: number; minutes: number; shortlyBeforeDue: number };
};

const minute = 60_000;
/** A pause that begins in the last tenth of the promise looks as if it were to save the date. */
const lastShare = 0.1;

/**
 * Explains a clock line by line: when it began, which days or hours counted and which did not, how
 * each pause moved it, when it is due.
 *
 * @param calendar the one that the clock was counted by, see `Clock.calendar`
 */
export function explainClock(clock: Clock, calendar: CalendarInForce): ClockExplanation {
  const { standard, startedAt, pauses } = clock;
  const working = countsWorkingTime(standard.unit);
  const between = (from: number, to: number) =>
    working ? calendar.workingTime(from, to) : to - from;
  const { timeZone } = calendar;
  const when = (instant: number) => instantInWords(instant, timeZone);
  const promised = calendar.due(startedAt, standard);
  const words = durationInWords(standard);

  const lines: ExplanationLine[] = [
    {
      kind: 'began',
      at: iso(startedAt),
      text: {
        id: `Janji ${words.id}, mulai dihitung ${when(startedAt).id}.`,
        en: `A promise of ${words.en}, counted from ${when(startedAt).en}.`,
      },
    },
    ...daysOf(clock, promised, calendar),
    {
      kind: 'promised',
      at: iso(promised),
      text: {
        id: `Jatuh tempo semula ${when(promised).id}.`,
        en: `Due at first ${when(promised).en}.`,
      },
    },
  ];

  let due = promised;
  const stood = { count: 0, minutes: 0, shortlyBeforeDue: 0 };
  for (const { from, to } of pauses) {
    const before = due;
    const covered = to === undefined ? 0 : between(from, to);
    if (to !== undefined && from < due) {
      due = working ? calendar.addWorkingTime(due, covered) : due + covered;
    }
    stood.count += 1;
    stood.minutes += covered / minute;
    const left = between(from, before);
    if (left >= 0 && left <= between(startedAt, promised) * lastShare) stood.shortlyBeforeDue += 1;
    lines.push(stoodStill({ from, to, covered, before, due }, working, when));
  }

  const open = pauses.at(-1);
  const standing = open !== undefined && open.to === undefined;
  if (!standing) {
    lines.push({
      kind: 'due',
      at: iso(due),
      text: { id: `Jatuh tempo ${when(due).id}.`, en: `Due ${when(due).en}.` },
    });
  }
  if (clock.endedAt !== undefined) {
    const inTime = clock.endedAt <= due;
    const [id, en] = inTime ? ['tepat waktu', 'in time'] : ['terlambat', 'late'];
    lines.push({
      kind: 'ended',
      at: iso(clock.endedAt),
      inTime,
      text: {
        id: `Selesai ${when(clock.endedAt).id}, ${id}.`,
        en: `Ended ${when(clock.endedAt).en}, ${en}.`,
      },
    });
  }
  return {
    clock: clock.id,
    standard,
    calendar: calendar.reference,
    timeZone,
    lines,
    ...(standing ? {} : { dueAt: iso(due) }),
    pauses: stood,
  };
}

type Words = (instant: number) => Localized;
type Pause = { from: number; to: number | undefined; covered: number; before: number; due: number };

function stoodStill(
  { from, to, covered, before, due }: Pause,
  working: boolean,
  when: Words,
): ExplanationLine {
  const minutes = covered / minute;
  if (to === undefined) {
    return {
      kind: 'stood-still',
      from: iso(from),
      minutes,
      text: {
        id: `Berhenti sejak ${when(from).id}; jatuh tempo bergeser selama pemohon memegang berkas.`,
        en: `Stands still since ${when(from).en}; the due date moves while the applicant has the file.`,
      },
    };
  }
  const span = spanInWords(covered, working);
  const moved = due > before;
  return {
    kind: 'stood-still',
    from: iso(from),
    to: iso(to),
    minutes,
    ...(moved ? { dueAt: iso(due) } : {}),
    text: {
      id:
        `Berhenti ${when(from).id} sampai ${when(to).id}: ${span.id}` +
        (moved ? `, jatuh tempo bergeser ke ${when(due).id}.` : ', jatuh tempo tidak bergeser.'),
      en:
        `Stood still ${when(from).en} to ${when(to).en}: ${span.en}` +
        (moved ? `, which moves the due date to ${when(due).en}.` : ', which moves nothing.'),
    },
  };
}

/** The days from the start to the first due date: which counted, and why others did not. */
function daysOf(
  { startedAt, standard }: Clock,
  promised: number,
  calendar: CalendarInForce,
): ExplanationLine[] {
  const { amount, unit } = standard;
  if (unit === 'hours' || unit === 'minutes') return [];
  const inDays = unit === 'working-days' || unit === 'calendar-days';
  const dateOf = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO(calendar.timeZone)
      .toPlainDate();
  const startOf = (date: Temporal.PlainDate) =>
    date.toZonedDateTime(calendar.timeZone).epochMilliseconds;

  const lines: ExplanationLine[] = [];
  let number = 0;
  const last = dateOf(promised - 1);
  for (
    let date = dateOf(startedAt).add({ days: inDays ? 1 : 0 });
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    const next = startOf(date.add({ days: 1 }));
    const from = Math.max(startedAt, startOf(date));
    const to = Math.min(promised, next);
    const minutes = calendar.workingTime(from, to) / minute;
    if (unit === 'calendar-days' || (inDays ? isOpen(calendar, date) : minutes > 0)) {
      number += 1;
      lines.push(counted(date, { number, amount, minutes, inDays }));
    } else {
      closed(lines, date, calendar.day(date).name);
    }
  }
  return lines;
}

function isOpen(calendar: CalendarInForce, date: Temporal.PlainDate): boolean {
  return calendar.day(date).hours.length > 0;
}

function counted(
  plainDate: Temporal.PlainDate,
  {
    number,
    amount,
    minutes,
    inDays,
  }: { number: number; amount: number; minutes: number; inDays: boolean },
): ExplanationLine {
  const date = plainDate.toString();
  const { id, en } = dateInWords(plainDate);
  const span = spanInWords(minutes * minute, true);
  return {
    kind: 'counted',
    from: date,
    to: date,
    ...(inDays ? { day: number } : {}),
    minutes,
    text: inDays
      ? { id: `${id}: hari ke-${number} dari ${amount}.`, en: `${en}: day ${number} of ${amount}.` }
      : { id: `${id}: ${span.id}.`, en: `${en}: ${span.en}.` },
  };
}

/** Closed days in a row, for one reason, are one line. */
function closed(
  lines: ExplanationLine[],
  plainDate: Temporal.PlainDate,
  name: string | undefined,
): void {
  const date = plainDate.toString();
  const before = lines.at(-1);
  const joins = before?.kind === 'closed' && before.name === name;
  const from = joins ? before.from : date;
  if (joins) lines.pop();
  const words = (language: 'id' | 'en') => {
    const first = dateInWords(Temporal.PlainDate.from(from))[language];
    const last = dateInWords(plainDate)[language];
    return from === date ? first : `${first} – ${last}`;
  };
  lines.push({
    kind: 'closed',
    from,
    to: date,
    ...(name === undefined ? {} : { name }),
    text: {
      id: `${words('id')}: ${name ?? 'bukan hari kerja'}, tidak dihitung.`,
      en: `${words('en')}: ${name ?? 'no working day'}, not counted.`,
    },
  });
}

const iso = (instant: number) => new Date(instant).toISOString();
