import { activeStates, type Application } from '../application/application.ts';
import type { CarriedClock, StateValue } from '../application/events.ts';
import { timelineOf } from '../application/timeline.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';
import type { ClockMode } from '../service/workflow.ts';
import type { Clock } from './clocks.ts';

/** A clock as far as events tell it: all but what a calendar gives. */
export type StartedClock = Omit<
  Clock,
  'dueAt' | 'warnAt' | 'escalations' | 'migrations' | 'calendar'
> & {
  /** The active state whose promise or deadline it is. */
  state?: string;
};

/** One stretch of the file's timeline: from an instant on, these states were active. */
type Entry = { at: number; value: StateValue; index: number };

/**
 * Every clock that has started, before the calendar is asked. After a migration they go on from
 * where it handed them over: the states before it are the earlier version's.
 */
export function startedClocks(service: CompiledService, application: Application): StartedClock[] {
  const { timeline, whole, ofStates } = handedOver(application);
  return [
    ...serviceClock(service, application, timeline, whole),
    ...stateClocks(service, timeline, ofStates, 'state'),
    ...stateClocks(service, timeline, ofStates, 'deadline'),
  ];
}

/** The service's clock alone, if it has started: the same as the first of all of them. */
export function startedPromise(
  service: CompiledService,
  application: Application,
): StartedClock | undefined {
  const { timeline, whole } = handedOver(application);
  return serviceClock(service, application, timeline, whole)[0];
}

/** The file's way since its last migration, and the clocks that this handed over. */
function handedOver(application: Application) {
  const entries = timelineOf(application);
  const migrated = entries.findLastIndex(({ places }) => places !== undefined);
  const timeline = entries
    .map(({ at, value }, index): Entry => ({ at: Date.parse(at), value, index }))
    .slice(Math.max(0, migrated));
  const carried = (application.carriedClocks ?? []).map(resumed);
  const whole = carried.find(({ id }) => id === 'service');
  const ofStates = carried.filter((clock) => clock !== whole);
  return { timeline, whole, ofStates };
}

function serviceClock(
  service: CompiledService,
  application: Application,
  timeline: readonly Entry[],
  carried: StartedClock | undefined,
): StartedClock[] {
  let clock = carried;
  for (const { at, value } of timeline) {
    const mode = promiseMode(service, value);
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
  if (application.extensions) {
    clock.extensions = application.extensions.map(({ at, by, legalGround }) => ({
      at: Date.parse(at),
      by,
      legalGround,
    }));
  }
  // A clock that stood still when the file ended ended back then. Where it is stopped the promise is
  // kept, or was not, unless the file comes back into a state where it runs.
  const open = clock.pauses.at(-1);
  const stands = open !== undefined && open.to === undefined;
  if (application.ended || (stands && clock.mode === 'stopped')) {
    if (application.ended) clock.endedAt = Date.parse(application.ended.at);
    if (stands) {
      clock.endedAt = open.from;
      clock.pauses.pop();
    }
    clock.mode = 'ended';
  }
  return [clock];
}

/** Clocks of states: of the promises made there, or of the deadlines set there. */
function stateClocks(
  service: CompiledService,
  timeline: readonly Entry[],
  allCarried: readonly StartedClock[],
  kind: 'state' | 'deadline',
): StartedClock[] {
  const carried = allCarried.filter(({ id }) => id.startsWith(`${kind}:`));
  const ended = carried.filter(({ endedAt }) => endedAt !== undefined);
  const running = new Map<string, StartedClock>();
  for (const clock of carried) {
    if (clock.state !== undefined)
      running.set(clock.state, { ...clock, ...takenBy(service, clock) });
  }
  /** Clocks that go on when their state is entered again. */
  const resting = new Map<string, StartedClock>();
  for (const { at, value, index } of timeline) {
    const active = new Set(activeStates(value));
    for (const [path, clock] of running) {
      if (active.has(path)) continue;
      const left: StartedClock = { ...clock, mode: 'ended', endedAt: at };
      running.delete(path);
      ended.push(left);
      if (service.states.get(path)?.reentry === 'continue') resting.set(path, left);
    }
    for (const path of active) {
      if (running.has(path)) continue;
      const rested = resting.get(path);
      if (rested) {
        ended.splice(ended.indexOf(rested), 1);
        resting.delete(path);
        running.set(path, again(rested, at));
        continue;
      }
      const begun = begin(service, path, { kind, at, index });
      if (begun) running.set(path, begun);
    }
  }
  return [...ended, ...running.values()].map((clock) => {
    if (clock.endedAt === undefined) return clock;
    const { state: _, ...left } = clock;
    return left;
  });
}

function begin(
  service: CompiledService,
  path: string,
  { kind, at, index }: { kind: 'state' | 'deadline'; at: number; index: number },
): StartedClock | undefined {
  const { standard, clock, unit, deadline } = stateOf(service, path);
  const id = `${kind}:${path}#${index}`;
  const begun = { id, unit, mode: 'running', startedAt: at, pauses: [], state: path } as const;
  if (kind === 'state') {
    return standard && clock === 'running' ? { ...begun, pauses: [], standard } : undefined;
  }
  if (!deadline) return undefined;
  const { after, take: action, legalGround } = deadline;
  return { ...begun, pauses: [], standard: after, takes: { action, legalGround } };
}

/** The clock of a state that the file left and has come back to: what lies between is a pause. */
function again({ endedAt, ...clock }: StartedClock, at: number): StartedClock {
  const pauses =
    endedAt === undefined ? clock.pauses : [...clock.pauses, { from: endedAt, to: at }];
  return { ...clock, mode: 'running', pauses };
}

/** What a deadline that was handed over leads to under the version that the file is pinned to. */
function takenBy(service: CompiledService, { id, state }: StartedClock): Pick<Clock, 'takes'> {
  const deadline = state === undefined ? undefined : service.states.get(state)?.deadline;
  if (!id.startsWith('deadline:') || !deadline) return {};
  return { takes: { action: deadline.take, legalGround: deadline.legalGround } };
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

/** What the service's clock does in these states: it runs if any runs it, or else is paused if any pauses it. */
export function promiseMode(service: CompiledService, value: StateValue): ClockMode {
  const modes = activeStates(value).map((path) => stateOf(service, path).clock);
  if (modes.includes('running')) return 'running';
  return modes.includes('paused') ? 'paused' : 'stopped';
}
