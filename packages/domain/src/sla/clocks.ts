import type { Application } from '../application/application.ts';
import type { Localized } from '../names.ts';
import type { CompiledService } from '../service/compile.ts';
import type { ClockMode } from '../service/workflow.ts';
import type { CalendarReference } from './calendar-versions.ts';
import { instantsOf } from './clock-instants.ts';
import { marksInForce } from './clock-marks.ts';
import type { Duration } from './duration.ts';
import type { OfficeCalendars } from './office-calendars.ts';
import { startedClocks, startedPromise, type StartedClock } from './started-clocks.ts';

/**
 * A promise being kept: the whole service's, or one state's; or a time after which the engine takes a
 * step by itself. Derived from the application's events, its definition and the office's calendars,
 * whenever it is asked for. Instants are epoch milliseconds.
 */
export type Clock = {
  /**
   * `service`; `state:<path>#<n>` or `deadline:<path>#<n>` for the n-th entry of the file's timeline.
   */
  id: string;
  /** The unit answerable for it. */
  unit: string;
  standard: Duration;
  mode: ClockMode | 'ended';
  startedAt: number;
  /** Times in which it stood still, in order; the last may be open. */
  pauses: { from: number; to?: number }[];
  /** What was granted on top of the standard, and when. */
  extensions?: ClockExtension[];
  /** When the file went on under a later version of its service while this ran or stood still. */
  migrations?: ClockMigration[];
  endedAt?: number;
  /** Unknown while it stands still: the file's return moves it. */
  dueAt?: number;
  /** When to warn; a deadline does not. */
  warnAt?: number;
  /** Who is told when, beside those who have the file. */
  escalations?: Escalation[];
  /** The action that the engine takes when it is due, and what entitles it to. */
  takes?: { action: string; legalGround: Localized };
  /** What it is counted by: the newest version, or for a clock that has ended the one known then. */
  calendar: CalendarReference;
};

/** More time for a promise, and what allows it. */
export type ClockExtension = { at: number; by: Duration; legalGround?: Localized };

/** Versions of the service, and when the file went from one to the other. */
export type ClockMigration = { at: number; from: number; to: number };

/** Roles that are told when a share of a promise has passed, or when it is due. */
export type Escalation = { at: number | 'due'; to: string[]; instant?: number };

/** Every clock that has started, the service's first; one that has not started is not there. */
export function clocksOf(
  service: CompiledService,
  application: Application,
  calendars: OfficeCalendars,
): Clock[] {
  return startedClocks(service, application).map((clock) =>
    counted(clock, service, application, calendars),
  );
}

/** The service's clock alone, where that is all that is asked for; undefined until it has started. */
export function promiseOf(
  service: CompiledService,
  application: Application,
  calendars: OfficeCalendars,
): Clock | undefined {
  const started = startedPromise(service, application);
  return started && counted(started, service, application, calendars);
}

function counted(
  { state: _state, ...clock }: StartedClock,
  service: CompiledService,
  application: Application,
  calendars: OfficeCalendars,
): Clock {
  const { standard } = service.definition;
  const calendar = calendars.of(clock.unit, clock.endedAt);
  const deemed = clock.id === 'service' ? standard.deemed : undefined;
  return {
    ...clock,
    ...instantsOf(clock, standard, calendar),
    ...migrationsOf(clock, application),
    ...(deemed ? { takes: { action: deemed.take, legalGround: deemed.legalGround } } : {}),
    calendar: calendar.reference,
  };
}

function migrationsOf(
  { startedAt, endedAt = Number.POSITIVE_INFINITY }: Pick<Clock, 'startedAt' | 'endedAt'>,
  { migrations = [] }: Application,
): Pick<Clock, 'migrations'> {
  const lived = migrations
    .map(({ at, from, to }) => ({ at: Date.parse(at), from, to }))
    .filter(({ at }) => startedAt <= at && at < endedAt);
  return lived.length > 0 ? { migrations: lived } : {};
}

/** The standing of an application against its service's promise. */
export type SlaStatus =
  /** The promise has not begun: the file is not complete yet. */
  | 'not-started'
  | 'on-time'
  | 'at-risk'
  | 'overdue'
  /** The applicant has the file. */
  | 'paused'
  /** The promise was kept, or was not; the file may still wait to be collected. */
  | 'finished-in-time'
  | 'finished-late';

/**
 * By what is on record: a clock is at risk or overdue once the SLA monitor has recorded it, so that
 * the same events always give the same standing.
 */
export function slaStatus(application: Application, clocks: readonly Clock[]): SlaStatus {
  const clock = clocks.find(({ id }) => id === 'service');
  if (!clock) return application.ended ? 'finished-in-time' : 'not-started';
  if (clock.mode === 'ended') {
    const late =
      clock.endedAt !== undefined && clock.dueAt !== undefined && clock.endedAt > clock.dueAt;
    return late ? 'finished-late' : 'finished-in-time';
  }
  const mark = marksInForce(application, clock);
  if (mark.breachedAt) return 'overdue';
  if (clock.mode !== 'running') return 'paused';
  return mark.warnedAt ? 'at-risk' : 'on-time';
}
