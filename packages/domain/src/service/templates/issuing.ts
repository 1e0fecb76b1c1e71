/** A workflow as it is written: its shape is judged later. */
type Written = Record<string, unknown>;
type Move = { target?: unknown; issues?: unknown };

const collection = 'ready-for-collection';

/**
 * A template's workflow, adjusted, in which the steps that grant give out what the service produces:
 * those that lead to the collection desk, or where there is none, to an end with the outcome
 * `granted`; also those that can be taken everywhere, as a deemed approval. Where nobody's step leads to
 * the collection desk, as after several units have spoken, who hands over issues. A move that names
 * what it issues, and parts of wrong shape, stay as they are.
 *
 * @param outputs names of the outputs that are issued nowhere else
 */
export function issuing(workflow: unknown, outputs: readonly string[]): unknown {
  if (!isMap(workflow) || !isMap(workflow['states']) || outputs.length === 0) return workflow;
  const states = workflow['states'];
  const collected = collection in states ? reachedFrom(collection, states) : new Set<string>();
  const before = withIssues(states, outputs, (name) => !collected.has(name));
  const issued = issuedIn(before).length > issuedIn(states).length;
  const { on } = workflow;
  return {
    ...workflow,
    ...(isMap(on) ? { on: eachValue(on, issuingAction(states, outputs)) } : {}),
    states: issued ? before : withIssues(states, outputs, () => true),
  };
}

/** The states, with the outputs issued by the granting moves of those that issue. */
function withIssues(
  states: Written,
  outputs: readonly string[],
  issues: (state: string) => boolean,
): Written {
  const action = issuingAction(states, outputs);
  const adjusted = Object.entries(states).map(([name, state]) => {
    if (!isMap(state) || !isMap(state['on']) || !issues(name)) return [name, state];
    return [name, { ...state, on: eachValue(state['on'], action) }];
  });
  return Object.fromEntries(adjusted);
}

/** An action as it is written, whose granting moves issue the outputs. */
function issuingAction(states: Written, outputs: readonly string[]) {
  const grants = (move: Move) =>
    move.issues === undefined &&
    typeof move.target === 'string' &&
    (topLevel(move.target) === collection || isGranted(states[topLevel(move.target)]));
  const granting = (move: unknown): unknown =>
    isMap(move) && grants(move) ? { ...move, issues: [...outputs] } : move;
  return (written: unknown): unknown => {
    if (!isMap(written) || !Array.isArray(written['branches'])) return granting(written);
    return written['issues'] === undefined
      ? { ...written, branches: written['branches'].map(granting) }
      : written;
  };
}

/**
 * The outputs that some part of a workflow issues: a letter of refusal is not given out with a permit.
 * What the engine alone does when a time is over is beside the flow, and does not count.
 */
export function issuedIn(part: unknown): unknown[] {
  if (Array.isArray(part)) return part.flatMap(issuedIn);
  if (!isMap(part) || isTheEngines(part['roles'])) return [];
  const { issues, ...rest } = part;
  return [...(Array.isArray(issues) ? issues : []), ...Object.values(rest).flatMap(issuedIn)];
}

/** A state of the top level and all those that its steps lead to. */
function reachedFrom(name: string, states: Written): Set<string> {
  const reached = new Set([name]);
  // A set gives what is added to it meanwhile, too.
  for (const at of reached) {
    const state = states[at];
    for (const action of Object.values(isMap(state) && isMap(state['on']) ? state['on'] : {})) {
      const branches: unknown[] =
        isMap(action) && Array.isArray(action['branches']) ? action['branches'] : [];
      for (const move of [action, ...branches]) {
        if (isMap(move) && typeof move['target'] === 'string') reached.add(move['target']);
      }
    }
  }
  return reached;
}

/** The name of a state of the top level, which may be named from the root, too. */
function topLevel(target: string): string {
  return target.replace('#', '');
}

function isGranted(state: unknown): boolean {
  return isMap(state) && state['type'] === 'final' && state['outcome'] === 'granted';
}

function isTheEngines(roles: unknown): boolean {
  return Array.isArray(roles) && roles.length > 0 && roles.every((role) => role === 'system');
}

function eachValue(map: Written, change: (value: unknown) => unknown): Written {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

export function isMap(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
