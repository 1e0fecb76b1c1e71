import { kebabCase } from './digit-names.ts';
import type { ImportReport } from './digit-report.ts';
import type { DigitAction, DigitService, DigitState } from './digit-service.ts';

export type Move = { action: string; roles: string[]; target: DigitState; line: number };

/** The states of a service that an application can come to, with where their actions lead. */
export type DigitGraph = {
  start: DigitState;
  /** In the order of the file; the start among them. */
  states: DigitState[];
  moves: ReadonlyMap<DigitState, Move[]>;
};

/** @throws NotImportableError when it cannot be told where the workflow begins, leads or ends */
export function digitGraph(service: DigitService, report: ImportReport): DigitGraph {
  const states = withoutDoubles(service.states, report);
  const find = stateFinder(states, report);
  const moves = new Map(states.map((state) => [state, movesOf(state, find, report)] as const));
  const start = startOf(states, moves, report);
  if (!start) return { start: impossible(report), states, moves };
  if (!moves.has(start)) {
    states.unshift(start);
    moves.set(start, movesOf(start, find, report));
  }
  const reached = reachedFrom(start, moves);
  for (const state of states) {
    if (reached.has(state)) continue;
    const time = state.sla === null ? '' : `, its time of ${state.sla} ms`;
    const actions = state.actions.map(described).join(', ');
    const what = `The state ${nameOf(state)}${time}${actions ? ` with its actions ${actions}` : ''}`;
    report.notCarried.add(`${what}: nothing leads to it`, state.line);
  }
  const graph = { start, states: states.filter((state) => reached.has(state)), moves };
  checkEnds(graph, report);
  return graph;
}

export function nameOf({ state }: DigitState): string {
  return state ?? 'the unnamed start';
}

/** `APPROVE (CLERK, HEAD)`, so that nothing of what is left out is lost. */
export function described({ action, roles }: { action: string; roles: readonly string[] }): string {
  return roles.length > 0 ? `${action} (${roles.join(', ')})` : action;
}

/** An end is marked as one and nothing leads on, or it has no actions at all. */
export function isEnd(state: DigitState, moves: readonly Move[]): boolean {
  return state.isTerminateState
    ? moves.every(({ target }) => target === state)
    : moves.length === 0;
}

function impossible(report: ImportReport): never {
  report.stopAtFaults();
  throw new Error('unreachable: without a start there is a fault');
}

/** A state given twice is one of all its actions. */
function withoutDoubles(all: readonly DigitState[], report: ImportReport): DigitState[] {
  const kept = new Map<string | null, DigitState>();
  for (const state of all) {
    const first = kept.get(state.state);
    if (!first) {
      kept.set(state.state, { ...state });
      continue;
    }
    const what =
      state.state === null
        ? 'Two states are without a name'
        : `Two states are named ${state.state}`;
    report.decided.add(`${what}: they are one, with the actions of both`, first.line, state.line);
    if (first.sla !== null && state.sla !== null && first.sla !== state.sla) {
      const left = `The time of ${state.sla} ms of ${nameOf(state)}: the first has ${first.sla} ms`;
      report.notCarried.add(left, state.line);
    }
    first.uuids = [...first.uuids, ...state.uuids];
    first.sla ??= state.sla;
    first.applicationStatus ??= state.applicationStatus;
    first.tenantId ??= state.tenantId;
    first.isStartState ||= state.isStartState;
    first.isTerminateState ||= state.isTerminateState;
    first.docUploadRequired ||= state.docUploadRequired;
    first.isStateUpdatable ||= state.isStateUpdatable;
    first.actions = [...first.actions, ...state.actions];
  }
  return [...kept.values()];
}

type Find = (reference: string | null, line?: number) => DigitState | undefined;

/** Finds the state that an action names: by name, by id, or by a name that is written otherwise. */
function stateFinder(states: readonly DigitState[], report: ImportReport): Find {
  const byName = new Map(states.map((state) => [state.state, state]));
  const byId = new Map(
    states.flatMap((state) => state.uuids.map((uuid) => [uuid, state] as const)),
  );
  const bySpelling = Map.groupBy(states, ({ state }) => kebabCase(state ?? '').replaceAll('-', ''));
  return (reference, line) => {
    const exact = byName.get(reference) ?? (reference ? byId.get(reference) : undefined);
    if (exact || !reference) return exact;
    const spelling = kebabCase(reference).replaceAll('-', '');
    const [alike, ...others] = spelling ? (bySpelling.get(spelling) ?? []) : [];
    if (!alike || others.length > 0) return undefined;
    if (line !== undefined) {
      report.decided.add(
        `"${reference}" is taken for the state ${nameOf(alike)}, which is written otherwise`,
        line,
      );
    }
    return alike;
  };
}

/** DIGIT's start is the state without a name: it stands for the time before the application exists. */
function startOf(
  states: readonly DigitState[],
  moves: ReadonlyMap<DigitState, Move[]>,
  report: ImportReport,
): DigitState | undefined {
  const unnamed = states.find(({ state }) => state === null);
  const flagged = states.filter(({ isStartState }) => isStartState);
  if (unnamed && !unnamed.isStartState) {
    const why =
      'The state without a name is not marked as the start; it is taken for it all the same';
    report.decided.add(why, unnamed.line);
  }
  const reaching = flagged.find((state) =>
    flagged.every((other) => reachedFrom(state, moves).has(other)),
  );
  const start = unnamed ?? reaching ?? flagged[0] ?? onlyBeginning(states, moves, report);
  if (!start) return undefined;
  const others = flagged.filter((state) => state !== start);
  if (!unnamed && !reaching && others.length > 0) return choiceOf(flagged, moves, report);
  if (others.length > 0) {
    const [is, names] = [others.length === 1 ? 'is' : 'are', others.map(nameOf).join(' and ')];
    report.decided.add(
      `${names} ${is} marked as start too; ${nameOf(start)} is taken for it`,
      ...others.map(({ line }) => line),
    );
  }
  return start;
}

function onlyBeginning(
  states: readonly DigitState[],
  moves: ReadonlyMap<DigitState, Move[]>,
  report: ImportReport,
): DigitState | undefined {
  const targets = new Set(
    [...moves].flatMap(([from, those]) =>
      those.flatMap(({ target }) => (target === from ? [] : [target])),
    ),
  );
  const beginnings = states.filter((state) => !targets.has(state) && state.actions.length > 0);
  const [start] = beginnings;
  if (start && beginnings.length === 1) {
    report.decided.add(
      `No state is marked as the start; ${nameOf(start)} is taken for it, as nothing leads to it`,
      start.line,
    );
    return start;
  }
  const [first] = states;
  if (first) {
    const names = states.map(nameOf).join(', ');
    report.fault(
      first.line,
      `no state is marked as the start; set isStartState on one of ${names}`,
    );
  }
  return undefined;
}

/** Starts that do not lead to one another: a state before them lets people choose. */
function choiceOf(
  starts: readonly DigitState[],
  moves: ReadonlyMap<DigitState, Move[]>,
  report: ImportReport,
): DigitState {
  report.decided.add(
    `${starts.map(nameOf).join(' and ')} are all marked as start and do not all follow one of them: ` +
      'a state before them lets people choose',
    ...starts.map(({ line }) => line),
  );
  const actions = starts.map((state): DigitAction => {
    const roles = [...new Set((moves.get(state) ?? []).flatMap((move) => move.roles))];
    const action = `BEGIN_${nameOf(state)}`;
    return {
      action,
      nextState: state.state,
      roles,
      tenantId: null,
      currentState: null,
      line: state.line,
    };
  });
  return {
    state: null,
    uuids: [],
    tenantId: null,
    applicationStatus: null,
    sla: null,
    isStartState: true,
    isTerminateState: false,
    docUploadRequired: false,
    isStateUpdatable: false,
    actions: actions.filter(({ roles }) => roles.length > 0),
    line: starts[0]?.line ?? 1,
  };
}

function movesOf(state: DigitState, find: Find, report: ImportReport): Move[] {
  const moves = state.actions.flatMap((action): Move[] => {
    const { action: name, roles, nextState, line } = action;
    const what = `the action ${name} of the state ${nameOf(state)}`;
    checkCurrentState(state, action, find, report);
    const target = find(nextState, line);
    if (!target) {
      report.fault(
        line,
        `${what} leads to ${nextState ?? 'nowhere'}, which is no state; correct its nextState`,
      );
    }
    if (roles.length === 0) {
      report.fault(line, `${what} names no roles, so nobody could take it; name some`);
    }
    return target ? [{ action: name, roles, target, line }] : [];
  });
  return merged(moves, state, report);
}

/** DIGIT itself goes by where an action is listed and writes `currentState` over. */
function checkCurrentState(
  state: DigitState,
  { action, currentState, line }: DigitAction,
  find: Find,
  report: ImportReport,
) {
  if (currentState === null || find(currentState) === state) return;
  report.decided.add(
    `The action ${action} is listed under ${nameOf(state)} but says it belongs to ${currentState}: ` +
      'it stays where it is listed',
    line,
  );
}

/** An action listed twice for the same target is one action of both lists' roles. */
function merged(moves: readonly Move[], state: DigitState, report: ImportReport): Move[] {
  const result: Move[] = [];
  for (const move of moves) {
    const same = result.find(
      ({ action, target }) => action === move.action && target === move.target,
    );
    if (same) {
      same.roles = [...new Set([...same.roles, ...move.roles])];
      report.decided.add(
        `The action ${move.action} of ${nameOf(state)} is listed twice for the same target: it is one action`,
        same.line,
        move.line,
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

/** Every state must have a way to an end, or files would lie there for ever. */
function checkEnds({ states, moves }: DigitGraph, report: ImportReport): void {
  const ending = new Set(states.filter((state) => isEnd(state, moves.get(state) ?? [])));
  if (ending.size === 0) {
    report.fault(
      states[0]?.line ?? 1,
      'no state ends it; mark one that has no actions leading on with isTerminateState',
    );
    return;
  }
  for (let before = -1; before !== ending.size;) {
    before = ending.size;
    for (const state of states) {
      if ((moves.get(state) ?? []).some(({ target }) => ending.has(target))) ending.add(state);
    }
  }
  for (const state of states) {
    if (ending.has(state)) continue;
    const message = `from ${nameOf(state)} no way leads to an end; give it an action that leads on, or mark an end`;
    report.fault(state.line, message);
  }
}
