import { activeStates, type Application } from '../application/application.ts';
import type { StateValue } from '../application/events.ts';
import { offeredActions, settledAt } from '../application/machine.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';
import { guardProblems, missing, type GuardProblem, type MigrationNote } from './requirements.ts';
import { targetState, type PlaceProblem, type StateMapping } from './target-state.ts';

export type { MigrationNote } from './requirements.ts';
export type { StateMapping } from './target-state.ts';

/** Why a file cannot go on under another version until somebody decides something. */
export type MigrationProblem =
  | PlaceProblem
  | GuardProblem
  /** Moving files is no way to decide them. */
  | { type: 'would-end'; outcome: string }
  /** The new version offers nobody an action there. */
  | { type: 'nobody-could-act'; states: string[] };

/** Where a file goes, or why it cannot. */
export type MigrationPlan =
  | {
      value: StateValue;
      /** Active state before → the active state after that goes on with its work. */
      places: Record<string, string>;
      /** The entries of the mapping that it took. */
      mapping: Record<string, string>;
      notes: MigrationNote[];
    }
  | { problems: MigrationProblem[] };

/**
 * Plans how a running application goes on under a later version of its service. Pure: nothing
 * changes.
 *
 * @param from the version that it is pinned to
 * @param mapping for states that are not in the new version, or are to be left for another
 */
export function planMigration(
  from: CompiledService,
  to: CompiledService,
  application: Application,
  mapping: StateMapping,
): MigrationPlan {
  const target = targetState(from, to, application, mapping);
  const guards = guardProblems(from, to, application);
  if ('problems' in target) return { problems: [...target.problems, ...guards] };

  const pinned = { id: to.id, version: to.version, digest: to.digest };
  const moved = { ...application, service: pinned, value: target.value };
  const { value, outcome } = settledAt(to, moved, target.value);
  const problems: MigrationProblem[] = [...guards];
  if (outcome !== undefined) {
    problems.push({ type: 'would-end', outcome });
  } else if (offeredActions(to, { value }).length === 0) {
    problems.push({ type: 'nobody-could-act', states: activeStates(value) });
  }
  if (problems.length > 0) return { problems };
  return {
    value,
    places: placesOf(from, to, target.targets, value),
    mapping: target.applied,
    notes: missing(from, to, application),
  };
}

/** Where work goes on: the same unit's, in the one state that its place led to. */
function placesOf(
  from: CompiledService,
  to: CompiledService,
  targets: ReadonlyMap<string, string>,
  value: StateValue,
): Record<string, string> {
  const active = activeStates(value);
  const taken = new Set<string>();
  const places: Record<string, string> = {};
  for (const [state, target] of targets) {
    const within = active.filter((path) => path === target || path.startsWith(`${target}.`));
    const [place] = within;
    if (place === undefined || within.length > 1 || taken.has(place)) continue;
    if (stateOf(from, state).unit !== stateOf(to, place).unit) continue;
    taken.add(place);
    places[state] = place;
  }
  return places;
}
