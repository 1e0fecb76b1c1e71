import { activeStates, type Application } from '../application/application.ts';
import { timelineOf, type TimelineEntry } from '../application/timeline.ts';
import type { CompiledService } from '../service/compile.ts';
import type { ClockMode } from '../service/workflow.ts';
import { arithmetic } from './clock-instants.ts';
import type { Clock } from './clocks.ts';
import type { OfficeCalendars } from './office-calendars.ts';

/**
 * A time that a file spent in a state and that is over. Instants are epoch milliseconds, times are
 * milliseconds. Working time is counted by the calendar of the state's unit, as it was known when the
 * file left.
 */
export type Stay = {
  /** Path of the state, as it was named when the file left it. */
  state: string;
  unit: string;
  /** Whether the service's promise ran in this state, stood still or was stopped. */
  clock: ClockMode;
  enteredAt: number;
  leftAt: number;
  workingTime: number;
  wallTime: number;
  /** Who took the step that ended it; the applicant is nobody's figure, and absent. */
  officer?: string;
  /** When the first officer took it into hand; where nobody did, absent. */
  claimedAt?: number;
  /** Working time from entering to that. */
  waitingTime?: number;
  /** Whether the state's own standard was kept; absent where it has none. */
  kept?: boolean;
  /** Share of the service's promise that it took, 1 being all of it; 0 while the promise did not run. */
  promiseUsed: number;
};

export type StaysOptions = {
  service: CompiledService;
  /** The versions that its migrations left behind, by their number. */
  earlier: ReadonlyMap<number, CompiledService>;
  clocks: readonly Clock[];
  calendars: OfficeCalendars;
};

/** A stay that has not ended: since when, and under which names of its state. */
type Open = { enteredAt: number; names: string[] };

/**
 * Every stay of a file that is over, in the order in which it left. Final states are no stays, and a
 * migration ends none: the file goes on in the state that its place became.
 */
export function staysOf(application: Application, options: StaysOptions): Stay[] {
  const stays: Stay[] = [];
  let open = new Map<string, Open>();
  let versions = migratedVersions(application, options);
  for (const entry of timelineOf(application)) {
    if (entry.places) {
      open = goneOn(open, entry.places);
      versions = versions.slice(1);
    }
    const leftAt = Date.parse(entry.at);
    const active = new Set(activeStates(entry.value));
    for (const [path, stay] of open) {
      if (active.has(path)) continue;
      open.delete(path);
      const version = versions[0] ?? options.service;
      const ended = endedStay(application, { path, ...stay, leftAt, entry, version }, options);
      if (ended) stays.push(ended);
    }
    for (const path of active) {
      if (!open.has(path)) open.set(path, { enteredAt: leftAt, names: [path] });
    }
  }
  return stays;
}

/** The versions under which it was, in order: one more than it has migrations. */
function migratedVersions(
  { migrations = [] }: Application,
  { service, earlier }: StaysOptions,
): CompiledService[] {
  return [...migrations.map(({ from }) => earlier.get(from) ?? service), service];
}

function goneOn(open: Map<string, Open>, places: Record<string, string>): Map<string, Open> {
  const moved = new Map<string, Open>();
  for (const [path, stay] of open) {
    const place = places[path];
    if (place !== undefined) moved.set(place, { ...stay, names: [...stay.names, place] });
  }
  return moved;
}

function endedStay(
  application: Application,
  left: Open & { path: string; leftAt: number; entry: TimelineEntry; version: CompiledService },
  { clocks, calendars }: StaysOptions,
): Stay | undefined {
  const { path, enteredAt, leftAt, names, entry, version } = left;
  const place = version.states.get(path);
  if (!place || place.type === 'final') return undefined;
  const { unit, clock } = place;
  const calendar = calendars.of(unit, leftAt);
  const claim = application.claims?.find(
    ({ at, state }) =>
      names.includes(state) && Date.parse(at) >= enteredAt && Date.parse(at) <= leftAt,
  );
  const claimedAt = claim && Date.parse(claim.at);
  const promised = clocks.find(
    ({ id, endedAt }) =>
      endedAt === leftAt && names.some((name) => id.startsWith(`state:${name}#`)),
  );
  const officer = entry.step?.actor;
  return {
    state: path,
    unit,
    clock,
    enteredAt,
    leftAt,
    workingTime: calendar.workingTime(enteredAt, leftAt),
    wallTime: leftAt - enteredAt,
    ...(officer === undefined || officer === application.applicant.id ? {} : { officer }),
    ...(claimedAt === undefined
      ? {}
      : { claimedAt, waitingTime: calendar.workingTime(enteredAt, claimedAt) }),
    ...(promised?.dueAt === undefined ? {} : { kept: leftAt <= promised.dueAt }),
    promiseUsed: clock === 'running' ? promiseUsed(enteredAt, leftAt, clocks, calendars) : 0,
  };
}

/** The share of the promise, as it was given, that lies between two instants. */
function promiseUsed(
  from: number,
  to: number,
  clocks: readonly Clock[],
  calendars: OfficeCalendars,
): number {
  const promise = clocks.find(({ id }) => id === 'service');
  if (!promise) return 0;
  const { startedAt, standard, unit } = promise;
  const calendar = calendars.of(unit, to);
  const { between } = arithmetic(standard, calendar);
  const whole = between(startedAt, calendar.due(startedAt, standard));
  return whole > 0 ? Math.max(0, between(Math.max(from, startedAt), to)) / whole : 0;
}
