import { activeStates, type Application } from '../application/application.ts';
import type { StateValue } from '../application/events.ts';
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
type Entry = { at: number; value: StateValue };

/** Every clock that has started, the service's first; one that has not started is not there. */
export function clocksOf(
  service: CompiledService,
  application: Application,
  calendar: WorkingCalendar,
): Clock[] {
  const timeline: Entry[] = [
    { at: Date.parse(application.submittedAt), value: application.state },
    ...application.steps.map(({ at, to }) => ({ at: Date.parse(at), value: to })),
  ];
  const warnShare = service.definition.standard.warnAt;
  const clocks = [
    ...serviceClock(service, application, timeline),
    ...stateClocks(service, timeline),
  ];
  return clocks.map((clock) => withInstants(clock, warnShare, calendar));
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

type Running = Omit<Clock, 'dueAt' | 'warnAt'>;

function serviceClock(
  service: CompiledService,
  application: Application,
  timeline: readonly Entry[],
): Running[] {
  let clock: Running | undefined;
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

function stateClocks(service: CompiledService, timeline: readonly Entry[]): Running[] {
  const ended: Running[] = [];
  const running = new Map<string, Running>();
  for (const [index, { at, value }] of timeline.entries()) {
    const active = new Set(activeStates(value));
    for (const [path, clock] of running) {
      if (active.has(path)) continue;
      ended.push({ ...clock, mode: 'ended', endedAt: at });
      running.delete(path);
    }
    for (const path of active) {
      const { standard, clock, unit } = stateOf(service, path);
      if (!standard || clock !== 'running' || running.has(path)) continue;
      const id = `state:${path}#${index}`;
      running.set(path, { id, unit, standard, mode: 'running', startedAt: at, pauses: [] });
    }
  }
  return [...ended, ...running.values()];
}

/** Running if any active state runs it; otherwise paused if any pauses it. */
function modeOf(service: CompiledService, value: StateValue): ClockMode {
  const modes = activeStates(value).map((path) => stateOf(service, path).clock);
  if (modes.includes('running')) return 'running';
  return modes.includes('paused') ? 'paused' : 'stopped';
}

function withInstants(clock: Running, warnShare: number, calendar: WorkingCalendar): Clock {
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
