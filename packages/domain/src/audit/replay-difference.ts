import type { Application } from '../application/application.ts';
import type { StateValue } from '../application/events.ts';
import type { Clock } from '../sla/clocks.ts';
import type { Replayed, ReplayedEvent } from './replay.ts';

/** A fact that changed: its path, and what it was before and after; absent where it was not there. */
type FactChange = { path: string; before?: unknown; after?: unknown };

/** A clock that began, moved, stopped, ended or was left behind between two moments. */
export type ClockChange = {
  clock: string;
  before?: Pick<Clock, 'mode' | 'dueAt' | 'calendar'>;
  after?: Pick<Clock, 'mode' | 'dueAt' | 'calendar'>;
};

/** What lies between two moments of one application. */
export type ReplayDifference = {
  state: { before: StateValue; after: StateValue };
  facts: FactChange[];
  clocks: ClockChange[];
  /** In order; those after the first moment, up to the second. */
  events: ReplayedEvent[];
};

/** Facts that tell of others: the state and the clocks are compared by themselves, steps are events. */
const derived: ReadonlySet<string> = new Set([
  'state',
  'value',
  'steps',
  'claims',
  'clocks',
  'parked',
  'carriedClocks',
]);

/**
 * What changed from one moment to a later one.
 *
 * @param history the events of the application, or at least those between
 * @throws RangeError when the second moment lies before the first
 */
export function replayDifference(
  from: Replayed,
  to: Replayed,
  history: readonly ReplayedEvent[],
): ReplayDifference {
  if (to.revision < from.revision) throw new RangeError('the second moment lies before the first');
  return {
    state: { before: from.application.value, after: to.application.value },
    facts: factChanges(from.application, to.application),
    clocks: clockChanges(from, to),
    events: history.filter(({ revision }) => revision > from.revision && revision <= to.revision),
  };
}

function factChanges(before: Application, after: Application): FactChange[] {
  const relevant = (application: Application) =>
    Object.fromEntries(Object.entries(application).filter(([key]) => !derived.has(key)));
  return [...leafChanges(relevant(before), relevant(after), '')];
}

function* leafChanges(before: unknown, after: unknown, path: string): Generator<FactChange> {
  if (Object.is(before, after)) return;
  if (!isTree(before) && !isTree(after)) {
    yield {
      path,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
    return;
  }
  const [there, then] = [branches(before), branches(after)];
  for (const key of new Set([...there.keys(), ...then.keys()])) {
    const place = path === '' ? key : `${path}.${key}`;
    yield* leafChanges(there.get(key), then.get(key), place);
  }
  // A leaf that became a tree, or the other way round.
  if (!isTree(before) && before !== undefined) yield { path, before };
  if (!isTree(after) && after !== undefined) yield { path, after };
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function branches(value: unknown): Map<string, unknown> {
  return new Map(isTree(value) ? Object.entries(value) : []);
}

function clockChanges(from: Replayed, to: Replayed): ClockChange[] {
  const [before, after] = [from, to].map(
    ({ clocks }) => new Map(clocks.map(({ clock }) => [clock.id, standing(clock)])),
  );
  const ids = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...ids].flatMap((clock) => {
    const [was, is] = [before?.get(clock), after?.get(clock)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [{ clock, ...(was ? { before: was } : {}), ...(is ? { after: is } : {}) }];
  });
}

function standing({ mode, dueAt, calendar }: Clock) {
  return { mode, ...(dueAt === undefined ? {} : { dueAt }), calendar };
}
