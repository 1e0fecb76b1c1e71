import { stateOf, type CompiledService } from '../service/compile.ts';
import { everyUnitBy, type CalendarInForce } from '../sla/office-calendars.ts';
import { clocksOf } from '../sla/clocks.ts';
import type { Duration } from '../sla/duration.ts';
import { seededRandom } from './random.ts';
import { countingSequences } from './sequences.ts';
import { walk, type Walk } from './walk.ts';

export type SimulationOptions = {
  service: CompiledService;
  calendar: CalendarInForce;
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
  const sequenceIn = countingSequences();
  // A walk of hundreds of steps is counted and let go: 10,000 of them would fill the memory.
  const tally = new Tally(service, calendar);
  for (let number = 0; number < applications; number++) {
    const arrival = from.epochMilliseconds + Math.floor(random() * 182 * day);
    const begin = calendar.addWorkingTime(arrival, 60_000);
    tally.add(walk({ service, calendar, office, random, sequenceIn }, begin));
  }
  const { outcomes, stuck, taken, stays } = tally;

  const leaves = [...service.states.values()].filter(
    ({ type }) => type === 'atomic' || type === 'final',
  );
  const offered = new Map(
    [...service.states.values()]
      .flatMap(({ actions }) => actions)
      .map(({ source, name }) => [`${source}/${name}`, { state: source, action: name }]),
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
    standard: tally.standard(),
    issued: tally.issued(),
    states: leaves.flatMap(({ path, type, standard }) => {
      const stay = stays.get(path);
      if (!stay || type === 'final') return [];
      const { times, kept } = stay;
      return [
        {
          state: path,
          stays: times.length,
          time: timesTaken(times),
          ...(standard ? { withinStandard: rounded(kept / times.length, 4) } : {}),
        },
      ];
    }),
    actions: [...offered].map(([key, action]) => ({ ...action, taken: taken.get(key) ?? 0 })),
    neverReached: leaves.map(({ path }) => path).filter((path) => !stays.has(path)),
    neverTaken: [...offered.keys()].filter((key) => !taken.has(key)),
  };
}

/** What walks come to, added up. */
class Tally {
  readonly outcomes = new Map<string, number>();
  readonly stuck = new Map<string, number>();
  readonly taken = new Map<string, number>();
  /** Of each state that somebody came to, the stays that ended: their times, and how many kept its standard. */
  readonly stays = new Map<string, { times: number[]; kept: number }>();
  readonly #service: CompiledService;
  readonly #calendar: CalendarInForce;
  readonly #times: number[] = [];
  #within = 0;
  readonly #issued = new Map<string, { applications: number; number: string | undefined }>();

  constructor(service: CompiledService, calendar: CalendarInForce) {
    this.#service = service;
    this.#calendar = calendar;
  }

  add({ application, stays, actions, stuck }: Walk): void {
    for (const action of actions) count(this.taken, action);
    if (application.ended) count(this.outcomes, application.ended.outcome);
    for (const stay of stays) this.#addStay(stay);
    if (stuck) {
      const open = stays.filter(({ to }) => to === undefined).map(({ state }) => state);
      count(this.stuck, open.join(' + '));
    }
    for (const { output, number } of application.issued ?? []) {
      const { applications, number: first } = this.#issued.get(output) ?? {
        applications: 0,
        number: number?.text,
      };
      this.#issued.set(output, { applications: applications + 1, number: first });
    }
    this.#addService(application);
  }

  issued(): SimulationReport['issued'] {
    return [...this.#service.outputs.keys()].map((output) => {
      const { applications = 0, number } = this.#issued.get(output) ?? {};
      return { output, applications, ...(number === undefined ? {} : { number }) };
    });
  }

  standard(): SimulationReport['standard'] {
    const promised = this.#service.definition.standard.time;
    const times = this.#times;
    return {
      promised,
      unit: measure(promised, this.#calendar).name,
      counted: times.length,
      withinStandard: times.length === 0 ? 0 : rounded(this.#within / times.length, 4),
      time: times.length === 0 ? undefined : timesTaken(times),
    };
  }

  #addStay({ state, from, to }: Walk['stays'][number]): void {
    const here = this.stays.get(state) ?? { times: [], kept: 0 };
    this.stays.set(state, here);
    if (to === undefined) return;
    const { standard } = stateOf(this.#service, state);
    const promised = standard ?? this.#service.definition.standard.time;
    here.times.push(measure(promised, this.#calendar).between(from, to));
    if (standard && to <= this.#calendar.due(from, standard)) here.kept++;
  }

  #addService(application: Walk['application']): void {
    const unit = measure(this.#service.definition.standard.time, this.#calendar);
    const clocks = clocksOf(this.#service, application, everyUnitBy(this.#calendar));
    const clock = clocks.find(({ id }) => id === 'service');
    if (clock?.endedAt === undefined) return;
    const paused = clock.pauses.reduce(
      (sum, pause) => sum + unit.between(pause.from, pause.to ?? pause.from),
      0,
    );
    this.#times.push(unit.between(clock.startedAt, clock.endedAt) - paused);
    if (clock.dueAt === undefined || clock.endedAt <= clock.dueAt) this.#within++;
  }
}

/** How times promised in this kind are measured, in which unit. */
function measure({ unit }: Duration, calendar: CalendarInForce) {
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

const workingDays = new WeakMap<CalendarInForce, number>();

/** The mean length of a working day in milliseconds: that of 200 in a row. */
function workingDay(calendar: CalendarInForce): number {
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

function timesTaken(times: readonly number[]): TimesTaken {
  const sorted = Float64Array.from(times).toSorted();
  const at = (share: number) =>
    rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0, 2);
  return { median: at(0.5), p90: at(0.9), p95: at(0.95), longest: at(1) };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
