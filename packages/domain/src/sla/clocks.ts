import { activeStates, type Application } from '../application/application.ts';
import type { CarriedClock, StateValue } from '../application/events.ts';
import { timelineOf } from '../application/timeline.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';
import type { ClockMode } from '../service/workflow.ts';
import type { WorkingCalendar } from './calendar.ts';
import { countsWorkingTime, type Duration } from './duration.ts';

/**
 * A promise being kept: the whole service's, or one state's. Derived from the application's events,
 * its definition and the office's calendar, whenever it is asked for. Instants are epoch milliseconds.
 */
export type Clock = {
  /** `service`, or `state:<path>#<n>` for the n-th entry of the file's timeline. */
  id: string;
  /** The unit answerable for it. */
  unit: string;
  standard: Duration;
  mode: ClockMode | 'ended';
  startedAt: number;
  /** Times in which it stood still, in order; the last may be open. */
  pauses: { from: number; to?: number }[];
  endedAt?: number;
  /** Unknown while it stands still: the file's return moves it. */
  dueAt?: number;
  warnAt?: number;
};

/** One stretch of the file's timeline: from an instant on, these states were active. */
type Entry = { at: number; value: StateValue; index: number };

/** Every clock that has started, the service's first; one that has not started is not there. */
export function clocksOf(
  service: CompiledService,
  application: Application,
  calendar: WorkingCalendar,
): Clock[] {
  const warnShare = service.definition.standard.warnAt;
  const clocks = startedClocks(service, application);
  return clocks.map((clock) => withInstants(clock, warnShare, calendar));
}

/** A clock as far as events tell it: all but the instants that a calendar gives. */
export type StartedClock = Omit<Clock, 'dueAt' | 'warnAt'> & {
  /** The active state whose promise it is. */
  state?: string;
};

/**
 * Every clock that has started, before the calendar is asked. After a migration they go on from
 * where it handed them over: the states before it are the earlier version's.
 */
export function startedClocks(service: CompiledService, application: Application): StartedClock[] {
  const entries = timelineOf(application);
  const migrated = entries.findLastIndex(({ places }) => places !== undefined);
  const timeline = entries
    .map(({ at, value }, index): Entry => ({ at: Date.parse(at), value, index }))
    .slice(Math.max(0, migrated));
  const carried = (application.carriedClocks ?? []).map(resumed);
  const whole = carried.find(({ id }) => id === 'service');
  const ofStates = carried.filter((clock) => clock !== whole);
  return [
    ...serviceClock(service, application, timeline, whole),
    ...stateClocks(service, timeline, ofStates),
  ];
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
  | 'finished-in-time'
  | 'finished-late';

/**
 * By what is on record: a clock is at risk or overdue once the SLA monitor has recorded it, so that
 * the same events always give the same standing.
 */
export function slaStatus(application: Application, clocks: readonly Clock[]): SlaStatus {
  const clock = clocks.find(({ id }) => id === 'service');
  if (!clock) return application.ended ? 'finished-in-time' : 'not-started';
  const mark = application.clocks[clock.id];
  if (clock.mode === 'ended') {
    const late =
      clock.endedAt !== undefined && clock.dueAt !== undefined && clock.endedAt > clock.dueAt;
    return late ? 'finished-late' : 'finished-in-time';
  }
  if (mark?.breachedAt) return 'overdue';
  if (clock.mode !== 'running') return 'paused';
  return mark?.warnedAt ? 'at-risk' : 'on-time';
}

/** What the SLA monitor has to record of a clock next, and when (epoch milliseconds). */
export type DueMark = { mark: 'warned' | 'breached'; at: number };

/**
 * The next thing to record of a clock, or undefined: it stands still, or everything is recorded.
 * A clock that ended late without a record stays due until its breach is recorded.
 */
export function nextMark(application: Application, clock: Clock): DueMark | undefined {
  if (clock.dueAt === undefined || clock.warnAt === undefined) return undefined;
  const recorded = application.clocks[clock.id];
  if (recorded?.breachedAt) return undefined;
  if (clock.endedAt !== undefined) {
    return clock.endedAt > clock.dueAt ? { mark: 'breached', at: clock.dueAt } : undefined;
  }
  if (clock.mode !== 'running') return undefined;
  if (!recorded?.warnedAt && clock.warnAt < clock.dueAt)
    return { mark: 'warned', at: clock.warnAt };
  return { mark: 'breached', at: clock.dueAt };
}

function serviceClock(
  service: CompiledService,
  application: Application,
  timeline: readonly Entry[],
  carried: StartedClock | undefined,
): StartedClock[] {
  let clock = carried;
  for (const { at, value } of timeline) {
    const mode = modeOf(service, value);
    if (!clock) {
      if (mode !== 'running') continue;
      const { unit, standard } = service.definition;
      clock = { id: 'service', unit, standard: standard.time, mode, startedAt: at, pauses: [] };
      continue;
    }
    const pause = clock.pauses.at(-1);
    const standing = pause !== undefined && pause.to === undefined;
    if (mode === 'running' && standing) pause.to = at;
    if (mode !== 'running' && !standing) clock.pauses.push({ from: at });
    clock.mode = mode;
  }
  if (!clock) return [];
  // A clock that stood still when the file ended, or that the last states stop, ended back then.
  const open = clock.pauses.at(-1);
  if (application.ended) {
    clock.endedAt = Date.parse(application.ended.at);
    if (open && open.to === undefined) {
      clock.endedAt = open.from;
      clock.pauses.pop();
    }
    clock.mode = 'ended';
  }
  return [clock];
}

function stateClocks(
  service: CompiledService,
  timeline: readonly Entry[],
  carried: readonly StartedClock[],
): StartedClock[] {
  const ended = carried.filter(({ endedAt }) => endedAt !== undefined);
  const running = new Map<string, StartedClock>();
  for (const clock of carried) if (clock.state !== undefined) running.set(clock.state, clock);
  for (const { at, value, index } of timeline) {
    const active = new Set(activeStates(value));
    for (const [path, clock] of running) {
      if (active.has(path)) continue;
      const { state: _, ...left } = clock;
      ended.push({ ...left, mode: 'ended', endedAt: at });
      running.delete(path);
    }
    for (const path of active) {
      const { standard, clock, unit } = stateOf(service, path);
      if (!standard || clock !== 'running' || running.has(path)) continue;
      const id = `state:${path}#${index}`;
      const begun = { id, unit, standard, startedAt: at, pauses: [], state: path };
      running.set(path, { ...begun, mode: 'running' });
    }
  }
  return [...ended, ...running.values()];
}

/** A clock as a migration handed it over, before the states it led to are looked at. */
function resumed(carried: CarriedClock): StartedClock {
  const { id, unit, standard, state, endedAt } = carried;
  const pauses = carried.pauses.map(({ from, to }) => ({
    from: Date.parse(from),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  }));
  const startedAt = Date.parse(carried.startedAt);
  const clock = {
    id,
    unit,
    standard,
    startedAt,
    pauses,
    ...(state === undefined ? {} : { state }),
  };
  if (endedAt === undefined) return { ...clock, mode: 'running' };
  return { ...clock, mode: 'ended', endedAt: Date.parse(endedAt) };
}

/** Running if any active state runs it; otherwise paused if any pauses it. */
function modeOf(service: CompiledService, value: StateValue): ClockMode {
  const modes = activeStates(value).map((path) => stateOf(service, path).clock);
  if (modes.includes('running')) return 'running';
  return modes.includes('paused') ? 'paused' : 'stopped';
}

function withInstants(started: StartedClock, warnShare: number, calendar: WorkingCalendar): Clock {
  const { state: _, ...clock } = started;
  const open = clock.pauses.at(-1);
  if (open && open.to === undefined) return clock;
  const working = countsWorkingTime(clock.standard.unit);
  const between = (from: number, to: number) =>
    working ? calendar.workingTime(from, to) : to - from;
  const add = (from: number, time: number) =>
    working ? calendar.addWorkingTime(from, time) : from + time;

  const promised = calendar.due(clock.startedAt, clock.standard);
  const warned = add(clock.startedAt, Math.round(between(clock.startedAt, promised) * warnShare));
  /** A pause moves an instant that still lay ahead by the time the pause covers. */
  const moved = (instant: number) =>
    clock.pauses.reduce(
      (at, { from, to }) => (to !== undefined && from < at ? add(at, between(from, to)) : at),
      instant,
    );
  return { ...clock, dueAt: moved(promised), warnAt: moved(warned) };
}
