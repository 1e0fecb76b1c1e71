import { builtInRoles, type Actor } from '../actor.ts';
import { accessUnmet } from '../application/access.ts';
import { mergedData, type Application } from '../application/application.ts';
import { heldByAnother } from '../application/decisions/desk.ts';
import { guardRefusal, offeredActions } from '../application/machine.ts';
import { stateOf, type CompiledAction, type CompiledService } from '../service/compile.ts';
import type { Guard } from '../service/guard.ts';
import type { Simulated } from './next-command.ts';

export type PossibleStep = { actor: Actor; action: CompiledAction };

/**
 * What each of the actors may do with a file in its state, in their order: the same as asking
 * `availableActions` for each, but whose work a state is, is found once for all files, and a guard is
 * asked once where it does not ask who acts. An action that waits for fields is possible: they are
 * drawn with it.
 */
export function possibleSteps({
  service,
  application,
  actors,
  state,
}: Pick<Simulated, 'service' | 'application' | 'actors' | 'state'>): PossibleStep[] {
  const steps =
    state === undefined
      ? allowed(application, actors, offeredActions(service, application))
      : allowedIn(service, application, actors, state);
  const isHeld = Object.keys(application.assignments).length > 0;
  const judged = new Map<CompiledAction, boolean>();
  return steps.filter(({ actor, action }) => {
    if (action.definition.sets.length > 0) return true;
    if (isHeld && heldByAnother(service, application, action.source, actor)) return false;
    const known = judged.get(action);
    if (known !== undefined) return known;
    const data = mergedData(application, action.definition.set);
    const open = guardRefusal(action, { ...application, data }, actor) === undefined;
    if (!asksWhoActs(action)) judged.set(action, open);
    return open;
  });
}

/** How likely an action is beside others: most files go on, few applicants give up, few ask for time. */
export function weightOf(service: CompiledService, action: CompiledAction): number {
  const known = weights.get(action);
  if (known !== undefined) return known;
  const { roles, comment, extends: extension } = action.definition;
  const failing = failsIt(service, action);
  const people = roles.filter((role) => role !== builtInRoles.system);
  const withdraws = failing && people.join('') === builtInRoles.applicant;
  const rare = withdraws || extension ? 0.02 : 1;
  const weight = (failing ? 0.05 : 1) * rare * (comment === 'required' ? 0.3 : 1);
  weights.set(action, weight);
  return weight;
}

const weights = new WeakMap<CompiledAction, number>();

/** Whether the action ends the application without success, as withdrawing and refusing do. */
function failsIt(service: CompiledService, { definition }: CompiledAction): boolean {
  const targets = definition.branches ?? [{ target: definition.target }];
  return targets.some(({ target = '' }) => {
    const state = service.states.get(target.replace('#', ''));
    return state?.type === 'final' && state.outcome !== 'granted';
  });
}

type Place = Pick<Application, 'office' | 'applicant'>;

function allowed(
  place: Place,
  actors: readonly Actor[],
  actions: readonly CompiledAction[],
): PossibleStep[] {
  return actors.flatMap((actor) =>
    actions
      .filter(({ definition, unit }) => !accessUnmet(place, actor, definition.roles, unit))
      .map((action) => ({ actor, action })),
  );
}

/** What is allowed in each state to these actors on one applicant's files in one office. */
type Allowed = {
  service: CompiledService;
  office: string;
  applicant: string;
  in: Map<string, PossibleStep[]>;
};
const allowedTo = new WeakMap<readonly Actor[], Allowed>();

function allowedIn(
  service: CompiledService,
  application: Application,
  actors: readonly Actor[],
  state: string,
): PossibleStep[] {
  const { office, applicant } = application;
  let known = allowedTo.get(actors);
  if (known?.service !== service || known.office !== office || known.applicant !== applicant.id) {
    known = { service, office, applicant: applicant.id, in: new Map() };
    allowedTo.set(actors, known);
  }
  const there = known.in.get(state);
  if (there) return there;
  // In the order in which they are offered: the nearest first.
  const actions = stateOf(service, state).actions.toSorted(
    (a, b) => b.source.length - a.source.length,
  );
  const steps = allowed(application, actors, actions);
  known.in.set(state, steps);
  return steps;
}

const askingWho = new WeakMap<CompiledAction, boolean>();

function asksWhoActs(action: CompiledAction): boolean {
  const known = askingWho.get(action);
  if (known !== undefined) return known;
  const { guard, branches = [] } = action.definition;
  const asks = [guard, ...branches.map((branch) => branch.guard)].some(
    (one) => one !== undefined && asksWho(one),
  );
  askingWho.set(action, asks);
  return asks;
}

function asksWho(guard: Guard): boolean {
  if ('all' in guard) return guard.all.some(asksWho);
  if ('any' in guard) return guard.any.some(asksWho);
  if ('not' in guard) return asksWho(guard.not);
  return guard.name === 'not-the-same-officer';
}
