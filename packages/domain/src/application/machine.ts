import { createActor, getInitialSnapshot, type AnyActorScope, type AnyStateMachine } from 'xstate';
import type { Actor } from '../actor.ts';
import type {
  CompiledAction,
  CompiledService,
  MachineContext,
  TransitionMeta,
} from '../service/compile.ts';
import { stateOf } from '../service/compile.ts';
import { accessUnmet } from './access.ts';
import { activeStates, type Application } from './application.ts';
import type { StateValue } from './events.ts';
import { isRefused, refused, type Refusal, type Refused } from './refusal.ts';

/** Where XState settles, and the outcome if that ends the application. */
export type Settled = { value: StateValue; outcome?: string };

/** The state an application begins in; routing states are passed through. */
export function initialState(service: CompiledService, application: Application): Settled {
  const context: MachineContext = { application };
  return settled(service, getInitialSnapshot(service.machine, context));
}

/**
 * Asks the workflow whether the actor may take the action now, where it leads, and which outputs
 * are issued with it. `application` holds the step's own data already, so that guards judge what
 * would be true after it.
 *
 * XState answers an unknown event, a refused guard and an event after the end with the same
 * snapshot; so it is asked first, and a no is explained here.
 */
export function step(
  service: CompiledService,
  application: Application,
  action: string,
  actor: Actor,
): (Settled & { issues: string[] }) | Refused {
  const context: MachineContext = { application };
  const snapshot = service.machine.resolveState({ value: application.value, context });
  const event = { type: action, actor };
  // Not `snapshot.can`, which says no to an action that leads nowhere.
  const taken = service.machine.getTransitionData(snapshot, event);
  if (taken.length === 0) return explain(service, application, action, actor);
  const issues = taken.flatMap(({ meta }) => (meta as TransitionMeta | undefined)?.issues ?? []);
  const next = service.machine.transition(snapshot, event, scopeOf(service.machine));
  return { ...settled(service, next), issues };
}

/**
 * Where an application comes to rest that is put into `value` from outside: inner states that `value`
 * leaves open are entered at their initial, and what follows by itself is followed.
 *
 * @param value states that exist, as `resolveState` takes them
 */
export function settledAt(
  service: CompiledService,
  application: Application,
  value: StateValue,
): Settled {
  const { machine } = service;
  const ask = (snapshot: ReturnType<typeof machine.resolveState>, type: string) =>
    machine.transition(snapshot, { type }, scopeOf(machine));
  const context: MachineContext = { application };
  // XState follows eventless transitions after any event, also one that nothing listens to.
  let snapshot = ask(machine.resolveState({ value, context }), 'satu-atap.settle');
  // It raises "done" when a move enters a final state; here no move did.
  for (let rounds = 0; rounds < 100 && snapshot.status === 'active'; rounds += 1) {
    const before = JSON.stringify(snapshot.value);
    for (const path of finished(service, snapshot.value as StateValue)) {
      snapshot = ask(snapshot, `xstate.done.state.${machine.id}.${path}`);
      if (JSON.stringify(snapshot.value) !== before) break;
    }
    if (JSON.stringify(snapshot.value) === before) break;
  }
  return settled(service, snapshot);
}

/** Paths of the active states whose inner states have all come to their end, the innermost first. */
function finished(service: CompiledService, value: StateValue, parent = ''): string[] {
  if (typeof value === 'string') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = parent === '' ? key : `${parent}.${key}`;
    const deeper = finished(service, inner, path);
    return isFinished(service, path, inner) ? [...deeper, path] : deeper;
  });
}

/** Whether the state `path`, whose inner states are at `inner`, has come to its end. */
export function isFinished(service: CompiledService, path: string, inner: StateValue): boolean {
  const { type } = stateOf(service, path);
  if (type === 'final') return true;
  if (typeof inner === 'string') return stateOf(service, `${path}.${inner}`).type === 'final';
  if (type !== 'parallel') return false;
  return Object.entries(inner).every(([region, value]) =>
    isFinished(service, `${path}.${region}`, value),
  );
}

/** The action as the current state offers it, or why it does not. */
export function offeredAction(
  service: CompiledService,
  application: Application,
  action: string,
): CompiledAction | Refused {
  if (application.ended) {
    return refused({ type: 'application-ended', outcome: application.ended.outcome });
  }
  if (!service.actionNames.has(action)) {
    return refused({ type: 'unknown-action', action, known: [...service.actionNames] });
  }
  const offered = offeredActions(service, application);
  return (
    offered.find(({ name }) => name === action) ??
    refused({
      type: 'action-not-available',
      action,
      state: activeStates(application.value),
      available: offered.map(({ name }) => name),
    })
  );
}

/** Every action that the active states define, whoever may take it. */
export function offeredActions(
  service: CompiledService,
  application: Pick<Application, 'value' | 'ended'>,
): readonly CompiledAction[] {
  const { value, ended } = application;
  if (ended) return [];
  if (typeof value !== 'string') return offeredIn(service, activeStates(value));
  // Asked several times for each command; a service has few single states, but many mixtures of them.
  const known = offeredInState.get(service) ?? new Map<string, readonly CompiledAction[]>();
  offeredInState.set(service, known);
  const offered = known.get(value) ?? offeredIn(service, [value]);
  known.set(value, offered);
  return offered;
}

const offeredInState = new WeakMap<CompiledService, Map<string, readonly CompiledAction[]>>();

function offeredIn(service: CompiledService, active: readonly string[]): CompiledAction[] {
  const actions = active.flatMap((path) => stateOf(service, path).actions);
  // The nearest first: what moves the file on, then what is possible everywhere.
  return [...new Set(actions)].toSorted((a, b) => b.source.length - a.source.length);
}

function explain(
  service: CompiledService,
  application: Application,
  name: string,
  actor: Actor,
): Refused {
  const action = offeredAction(service, application, name);
  if (isRefused(action)) return action;
  const access = accessUnmet(application, actor, action.definition.roles, action.unit);
  if (access) return refused(access);
  const unmet = guardRefusal(action, application, actor);
  if (unmet) return refused(unmet);
  throw new Error(`service ${service.id}: the machine refuses "${name}" and no rule says why`);
}

/** What the action's guards say, or undefined when one of its branches is open. */
export function guardRefusal(
  { name, guard, branches }: CompiledAction,
  application: Application,
  actor: Actor,
): Refusal | undefined {
  const subject = { application, actor };
  let unmet = guard?.(subject);
  if (!unmet) {
    const closed = branches.map((branch) => branch.guard?.(subject));
    if (closed.includes(undefined)) return undefined;
    [unmet] = closed;
  }
  return unmet && { type: 'guard-not-met', action: name, unmet };
}

function settled(service: CompiledService, snapshot: { value: unknown; status: string }): Settled {
  const value = snapshot.value as StateValue;
  if (snapshot.status !== 'done') return { value };
  const outcome = activeStates(value).map((path) => stateOf(service, path).outcome ?? path)[0];
  return { value, outcome: outcome ?? 'ended' };
}

const scopes = new WeakMap<AnyStateMachine, AnyActorScope>();

/**
 * What the machine runs in: an actor that is never started. XState's own pure `transition` makes one
 * for each call, and that is most of its cost; our machines start nothing and keep nothing in it, so
 * one serves them all.
 */
export function scopeOf(machine: AnyStateMachine): AnyActorScope {
  const known = scopes.get(machine);
  if (known) return known;
  const self = createActor(machine);
  const nothing = () => undefined;
  const scope: AnyActorScope = {
    self,
    system: self.system,
    id: self.id,
    sessionId: self.sessionId,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  scopes.set(machine, scope);
  return scope;
}
