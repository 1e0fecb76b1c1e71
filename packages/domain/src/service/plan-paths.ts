import { activeStates } from '../application/application.ts';
import type { CompiledAction, CompiledService } from './compile.ts';
import type { Guard } from './guard.ts';
import { pathGraph, type Move, type Place, type Way } from './path-graph.ts';

/** What somebody does on a path, and what must be so that it leads where it does. */
export type PathStep = {
  /** Paths of the innermost active states; none before the submission. */
  from: string[];
  /** Undefined is the submission. */
  action: CompiledAction | undefined;
  /** Conditions to be brought about first; of branches that differ, those of the one taken. */
  conditions: Guard[];
  /** Whether it is taken because no condition of an earlier branch is met. */
  otherwise: boolean;
  to: string[];
};

/** From the submission to an end, or to where nothing is left to be shown. */
export type PlannedPath = { steps: PathStep[]; outcome: string | undefined };

/** How many there are, and how many of them some path comes to. */
export type Coverage = { covered: number; of: number };

/** Paths that together take everything that can be taken, and what none of them can take. */
export type PathPlan = {
  paths: PlannedPath[];
  states: Coverage;
  actions: Coverage;
  /** Branches of actions and moves that follow by themselves; an action without branches is one. */
  branches: Coverage;
  /** What no path comes to: states, then `state/action`, with the number of the branch from 1 on. */
  missed: { states: string[]; branches: string[] };
  /** False when the workflow has more moves than were followed: then something may be missing. */
  complete: boolean;
};

/** A path is led on to what is not covered yet when that is no further than this many steps. */
const longestDetour = 3;

/**
 * A test plan: few paths from the submission to an end that together take every action, on every
 * branch, at least once. Deterministic: the same definition, the same plan.
 */
export function planPaths(service: CompiledService): PathPlan {
  const { start, moves, ways, complete } = pathGraph(service);
  const all = [...moves.values()].flat();
  const possible = new Set(all.flatMap((move) => move.ways));
  const left = new Set(possible);
  const wanted = (move: Move) => move.ways.some((way) => left.has(way));
  const paths: PlannedPath[] = [];
  // Without anything to choose there is still one path: that of the submission.
  do {
    const path: Move[] = [];
    const go = (leg: readonly Move[] | undefined) => {
      for (const move of leg ?? []) {
        path.push(move);
        for (const way of move.ways) left.delete(way);
      }
      return leg !== undefined;
    };
    const here = (): Place => path.at(-1)?.to ?? start;
    go(nearest(moves, start, wanted));
    while (go(nearest(moves, here(), (move) => wanted(move) && !move.to.ended, longestDetour)));
    if (!here().ended) {
      go(
        nearest(moves, here(), (move) => wanted(move) && move.to.ended, longestDetour) ??
          nearest(moves, here(), ({ to }) => to.ended),
      );
    }
    if (path.length === 0) break;
    paths.push(planned(service, path));
  } while (left.size > 0);

  const leaves = [...service.states.values()].filter(
    ({ type }) => type === 'atomic' || type === 'final',
  );
  const reached = new Set(
    all.flatMap(({ to, ways: gone }) => [...statesOf(to), ...gone.flatMap(({ enters }) => enters)]),
  );
  const actions = Map.groupBy(
    ways.filter(({ kind }) => kind === 'action'),
    ({ source, name }) => `${source}/${name}`,
  );
  const taken = [...actions.values()].filter((branches) =>
    branches.some((way) => possible.has(way)),
  );
  return {
    paths,
    states: {
      covered: leaves.filter(({ path }) => reached.has(path)).length,
      of: leaves.length,
    },
    actions: { covered: taken.length, of: actions.size },
    branches: { covered: possible.size, of: ways.length },
    missed: {
      states: leaves.map(({ path }) => path).filter((path) => !reached.has(path)),
      branches: ways.filter((way) => !possible.has(way)).map(nameOf),
    },
    complete,
  };
}

/** The shortest way from a place to a move of that kind, this move included. */
function nearest(
  moves: ReadonlyMap<Place, readonly Move[]>,
  from: Place,
  wanted: (move: Move) => boolean,
  most = Infinity,
): Move[] | undefined {
  const cameBy = new Map<Place, Move | undefined>([[from, undefined]]);
  let edge: Place[] = [from];
  for (let length = 1; edge.length > 0 && length <= most; length++) {
    const next: Place[] = [];
    for (const move of edge.flatMap((place) => moves.get(place) ?? [])) {
      if (wanted(move)) {
        const leg = [move];
        for (let by = cameBy.get(move.from); by; by = cameBy.get(by.from)) leg.unshift(by);
        return leg;
      }
      if (cameBy.has(move.to)) continue;
      cameBy.set(move.to, move);
      next.push(move.to);
    }
    edge = next;
  }
  return undefined;
}

function planned(service: CompiledService, path: readonly Move[]): PlannedPath {
  const end = path.at(-1)?.to;
  const [final] = end?.ended ? statesOf(end) : [];
  return {
    steps: path.map(({ from, action, to, ways }) => ({
      from: statesOf(from),
      action,
      conditions: [
        ...(action?.definition.guard ? [action.definition.guard] : []),
        ...ways.flatMap(({ guard }) => guard ?? []),
      ],
      otherwise: ways.some(({ guard, branch }) => guard === undefined && branch > 0),
      to: statesOf(to),
    })),
    outcome: final === undefined ? undefined : (service.states.get(final)?.outcome ?? final),
  };
}

function statesOf({ value }: Place): string[] {
  return value === undefined ? [] : activeStates(value);
}

function nameOf({ source, name, branch }: Way): string {
  return `${source}/${name}${branch > 0 ? ` (branch ${branch + 1})` : ''}`;
}
