import {
  createMachine,
  getInitialSnapshot,
  type ActorLogic,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
  type Snapshot,
} from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap } from 'xstate/graph';
import type { StateValue } from '../application/events.ts';
import { isFinished, offeredActions, scopeOf } from '../application/machine.ts';
import type { CompiledAction, CompiledService } from './compile.ts';
import type { Guard } from './guard.ts';
import type { DocumentPath } from './problem.ts';
import { StateTree, type StateNode } from './state-tree.ts';

/** One way on: a branch of an action (its only one, mostly), or a move that follows by itself. */
export type Way = {
  kind: 'action' | 'always' | 'onDone';
  /** Path of the state that defines it; empty for the whole workflow. */
  source: string;
  /** The action; of an automatic move, its kind. */
  name: string;
  /** Which of the branches, or of the automatic moves, from 0 on. */
  branch: number;
  /** The condition of this branch alone; one that has none is taken when those before it are not. */
  guard: Guard | undefined;
  /** Paths of the innermost states that it enters; an automatic move may leave them at once. */
  enters: string[];
  at: DocumentPath;
};

/** Where a file can rest. The first place, before the submission, has no value. */
export type Place = { value: StateValue | undefined; ended: boolean };

/** From one place to another: what somebody did, and every way that was gone in one go. */
export type Move = {
  from: Place;
  /** Undefined is the submission. */
  action: CompiledAction | undefined;
  to: Place;
  ways: Way[];
};

/** Every place and move of a workflow, as XState lays them out. */
export type PathGraph = {
  start: Place;
  /** The moves from each place; a place stands here once, so it can be compared by identity. */
  moves: ReadonlyMap<Place, readonly Move[]>;
  /** Every way that the definition has, gone or not. */
  ways: readonly Way[];
  /** False when there are more moves than were followed. */
  complete: boolean;
};

/** A service of 46 states and 104 actions has some hundred moves, most actions have one. */
const most = { moves: 20_000, ofOneAction: 500 };

/**
 * The places that the compiled machine can bring a file to, walked by XState's graph utilities on a
 * copy of the machine that differs in one thing: its guards hold and do not hold in turn. So a path
 * says what can follow what; whether one application can meet all conditions on it stays open.
 *
 * Parallel regions know nothing of one another, so they are worked through one after the other:
 * their moves are all there, but not every mixture of their states, of which there can be millions.
 */
export function pathGraph(service: CompiledService): PathGraph {
  const ways: Way[] = [];
  const choices = new Choices();
  const machine = machineOf(service, ways, choices);
  const regions = regionsBefore(service);
  let followed = 0;

  const event = (action: CompiledAction | undefined, run: () => AnyMachineSnapshot) =>
    choices.all(run).map(({ result, met }, index): PathEvent => {
      followed++;
      const type = `${action?.source ?? ''}/${action?.name ?? ''}/${index}`;
      return { type, action, ways: met, next: placeOf(result) };
    });
  const events = ({ machineSnapshot: snapshot }: PathPlace): PathEvent[] => {
    if (!snapshot) return event(undefined, () => getInitialSnapshot(machine, {}));
    if (snapshot.status === 'done') return [];
    const value = snapshot.value as StateValue;
    return offeredActions(service, { value })
      .filter(({ source }) => regions(source).every((region) => isDone(service, region, value)))
      .flatMap((action) => {
        const type = action.name;
        const run = () => machine.transition(snapshot, { type }, scopeOf(machine));
        return event(action, run).filter((one) => one.ways.some(({ kind }) => kind === 'action'));
      });
  };
  const logic: ActorLogic<PathPlace, PathEvent> = {
    getInitialSnapshot: () => beforeSubmission,
    transition: (_, { next }) => next,
    getPersistedSnapshot: (place) => place,
  };
  const adjacency = getAdjacencyMap(logic, {
    fromState: beforeSubmission,
    events,
    serializeState: ({ machineSnapshot }) => JSON.stringify(machineSnapshot?.value ?? null),
    serializeEvent: ({ type }) => type,
    stopWhen: () => followed > most.moves,
  });
  const complete = followed <= most.moves && !choices.leftOut;
  return { ...named(adjacencyMapToArray(adjacency)), ways, complete };
}

type PathPlace = Snapshot<undefined> & { machineSnapshot: AnyMachineSnapshot | undefined };
type PathEvent = EventObject & {
  action: CompiledAction | undefined;
  ways: Way[];
  next: PathPlace;
};

const active = { status: 'active', output: undefined, error: undefined } as const;
const beforeSubmission: PathPlace = { ...active, machineSnapshot: undefined };
const placeOf = (machineSnapshot: AnyMachineSnapshot): PathPlace => ({
  ...active,
  machineSnapshot,
});

/** Guards that hold and do not hold, as a run of the machine asks for them. */
class Choices {
  /** Whether a run had more results than were tried. */
  leftOut = false;
  #given: readonly boolean[] = [];
  #asked = new Map<Way, boolean>();

  /** Whether the way is open in this run. One without a condition of its own is. */
  open(way: Way): boolean {
    const known = this.#asked.get(way);
    if (known !== undefined) return known;
    const answer = way.guard === undefined || (this.#given[this.#asked.size] ?? true);
    this.#asked.set(way, answer);
    return answer;
  }

  /** Every result that the run can have, with the ways that were open in it. */
  all<T>(run: () => T): { result: T; met: Way[] }[] {
    const results: { result: T; met: Way[] }[] = [];
    const left: boolean[][] = [[]];
    for (let given = left.shift(); given; given = left.shift()) {
      if (results.length >= most.ofOneAction) {
        this.leftOut = true;
        break;
      }
      this.#given = given;
      this.#asked = new Map();
      const result = run();
      const asked = [...this.#asked];
      results.push({ result, met: asked.flatMap(([way, answer]) => (answer ? [way] : [])) });
      for (let index = given.length; index < asked.length; index++) {
        if (asked[index]?.[0].guard === undefined) continue;
        left.push([...asked.slice(0, index).map(([, answer]) => answer), false]);
      }
    }
    return results;
  }
}

type Config = {
  on?: Record<string, object[]>;
  always?: object[];
  onDone?: object[];
  states?: Record<string, Config>;
};

/** The compiled machine with every guard replaced by a choice. */
function machineOf(service: CompiledService, ways: Way[], choices: Choices): AnyStateMachine {
  const { workflow } = service.definition;
  const tree = new StateTree(workflow);
  const open = (way: Way) => {
    ways.push(way);
    return () => choices.open(way);
  };
  const chosen = (config: Config, path: string): Config => {
    const node = tree.at(path);
    const at = node?.at ?? ['workflow'];
    const definition = path === '' ? { on: workflow.on } : node?.definition;
    const enters = (target: string | undefined) => {
      const to = target === undefined ? undefined : tree.resolve(target, node);
      return to ? leavesOf(tree.entered(to, node)) : [];
    };
    const automatic = (kind: 'always' | 'onDone') =>
      config[kind]?.map((move, branch) => {
        const { guard, target } = node?.definition[kind]?.[branch] ?? {};
        const way = { source: path, name: kind, branch, guard, enters: enters(target) };
        return { ...move, guard: open({ kind, ...way, at: [...at, kind, branch] }) };
      });
    const always = automatic('always');
    const onDone = automatic('onDone');
    const on = Object.entries(config.on ?? {}).map(([name, branches]) => {
      const action = definition?.on?.[name];
      const moves = branches.map((move, branch) => {
        const one = action?.branches?.[branch];
        const place = [...at, 'on', name, ...(one ? ['branches', branch] : [])];
        const to = enters(one ? one.target : action?.target);
        const way = { source: path, name, branch, guard: one?.guard, enters: to, at: place };
        return { ...move, guard: open({ kind: 'action', ...way }) };
      });
      return [name, moves] as const;
    });
    const states = Object.entries(config.states ?? {}).map(
      ([key, inner]) => [key, chosen(inner, path === '' ? key : `${path}.${key}`)] as const,
    );
    return {
      ...config,
      on: Object.fromEntries(on),
      ...(always ? { always } : {}),
      ...(onDone ? { onDone } : {}),
      ...(states.length > 0 ? { states: Object.fromEntries(states) } : {}),
    };
  };
  const config = chosen(service.machine.config as Config, '');
  return createMachine(config as Parameters<typeof createMachine>[0]);
}

function leavesOf(nodes: readonly StateNode[]): string[] {
  return nodes.flatMap(({ path, children }) => (children.length === 0 ? [path] : []));
}

/** For a state, the regions that come before the ones it lies in, and that can be done. */
function regionsBefore({ states }: CompiledService): (path: string) => readonly string[] {
  const children = Map.groupBy(states.keys(), (path) => path.slice(0, path.lastIndexOf('.')));
  const canBeDone = (path: string): boolean => {
    const inner = children.get(path) ?? [];
    return states.get(path)?.type === 'parallel'
      ? inner.every(canBeDone)
      : inner.some((child) => states.get(child)?.type === 'final');
  };
  const known = new Map<string, readonly string[]>();
  const before = (path: string): readonly string[] => {
    const there = known.get(path);
    if (there) return there;
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    const above = path.includes('.') ? before(parent) : [];
    const beside = children.get(parent) ?? [];
    const earlier =
      states.get(parent)?.type === 'parallel' ? beside.slice(0, beside.indexOf(path)) : [];
    const regions = [...above, ...earlier.filter(canBeDone)];
    known.set(path, regions);
    return regions;
  };
  return (path) => (path === '' ? [] : before(path));
}

function isDone(service: CompiledService, region: string, value: StateValue): boolean {
  const inner = region
    .split('.')
    .reduce<StateValue | undefined>(
      (part, key) => (typeof part === 'object' ? part[key] : undefined),
      value,
    );
  return inner === undefined || isFinished(service, region, inner);
}

/** XState's list of moves, with one object for each place. */
function named(
  list: readonly { state: PathPlace; event: PathEvent; nextState: PathPlace }[],
): Pick<PathGraph, 'start' | 'moves'> {
  const places = new Map<string, Place>();
  const placed = ({ machineSnapshot }: PathPlace): Place => {
    const key = JSON.stringify(machineSnapshot?.value ?? null);
    const value = machineSnapshot?.value as StateValue | undefined;
    const place = places.get(key) ?? { value, ended: machineSnapshot?.status === 'done' };
    places.set(key, place);
    return place;
  };
  const start = placed(beforeSubmission);
  const moves = new Map<Place, Move[]>();
  for (const { state, event, nextState } of list) {
    const from = placed(state);
    const there = moves.get(from) ?? [];
    moves.set(from, there);
    there.push({ from, action: event.action, to: placed(nextState), ways: event.ways });
  }
  return { start, moves };
}
