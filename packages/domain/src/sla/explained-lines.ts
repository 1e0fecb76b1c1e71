import type { AutomaticStep } from '../application/events.ts';
import type { Localized } from '../names.ts';
import { durationInWords } from '../service/in-words.ts';
import type { Clock, ClockExtension, ClockMigration } from './clocks.ts';
import { countsWorkingTime, type Duration } from './duration.ts';
import { dateInWords, instantInWords, spanInWords } from './moments-in-words.ts';
import type { Pause } from './pauses.ts';

/** Part of the answer to "why is this due then?", in order of time. Instants are ISO 8601. */
export type ExplanationLine = { text: Localized } & (
  | { kind: 'began'; at: string }
  /** The file went on under a later version of its service. */
  | { kind: 'handed-over'; at: string; from: number; to: number }
  | { kind: 'extended'; at: string; by: Duration; legalGround?: Localized }
  /** A day, or days in a row, of the promise: counted, with its number, or closed, with its name. */
  | { kind: 'counted'; from: string; to: string; name?: string; day?: number; minutes: number }
  | { kind: 'closed'; from: string; to: string; name?: string }
  /** When it would be due if it had never stood still. */
  | { kind: 'promised'; at: string }
  /** The applicant had the file: the minutes of the promise's kind that it covers move the due date. */
  | {
      kind: 'stood-still';
      from: string;
      to?: string;
      minutes: number;
      dueAt?: string;
      /** It began in the last tenth of the promise. */
      shortlyBeforeDue: boolean;
    }
  /** What a day of the pause before covers, where it covers several. */
  | { kind: 'covered'; from: string; to: string; name?: string; minutes: number }
  | { kind: 'due'; at: string }
  | { kind: 'ended'; at: string; inTime: boolean }
  /** The engine took a step by itself because the time was over. */
  | { kind: 'acted'; at: string; action: string; legalGround: Localized }
);

/** A step that the engine took by itself: which, when, and the record of why. */
export type ActedOn = { at: string; action: string; title: Localized; automatic: AutomaticStep };

const minute = 60_000;

export function began(
  { id, standard, startedAt }: Pick<Clock, 'id' | 'standard' | 'startedAt'>,
  timeZone: string,
): ExplanationLine {
  const words = durationInWords(standard);
  const when = instantInWords(startedAt, timeZone);
  const [what, thing] = isDeadline(id) ? ['Batas waktu', 'A time limit'] : ['Janji', 'A promise'];
  return {
    kind: 'began',
    at: iso(startedAt),
    text: {
      id: `${what} ${words.id}, mulai dihitung ${when.id}.`,
      en: `${thing} of ${words.en}, counted from ${when.en}.`,
    },
  };
}

export function handedOver({ at, from, to }: ClockMigration, timeZone: string): ExplanationLine {
  const when = instantInWords(at, timeZone);
  return {
    kind: 'handed-over',
    at: iso(at),
    from,
    to,
    text: {
      id:
        `Sejak ${when.id} menurut versi ${to} layanan ini (sebelumnya versi ${from}): ` +
        'jangka waktunya yang berlaku, dan yang telah lewat tetap dihitung.',
      en:
        `Since ${when.en} by version ${to} of the service (before: version ${from}): ` +
        'its standard holds, and what had passed counts on.',
    },
  };
}

/** @param whole the promise with it, where it is of the promise's own kind of time */
export function extended(
  { at, by, legalGround }: ClockExtension,
  whole: Duration | undefined,
  timeZone: string,
): ExplanationLine {
  const when = instantInWords(at, timeZone);
  const [more, total] = [durationInWords(by), whole && durationInWords(whole)];
  const ground = (language: 'id' | 'en') => (legalGround ? ` (${legalGround[language]})` : '');
  return {
    kind: 'extended',
    at: iso(at),
    by,
    ...(legalGround ? { legalGround } : {}),
    text: {
      id:
        `Diperpanjang ${more.id} pada ${when.id}${ground('id')}, ` +
        (total ? `menjadi ${total.id}.` : 'dihitung dari jatuh tempo itu.'),
      en:
        `Extended by ${more.en} on ${when.en}${ground('en')}, ` +
        (total ? `to ${total.en} in all.` : 'counted from that due date.'),
    },
  };
}

/** A day of a promise in days. @param time what passed of it, in milliseconds */
export function countedDay(
  day: Temporal.PlainDate,
  { number, of, time }: { number: number; of: number; time: number },
): ExplanationLine {
  const { id, en } = dateInWords(day);
  return {
    kind: 'counted',
    from: day.toString(),
    to: day.toString(),
    day: number,
    minutes: time / minute,
    text: { id: `${id}: hari ke-${number} dari ${of}.`, en: `${en}: day ${number} of ${of}.` },
  };
}

/** A day, or several in a row, of a promise in hours or minutes. */
export function countedHours(
  [first, last]: readonly [Temporal.PlainDate, Temporal.PlainDate],
  time: number,
  { working, name }: { working: boolean; name?: string | undefined },
): ExplanationLine {
  const [days, span] = [datesInWords(first, last), spanInWords(time, working)];
  const why = name === undefined ? '' : ` (${name})`;
  return {
    kind: 'counted',
    from: first.toString(),
    to: last.toString(),
    ...(name === undefined ? {} : { name }),
    minutes: time / minute,
    text: { id: `${days.id}: ${span.id}${why}.`, en: `${days.en}: ${span.en}${why}.` },
  };
}

/** Adds a closed day to the lines: those in a row, for one reason, are one line. */
export function closedDays(
  lines: ExplanationLine[],
  day: Temporal.PlainDate,
  name: string | undefined,
): void {
  const before = lines.at(-1);
  const joins = before?.kind === 'closed' && before.name === name;
  const from = joins ? Temporal.PlainDate.from(before.from) : day;
  if (joins) lines.pop();
  const days = datesInWords(from, day);
  lines.push({
    kind: 'closed',
    from: from.toString(),
    to: day.toString(),
    ...(name === undefined ? {} : { name }),
    text: {
      id: `${days.id}: ${name ?? 'bukan hari kerja'}, tidak dihitung.`,
      en: `${days.en}: ${name ?? 'no working day'}, not counted.`,
    },
  });
}

export function promised(
  at: number,
  timeZone: string,
  { withExtension = false } = {},
): ExplanationLine {
  const when = instantInWords(at, timeZone);
  const text = withExtension
    ? { id: `Dengan itu jatuh tempo ${when.id}.`, en: `Due with it ${when.en}.` }
    : { id: `Jatuh tempo semula ${when.id}.`, en: `Due at first ${when.en}.` };
  return { kind: 'promised', at: iso(at), text };
}

export function due(at: number, timeZone: string): ExplanationLine {
  const when = instantInWords(at, timeZone);
  return {
    kind: 'due',
    at: iso(at),
    text: { id: `Jatuh tempo ${when.id}.`, en: `Due ${when.en}.` },
  };
}

export function stoodStill(
  { id: clock, mode, standard }: Pick<Clock, 'id' | 'mode' | 'standard'>,
  { from, to, covered, before, due: after, shortlyBeforeDue }: Pause,
  timeZone: string,
): ExplanationLine {
  const since = instantInWords(from, timeZone);
  const line = {
    kind: 'stood-still',
    from: iso(from),
    minutes: covered / minute,
    shortlyBeforeDue,
  } as const;
  if (to === undefined) {
    const [id, en] =
      clock === 'service' && mode === 'paused'
        ? ['selama pemohon memegang berkas', 'while the applicant has the file']
        : ['sampai berjalan lagi', 'until it runs on'];
    return {
      ...line,
      text: {
        id: `Berhenti sejak ${since.id}; jatuh tempo bergeser ${id}.`,
        en: `Stands still since ${since.en}; the due date moves ${en}.`,
      },
    };
  }
  const until = instantInWords(to, timeZone);
  const span = spanInWords(covered, countsWorkingTime(standard.unit));
  const moved = after > before;
  const then = instantInWords(after, timeZone);
  return {
    ...line,
    to: iso(to),
    ...(moved ? { dueAt: iso(after) } : {}),
    text: {
      id:
        `Berhenti ${since.id} sampai ${until.id}: ${span.id}` +
        (moved ? `, jatuh tempo bergeser ke ${then.id}.` : ', jatuh tempo tidak bergeser.'),
      en:
        `Stood still ${since.en} to ${until.en}: ${span.en}` +
        (moved ? `, which moves the due date to ${then.en}.` : ', which moves nothing.'),
    },
  };
}

/** @param time what the pause covers of the day, in milliseconds of working time */
export function coveredDay(
  day: Temporal.PlainDate,
  time: number,
  name: string | undefined,
): ExplanationLine {
  const { text } = countedHours([day, day], time, { working: true, name });
  const date = day.toString();
  return {
    kind: 'covered',
    from: date,
    to: date,
    ...(name === undefined ? {} : { name }),
    minutes: time / minute,
    text: { id: `Di antaranya ${text.id}`, en: `Of that, ${text.en}` },
  };
}

export function ended(
  { id: clock }: Pick<Clock, 'id'>,
  at: number,
  dueAt: number,
  timeZone: string,
): ExplanationLine {
  const when = instantInWords(at, timeZone);
  const inTime = at <= dueAt;
  const promise = inTime ? ['tepat waktu', 'in time'] : ['terlambat', 'late'];
  const limit = inTime
    ? ['sebelum batas waktunya lewat', 'before the time was over']
    : ['setelah batas waktunya lewat', 'after the time was over'];
  const [id, en] = isDeadline(clock) ? limit : promise;
  return {
    kind: 'ended',
    at: iso(at),
    inTime,
    text: { id: `Selesai ${when.id}, ${id}.`, en: `Ended ${when.en}, ${en}.` },
  };
}

export function acted(
  { at, action, title, automatic }: ActedOn,
  timeZone: string,
): ExplanationLine {
  const { legalGround, calendar, service } = automatic;
  const when = instantInWords(Date.parse(at), timeZone);
  return {
    kind: 'acted',
    at,
    action,
    legalGround,
    text: {
      id:
        `Karena waktunya lewat, sistem mengambil "${title.id}" pada ${when.id}: ${legalGround.id} ` +
        `Dihitung menurut kalender ${calendar.id} versi ${calendar.version} ` +
        `dan layanan ${service.id} versi ${service.version}.`,
      en:
        `Because the time was over, the system took "${title.en}" on ${when.en}: ${legalGround.en} ` +
        `Counted by version ${calendar.version} of the calendar ${calendar.id} ` +
        `and version ${service.version} of the service ${service.id}.`,
    },
  };
}

function datesInWords(first: Temporal.PlainDate, last: Temporal.PlainDate): Localized {
  const from = dateInWords(first);
  if (first.equals(last)) return from;
  const to = dateInWords(last);
  return { id: `${from.id} – ${to.id}`, en: `${from.en} – ${to.en}` };
}

function isDeadline(clock: string): boolean {
  return clock.startsWith('deadline:');
}

const iso = (instant: number) => new Date(instant).toISOString();
