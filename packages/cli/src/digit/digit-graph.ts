import type { ImportReport } from './digit-report.ts';
import type { DigitAction, DigitService, DigitState } from './digit-service.ts';

/** Why a service cannot be imported, for the person who has its file. */
export class NotImportableError extends Error {
  override readonly name = 'NotImportableError';
}

export type Move = { action: string; roles: string[]; target: DigitState };

/** The states of a service that an application can come to, with where their actions lead. */
export type DigitGraph = {
  start: DigitState;
  /** In the order of the file; the start among them. */
  states: DigitState[];
  moves: ReadonlyMap<DigitState, Move[]>;
};

/** @throws NotImportableError when it cannot be told where the workflow begins or leads */
export function digitGraph(service: DigitService, report: ImportReport): DigitGraph {
  const { decided, notCarried } = report;
  const find = stateFinder(service);
  const start = startOf(service, decided);
  const moves = new Map(
    service.states.map((state) => [state, movesOf(state, find, decided)] as const),
  );
  const reached = reachedFrom(start, moves);
  for (const state of service.states) {
    if (reached.has(state)) continue;
    const actions = state.actions.map(({ action }) => action).join(', ');
    notCarried.push(
      `The state ${nameOf(state)}${actions ? ` with its actions ${actions}` : ''}: nothing leads to it.`,
    );
  }
  return { start, states: service.states.filter((state) => reached.has(state)), moves };
}

export function nameOf({ state }: DigitState): string {
  return state ?? 'the unnamed start';
}

/** Finds the state that an action names, by name or by id. */
function stateFinder({
  states,
}: DigitService): (reference: string | null) => DigitState | undefined {
  const byName = new Map<string | null, DigitState>();
  for (const state of states) {
    if (byName.has(state.state)) {
      throw new NotImportableError(
        `two states are ${state.state === null ? 'without a name' : `named ${state.state}`}; ` +
          'keep one of them, or name them apart',
      );
    }
    byName.set(state.state, state);
  }
  const byId = new Map(states.flatMap((state) => (state.uuid ? [[state.uuid, state]] : [])));
  return (reference) => byName.get(reference) ?? (reference ? byId.get(reference) : undefined);
}

/** DIGIT's start is the state without a name: it stands for the time before the application exists. */
function startOf({ states }: DigitService, decided: string[]): DigitState {
  const flagged = states.filter(({ isStartState }) => isStartState);
  const unnamed = states.find(({ state }) => state === null);
  const start = unnamed ?? flagged[0];
  if (!start) {
    const names = states.map(nameOf).join(', ');
    throw new NotImportableError(
      `no state is marked as the start; set isStartState on one of ${names}`,
    );
  }
  if (unnamed && !unnamed.isStartState) {
    decided.push(
      'The state without a name is not marked as the start; it is taken for it all the same.',
    );
  }
  const others = flagged.filter((state) => state !== start).map(nameOf);
  if (others.length > 0) {
    decided.push(
      `${others.join(' and ')} ${others.length === 1 ? 'is' : 'are'} marked as start too; ` +
        `${nameOf(start)} is taken for it.`,
    );
  }
  return start;
}

function movesOf(
  state: DigitState,
  find: (reference: string | null) => DigitState | undefined,
  decided: string[],
): Move[] {
  return merged(
    state.actions.map((action) => {
      checkCurrentState(state, action, find, decided);
      const target = find(action.nextState);
      if (!target) {
        throw new NotImportableError(
          `the action ${action.action} of the state ${nameOf(state)} leads to ` +
            `${action.nextState ?? 'nowhere'}, which is no state; correct its nextState`,
        );
      }
      if (action.roles.length === 0) {
        throw new NotImportableError(
          `the action ${action.action} of the state ${nameOf(state)} names no roles, so nobody ` +
            'could take it; name some',
        );
      }
      return { action: action.action, roles: action.roles, target };
    }),
    state,
    decided,
  );
}

/** DIGIT itself goes by where an action is listed and writes `currentState` over. */
function checkCurrentState(
  state: DigitState,
  { action, currentState }: DigitAction,
  find: (reference: string | null) => DigitState | undefined,
  decided: string[],
) {
  if (currentState === null || find(currentState) === state) return;
  decided.push(
    `The action ${action} is listed under ${nameOf(state)} but says it belongs to ${currentState}: ` +
      'it stays where it is listed.',
  );
}

/** An action listed twice for the same target is one action of both lists' roles. */
function merged(moves: Move[], state: DigitState, decided: string[]): Move[] {
  const result: Move[] = [];
  for (const move of moves) {
    const same = result.find(
      ({ action, target }) => action === move.action && target === move.target,
    );
    if (same) {
      same.roles = [...new Set([...same.roles, ...move.roles])];
      decided.push(
        `The action ${move.action} of ${nameOf(state)} is listed twice for the same target: it is one action.`,
      );
    } else result.push({ ...move });
  }
  return result;
}

function reachedFrom(start: DigitState, moves: ReadonlyMap<DigitState, Move[]>): Set<DigitState> {
  const reached = new Set([start]);
  for (const state of reached) for (const { target } of moves.get(state) ?? []) reached.add(target);
  return reached;
}
