import type { Actor } from '../actor.ts';
import { activeStates, evolve, type Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import { decide } from '../application/decide.ts';
import { offeredActions } from '../application/machine.ts';
import { isRefused } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import { stateOf } from '../service/compile.ts';
import type { NumberSeries } from '../service/number-series.ts';
import { everyUnitBy, type CalendarInForce } from '../sla/office-calendars.ts';
import { countsWorkingTime, type Duration } from '../sla/duration.ts';
import { filledForm, nextCommand, staffOf } from './next-command.ts';

/** One application's way: where it was and how long, what was done, and how it ended. */
export type Walk = {
  application: Application;
  /** Stays in innermost states, in epoch milliseconds; a stay that did not end has no `to`. */
  stays: { state: string; from: number; to?: number }[];
  /** Actions taken, as `state/action`, where the state is the one that defines it. */
  actions: string[];
  /** Whether nobody could do anything although it had not ended. */
  stuck: boolean;
};

export type Walker = {
  service: CompiledService;
  calendar: CalendarInForce;
  office: string;
  random: () => number;
  /** The next number of a series. */
  sequenceIn?: (series: NumberSeries) => number;
};

/** A file that has come this far round a loop goes round it for ever. */
const mostCommands = 1_000;
/** Where an action waits for fields that are drawn with it, this many draws are enough. */
const mostTries = 50;

/**
 * Walks one application from its submission at `begin` (epoch milliseconds) until it ends or nobody
 * can go on. Each stay in a state takes a drawn share of that state's standard, or of a tenth of the
 * service's where the state promises none; papers and payments are there when a step waits for them.
 */
export function walk(walker: Walker, begin: number): Walk {
  const { service, calendar, office, random, sequenceIn } = walker;
  const calendars = everyUnitBy(calendar);
  const actors = everybody(service, office);
  let at = begin;
  let application: Application | undefined;
  let documents = 0;
  const stays: Walk['stays'] = [];
  const ready = new Map<string, number>();
  const actions: string[] = [];

  // Asked for by a function, because `perform` changes it.
  const latest = (): Application | undefined => application;

  /** Whether it was accepted: an action may wait for fields that are drawn with it. */
  const perform = (command: ApplicationCommand, actor: Actor): boolean => {
    const now = Temporal.Instant.fromEpochMilliseconds(at);
    const context = { service, calendars, actor, now, ...(sequenceIn ? { sequenceIn } : {}) };
    const decision = decide(application, command, context);
    if (isRefused(decision)) return false;
    const before = application ? activeStates(application.value) : [];
    for (const event of decision.events) {
      application = evolve(application, event, { actor, occurredAt: now.toString() });
    }
    if (command.type !== 'submit' && command.type !== 'take-step') return true;
    const after = application ? activeStates(application.value) : [];
    for (const state of before) {
      if (after.includes(state)) continue;
      const stay = stays.findLast((one) => one.state === state && one.to === undefined);
      if (stay) stay.to = at;
      ready.delete(state);
    }
    for (const state of after) {
      if (before.includes(state)) continue;
      stays.push({ state, from: at });
      // A region that is done waits for the others: nobody acts there.
      if (stateOf(service, state).type === 'final') continue;
      ready.set(state, at + timeIn(service, calendar, state, at, random));
    }
    return true;
  };

  const submittedBy = actors.find(({ roles }) =>
    roles.some((role) => service.definition.submittedBy.includes(role)),
  );
  const data = filledForm(service.definition.form, random);
  const channel = submittedBy === applicant ? 'online' : 'counter';
  const submission = {
    service: service.id,
    office,
    applicant: { id: applicant.id, name: 'Applicant' },
    channel,
    data,
  } as const;
  if (!perform({ type: 'submit', data: submission }, submittedBy ?? staffFor(service, office))) {
    throw new Error(`simulation: ${service.id} refuses a filled form`);
  }

  let tries = 0;
  for (let commands = 0; commands < mostCommands && tries < mostTries; commands++) {
    const current = latest();
    if (!current || current.ended) break;
    const documentId = () => uuid(documents++);
    const offered = offeredActions(service, current);
    tries++;
    // Whichever of the active states is done first moves first; a state may wait for the others.
    for (const [state, when] of [...ready].toSorted(([, a], [, b]) => a - b)) {
      const simulated = { service, application: current, actors, random, documentId, state };
      const next = nextCommand(simulated);
      if (!next) continue;
      const before = at;
      if (next.command.type === 'take-step') at = Math.max(at, when);
      if (!perform(next.command, next.actor)) {
        at = before;
        continue;
      }
      if (next.command.type === 'take-step') {
        const { action } = next.command.data;
        actions.push(`${offered.find(({ name }) => name === action)?.source ?? ''}/${action}`);
      }
      tries = 0;
      break;
    }
  }
  const last = latest();
  if (!last) throw new Error('simulation: nothing was submitted');
  return { application: last, stays, actions, stuck: last.ended === undefined };
}

/** Working or clock time that a file spends in a state, in milliseconds from `at` on. */
function timeIn(
  service: CompiledService,
  calendar: CalendarInForce,
  path: string,
  at: number,
  random: () => number,
): number {
  const { standard } = stateOf(service, path);
  const promised: Duration = standard ?? service.definition.standard.time;
  const share = drawnShare(random) * (standard ? 1 : 0.1);
  const due = calendar.due(at, promised);
  if (!countsWorkingTime(promised.unit)) return Math.round((due - at) * share);
  const working = Math.round(calendar.workingTime(at, due) * share);
  return calendar.addWorkingTime(at, working) - at;
}

/**
 * How much of a promised time a stay takes: log-normal with median 0.6, so that one stay in eight
 * takes longer than promised. Service times are skewed like this wherever they are measured.
 */
function drawnShare(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return 0.6 * Math.exp(0.45 * normal);
}

const applicant: Actor = { id: 'applicant', roles: ['applicant'] };

const people = new WeakMap<CompiledService, Map<string, Actor[]>>();

/** The applicant, and two of each officer, so that four eyes can be found; one list for all walks. */
function everybody(service: CompiledService, office: string): Actor[] {
  const known = people.get(service) ?? new Map<string, Actor[]>();
  people.set(service, known);
  const there = known.get(office);
  if (there) return there;
  const staff = staffOf(service, office);
  const twice = [...staff, ...staff.map((actor) => ({ ...actor, id: `${actor.id}-2` }))];
  const all = [applicant, ...twice];
  known.set(office, all);
  return all;
}

function staffFor({ definition }: CompiledService, office: string): Actor {
  const [role = ''] = definition.submittedBy;
  return {
    id: `${role}.${definition.unit}.${office}`,
    roles: [role],
    unit: definition.unit,
    office,
  };
}

function uuid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}
