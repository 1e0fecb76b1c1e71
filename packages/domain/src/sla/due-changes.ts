import { evolve, type Application, type Circumstances } from '../application/application.ts';
import type { ApplicationEvent } from '../application/events.ts';
import type { Localized } from '../names.ts';
import { durationInWords } from '../service/in-words.ts';
import type { CompiledService } from '../service/compile.ts';
import { calendarDifferences, touches, type CalendarDifference } from './calendar-differences.ts';
import type { CalendarReference, CalendarVersion } from './calendar-versions.ts';
import { dueSoFar } from './clock-instants.ts';
import type { Duration } from './duration.ts';
import { instantInWords } from './moments-in-words.ts';
import { asKnownAt, type OfficeCalendars } from './office-calendars.ts';
import { startedClocks, type StartedClock } from './started-clocks.ts';

/** What moved a due date. Instants are ISO 8601. */
export type DueCause =
  | { kind: 'stood-still'; from: string; to: string }
  | { kind: 'extended'; by: Duration; legalGround: Localized }
  /** The file went on under another version of its service, with that one's standard. */
  | { kind: 'migrated'; from: number; to: number }
  /** A version of the calendar was published; what it says differently about these days. */
  | { kind: 'calendar'; calendar: CalendarReference; differences: CalendarDifference[] }
  /** A clock that stood still ended where it stood, counted by the calendar known then. */
  | { kind: 'ended' };

/** "Was due …, now due …, because …". */
export type DueChange = {
  clock: string;
  at: string;
  was: string;
  now: string;
  because: DueCause;
  text: Localized;
};

/** An application's events, in order, with who and when. */
export type History = readonly { event: ApplicationEvent; metadata: Circumstances }[];

/** What the events of an application are read by. */
export type ReadBy = {
  /** The service in the version with this number. */
  service: (version: number) => CompiledService;
  calendars: OfficeCalendars;
};

/**
 * Every change of the due dates of an application's clocks over its life, in order. Goes through what
 * happened as it became known, events of the application and versions of calendars, and asks the clocks
 * again each time; a clock that stands still is asked when it is due by what has happened so far.
 */
export function dueChanges(history: History, { service, calendars }: ReadBy): DueChange[] {
  const changes: DueChange[] = [];
  const dues = new Map<string, number>();
  let application: Application | undefined;

  /** Clocks that have ended, and when: theirs are counted by what was known then, and stay. */
  const over = new Map<string, number>();

  const look = (at: number, causeOf: (clock: StartedClock, due: Moved) => DueCause) => {
    if (!application) return;
    const known = asKnownAt(calendars, at);
    for (const clock of startedClocks(service(application.service.version), application)) {
      const { id, endedAt } = clock;
      if (endedAt !== undefined && over.get(id) === endedAt) continue;
      if (endedAt !== undefined) over.set(id, endedAt);
      const now = dueSoFar(clock, known.of(clock.unit, endedAt));
      const was = dues.get(id);
      dues.set(id, now);
      if (was === undefined || was === now) continue;
      const because = causeOf(clock, { was, now });
      const change = { clock: id, at: iso(at), was: iso(was), now: iso(now), because };
      changes.push({ ...change, text: inWords(change, calendars.timeZone) });
    }
  };

  const versions = versionsFor(history, { service, calendars });
  let next = 0;
  const publishedUntil = (instant: number) => {
    for (let one = versions[next]; one && one.publishedAt <= instant; one = versions[++next]) {
      const published = one;
      look(published.publishedAt, (clock, { was, now }) =>
        byCalendar(
          published,
          versions,
          { from: clock.startedAt, to: Math.max(was, now) },
          calendars,
        ),
      );
    }
  };
  let now = Number.NEGATIVE_INFINITY;
  for (const { event, metadata } of history) {
    // Clocks of machines may differ: what was recorded later did not happen earlier.
    now = Math.max(now, Date.parse(metadata.occurredAt));
    publishedUntil(now);
    application = evolve(application, event, metadata);
    if (movesClocks.has(event.type)) look(now, (clock) => byEvent(event, clock));
  }
  publishedUntil(Number.POSITIVE_INFINITY);
  return changes;
}

/** The events that clocks are made of; all others leave them as they are. */
const movesClocks: ReadonlySet<ApplicationEvent['type']> = new Set([
  'ApplicationSubmitted',
  'StepTaken',
  'PromiseExtended',
  'ApplicationMigrated',
]);

type Moved = { was: number; now: number };

function byEvent(event: ApplicationEvent, clock: StartedClock): DueCause {
  if (event.type === 'PromiseExtended') {
    const { by, legalGround } = event.data;
    return { kind: 'extended', by, legalGround };
  }
  if (event.type === 'ApplicationMigrated') {
    return { kind: 'migrated', from: event.data.from.version, to: event.data.to.version };
  }
  const pause = clock.pauses.at(-1);
  if (clock.mode === 'ended' || pause?.to === undefined) return { kind: 'ended' };
  return { kind: 'stood-still', from: iso(pause.from), to: iso(pause.to) };
}

function byCalendar(
  { id, version, digest, definition }: CalendarVersion,
  versions: readonly CalendarVersion[],
  span: { from: number; to: number },
  { timeZone }: OfficeCalendars,
): DueCause {
  const before = versions.find((one) => one.id === id && one.version === version - 1);
  const dateOf = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO(timeZone)
      .toPlainDate()
      .toString();
  const differences = before ? calendarDifferences(before.definition, definition) : [];
  return {
    kind: 'calendar',
    calendar: { id, version, digest },
    differences: differences.filter((one) => touches(one, dateOf(span.from), dateOf(span.to))),
  };
}

/** The versions of the calendars that clocks of these events may be counted by, as they came. */
function versionsFor(history: History, { service, calendars }: ReadBy): CalendarVersion[] {
  const units = new Set<string>();
  for (const { event } of history) {
    if (event.type !== 'ApplicationSubmitted' && event.type !== 'ApplicationMigrated') continue;
    const { version } = event.type === 'ApplicationSubmitted' ? event.data.service : event.data.to;
    const { definition, states } = service(version);
    units.add(definition.unit);
    for (const { unit } of states.values()) units.add(unit);
  }
  const found = new Map<string, CalendarVersion>();
  for (const unit of units) {
    for (const one of calendars.versions(unit)) found.set(`${one.id}@${one.version}`, one);
  }
  return [...found.values()].toSorted((a, b) => a.publishedAt - b.publishedAt);
}

function inWords({ was, now, because, at }: Omit<DueChange, 'text'>, timeZone: string): Localized {
  const when = (instant: string) => instantInWords(Date.parse(instant), timeZone);
  const [before, after, reason] = [when(was), when(now), reasonInWords(because, at, when)];
  return {
    id: `Semula jatuh tempo ${before.id}, menjadi ${after.id}, karena ${reason.id}.`,
    en: `Was due ${before.en}, now due ${after.en}, because ${reason.en}.`,
  };
}

function reasonInWords(
  cause: DueCause,
  at: string,
  when: (instant: string) => Localized,
): Localized {
  switch (cause.kind) {
    case 'stood-still': {
      const [from, to] = [when(cause.from), when(cause.to)];
      return {
        id: `berhenti ${from.id} sampai ${to.id}`,
        en: `it stood still ${from.en} to ${to.en}`,
      };
    }
    case 'extended': {
      const [by, { legalGround }] = [durationInWords(cause.by), cause];
      return {
        id: `diperpanjang ${by.id} pada ${when(at).id} (${legalGround.id})`,
        en: `it was extended by ${by.en} on ${when(at).en} (${legalGround.en})`,
      };
    }
    case 'migrated':
      return {
        id: `berkas beralih dari versi ${cause.from} ke versi ${cause.to} layanan pada ${when(at).id}`,
        en: `the file went from version ${cause.from} of the service to version ${cause.to} on ${when(at).en}`,
      };
    case 'ended':
      return {
        id: `berakhir saat berhenti, dan yang berlaku adalah kalender yang diketahui saat itu`,
        en: `it ended where it stood still, and the calendar known then holds`,
      };
    case 'calendar': {
      const { calendar, differences } = cause;
      const said = (language: 'id' | 'en') =>
        differences.map(({ text }) => `; ${text[language]}`).join('');
      return {
        id: `versi ${calendar.version} kalender ${calendar.id} berlaku sejak ${when(at).id}${said('id')}`,
        en: `version ${calendar.version} of the calendar ${calendar.id} holds since ${when(at).en}${said('en')}`,
      };
    }
  }
}

const iso = (instant: number) => new Date(instant).toISOString();
