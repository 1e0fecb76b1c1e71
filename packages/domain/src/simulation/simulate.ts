import type { CompiledService } from '../service/compile.ts';
import type { WorkingCalendar } from '../sla/calendar.ts';
import { clocksOf } from '../sla/clocks.ts';
import type { Duration } from '../sla/duration.ts';
import { seededRandom } from './random.ts';
import { countingSequences } from './sequences.ts';
import { walk, type Walk } from './walk.ts';

export type SimulationOptions = {
  service: CompiledService;
  calendar: WorkingCalendar;
  office: string;
  applications: number;
  seed: number;
  /** The first submission; the others follow within half a year. */
  from: Temporal.Instant;
};

/** Times in `unit`, rounded to two decimals. */
export type TimesTaken = { median: number; p90: number; p95: number; longest: number };

/** What became of simulated applications. Plain JSON; the same options, the same report. */
export type SimulationReport = {
  service: string;
  office: string;
  calendar: string;
  applications: number;
  seed: number;
  outcomes: { outcome: string; applications: number; share: number }[];
  /** Applications that nobody could move on although they had not ended, by where they stand. */
  stuck: { states: string; applications: number }[];
  standard: {
    promised: Duration;
    /** Of what the times count; pauses are left out, as they are by the service's clock. */
    unit: 'working days' | 'working minutes' | 'days' | 'minutes';
    /** Of the applications that ended after their clock began. */
    counted: number;
    withinStandard: number;
    time: TimesTaken | undefined;
  };
  /** What was given out, to how many, and one of the numbers as it was written. */
  issued: { output: string; applications: number; number?: string }[];
  states: { state: string; stays: number; time: TimesTaken; withinStandard?: number }[];
  actions: { state: string; action: string; taken: number }[];
  neverReached: string[];
  neverTaken: string[];
};

const day = 86_400_000;

/**
 * Walks applications through a service and says what came of them. Service times are drawn from the
 * states' standards, see `walk`; what it shows is whether the workflow can keep its promise when its
 * steps mostly keep theirs, and which of its parts nobody comes to.
 */
export function simulate(options: SimulationOptions): SimulationReport {
  const { service, calendar, office, applications, seed, from } = options;
  const random = seededRandom(seed);
  const walks: Walk[] = [];
  const sequenceIn = countingSequences();
  for (let number = 0; number < applications; number++) {
    const arrival = from.epochMilliseconds + Math.floor(random() * 182 * day);
    const begin = calendar.addWorkingTime(arrival, 60_000);
    walks.push(walk({ service, calendar, office, random, sequenceIn }, begin));
  }

  const leaves = [...service.states.values()].filter(
    ({ type }) => type === 'atomic' || type === 'final',
  );
  const offered = new Map(
    [...service.states.values()]
      .flatMap(({ actions }) => actions)
      .map(({ source, name }) => [`${source}/${name}`, { state: source, action: name }]),
  );
  const taken = counted(walks.flatMap(({ actions }) => actions));
  const stays = staysByState(walks);
  const outcomes = counted(walks.flatMap(({ application }) => application.ended?.outcome ?? []));
  const stuck = counted(
    walks
      .filter((one) => one.stuck)
      .map(({ stays: all }) => all.flatMap((stay) => (stay.to === undefined ? [stay.state] : [])))
      .map((states) => states.join(' + ')),
  );
  return {
    service: service.id,
    office,
    calendar: calendar.id,
    applications,
    seed,
    outcomes: byCount(outcomes).map(([outcome, number]) => ({
      outcome,
      applications: number,
      share: rounded(number / applications, 4),
    })),
    stuck: byCount(stuck).map(([states, number]) => ({ states, applications: number })),
    standard: againstStandard(walks, service, calendar),
    issued: issuedOutputs(walks, service),
    states: leaves.flatMap(({ path, type, standard }) => {
      const all = stays.get(path);
      if (!all || type === 'final') return [];
      const unit = measure(standard ?? service.definition.standard.time, calendar);
      const times = all.map(({ from: begin, to }) => unit.between(begin, to));
      const kept =
        standard && all.filter(({ from: begin, to }) => to <= calendar.due(begin, standard));
      return [
        {
          state: path,
          stays: all.length,
          time: timesTaken(times),
          ...(kept ? { withinStandard: rounded(kept.length / all.length, 4) } : {}),
        },
      ];
    }),
    actions: [...offered].map(([key, action]) => ({ ...action, taken: taken.get(key) ?? 0 })),
    neverReached: leaves.map(({ path }) => path).filter((path) => !stays.has(path)),
    neverTaken: [...offered.keys()].filter((key) => !taken.has(key)),
  };
}

function issuedOutputs(
  walks: readonly Walk[],
  { outputs }: CompiledService,
): SimulationReport['issued'] {
  const all = walks.flatMap(({ application }) => application.issued ?? []);
  return [...outputs.keys()].map((output) => {
    const these = all.filter((one) => one.output === output);
    const number = these[0]?.number?.text;
    return { output, applications: these.length, ...(number === undefined ? {} : { number }) };
  });
}

function againstStandard(
  walks: readonly Walk[],
  service: CompiledService,
  calendar: WorkingCalendar,
): SimulationReport['standard'] {
  const promised = service.definition.standard.time;
  const unit = measure(promised, calendar);
  const times: number[] = [];
  let within = 0;
  for (const { application } of walks) {
    const clock = clocksOf(service, application, calendar).find(({ id }) => id === 'service');
    if (clock?.endedAt === undefined) continue;
    const paused = clock.pauses.reduce(
      (sum, pause) => sum + unit.between(pause.from, pause.to ?? pause.from),
      0,
    );
    times.push(unit.between(clock.startedAt, clock.endedAt) - paused);
    if (clock.dueAt === undefined || clock.endedAt <= clock.dueAt) within++;
  }
  return {
    promised,
    unit: unit.name,
    counted: times.length,
    withinStandard: times.length === 0 ? 0 : rounded(within / times.length, 4),
    time: times.length === 0 ? undefined : timesTaken(times),
  };
}

/** How times promised in this kind are measured, in which unit. */
function measure({ unit }: Duration, calendar: WorkingCalendar) {
  const working = unit.startsWith('working-');
  const inDays = unit.endsWith('days');
  const milliseconds = inDays ? (working ? workingDay(calendar) : day) : 60_000;
  const name = `${working ? 'working ' : ''}${inDays ? 'days' : 'minutes'}` as const;
  return {
    name,
    between: (from: number, to: number) =>
      (working ? calendar.workingTime(from, to) : to - from) / milliseconds,
  };
}

const workingDays = new WeakMap<WorkingCalendar, number>();

/** The mean length of a working day in milliseconds: that of 200 in a row. */
function workingDay(calendar: WorkingCalendar): number {
  const known = workingDays.get(calendar);
  if (known !== undefined) return known;
  const from = calendar.due(Date.parse('2026-01-01T00:00:00Z'), {
    amount: 1,
    unit: 'working-days',
  });
  const length =
    calendar.workingTime(from, calendar.due(from, { amount: 200, unit: 'working-days' })) / 200;
  workingDays.set(calendar, length);
  return length;
}

type Stay = { from: number; to: number };

function staysByState(walks: readonly Walk[]): Map<string, Stay[]> {
  const stays = new Map<string, Stay[]>();
  for (const { stays: all } of walks) {
    for (const { state, from, to } of all) {
      const here = stays.get(state) ?? [];
      stays.set(state, here);
      if (to !== undefined) here.push({ from, to });
    }
  }
  return stays;
}

function timesTaken(times: readonly number[]): TimesTaken {
  const sorted = Float64Array.from(times).toSorted();
  const at = (share: number) =>
    rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0, 2);
  return { median: at(0.5), p90: at(0.9), p95: at(0.95), longest: at(1) };
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
