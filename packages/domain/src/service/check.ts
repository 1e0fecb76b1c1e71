import type { ServiceDefinition } from './definition.ts';
import { expressionCompiler } from './expression.ts';
import type { Guard } from './guard.ts';
import type { ActionDefinition, StateDefinition } from './workflow.ts';

/** Something wrong in a definition: where (a path into the document), what, and the way out. */
export type Problem = { path: (string | number)[]; message: string };

type Node = {
  path: string;
  at: (string | number)[];
  definition: StateDefinition;
  parent: Node | undefined;
};

/** Everything about a definition that its schema cannot say. An empty list means it may be published. */
export function checkDefinition(definition: ServiceDefinition): Problem[] {
  const problems: Problem[] = [];
  const report = (path: (string | number)[], message: string) => problems.push({ path, message });
  const { workflow } = definition;
  const nodes = new Map<string, Node>();
  const collect = (
    states: Record<string, StateDefinition>,
    at: (string | number)[],
    parent: Node | undefined,
  ) => {
    for (const [key, state] of Object.entries(states)) {
      const path = parent ? `${parent.path}.${key}` : key;
      const node = { path, at: [...at, key], definition: state, parent };
      nodes.set(path, node);
      if (state.states) collect(state.states, [...node.at, 'states'], node);
    }
  };
  collect(workflow.states, ['workflow', 'states'], undefined);

  if (!definition.id.startsWith(`${definition.unit}.`)) {
    report(
      ['id'],
      `begins with another unit than "${definition.unit}"; name it "${definition.unit}.…"`,
    );
  }
  if (!Object.hasOwn(workflow.states, workflow.initial)) {
    report(['workflow', 'initial'], unknownState(workflow.initial, Object.keys(workflow.states)));
  }

  const expressions = expressionCompiler(definition.form);
  const documents = Object.keys(definition.documents);
  const actions = new Set(Object.keys(workflow.on ?? {}));
  for (const { definition: state } of nodes.values()) {
    for (const action of Object.keys(state.on ?? {})) actions.add(action);
  }

  const checkGuard = (guard: Guard, at: (string | number)[], automatic: boolean): void => {
    if ('all' in guard || 'any' in guard) {
      const [kind, list] =
        'all' in guard ? (['all', guard.all] as const) : (['any', guard.any] as const);
      for (const [index, inner] of list.entries())
        checkGuard(inner, [...at, kind, index], automatic);
    } else if ('not' in guard) {
      checkGuard(guard.not, [...at, 'not'], automatic);
    } else if (guard.name === 'condition') {
      const expression = expressions(guard.expression);
      if ('problem' in expression) report([...at, 'expression'], expression.problem);
    } else if (guard.name === 'not-the-same-officer') {
      if (automatic) report(at, 'has no officer to compare: this move follows by itself');
      for (const [index, action] of guard.as.entries()) {
        if (!actions.has(action))
          report([...at, 'as', index], unknown('action', action, [...actions]));
      }
    } else if (guard.name !== 'fee-paid') {
      for (const [index, requirement] of (guard.documents ?? []).entries()) {
        if (!documents.includes(requirement)) {
          report([...at, 'documents', index], unknown('document', requirement, documents));
        }
      }
    }
  };
  const resolve = (target: string, from: Node): Node | undefined =>
    target.startsWith('#')
      ? nodes.get(target.slice(1))
      : nodes.get(from.parent ? `${from.parent.path}.${target}` : target);
  const checkTarget = (target: string, from: Node | undefined, at: (string | number)[]) => {
    const resolved = from ? resolve(target, from) : nodes.get(target.replace(/^#/, ''));
    if (!resolved)
      report(
        at,
        unknownState(
          target,
          [...nodes.keys()].map((path) => `#${path}`),
        ),
      );
  };
  const checkAction = (
    action: ActionDefinition,
    from: Node | undefined,
    at: (string | number)[],
  ) => {
    if (action.target !== undefined) checkTarget(action.target, from, [...at, 'target']);
    if (action.guard) checkGuard(action.guard, [...at, 'guard'], false);
    for (const [index, branch] of (action.branches ?? []).entries()) {
      const here = [...at, 'branches', index];
      if (branch.target !== undefined) checkTarget(branch.target, from, [...here, 'target']);
      if (branch.guard) checkGuard(branch.guard, [...here, 'guard'], false);
    }
    for (const [index, field] of action.sets.entries()) {
      if (!Object.hasOwn(definition.form, field)) {
        report([...at, 'sets', index], unknown('form field', field, Object.keys(definition.form)));
      }
    }
    for (const field of Object.keys(action.set)) {
      if (!Object.hasOwn(definition.form, field)) {
        report([...at, 'set', field], unknown('form field', field, Object.keys(definition.form)));
      }
    }
  };

  for (const [name, action] of Object.entries(workflow.on ?? {})) {
    checkAction(action, undefined, ['workflow', 'on', name]);
  }
  for (const node of nodes.values()) {
    checkState(node, report);
    for (const [name, action] of Object.entries(node.definition.on ?? {})) {
      checkAction(action, node, [...node.at, 'on', name]);
      const above = definedAbove(node, name, Object.keys(workflow.on ?? {}));
      if (above)
        report([...node.at, 'on', name], `is also defined ${above}; give one of them another name`);
    }
    for (const kind of ['always', 'onDone'] as const) {
      for (const [index, move] of (node.definition[kind] ?? []).entries()) {
        const at = [...node.at, kind, index];
        checkTarget(move.target, node, [...at, 'target']);
        if (move.guard) checkGuard(move.guard, [...at, 'guard'], true);
      }
    }
  }
  checkRegions(nodes, report);
  if (problems.length === 0) {
    checkRouting(nodes, resolve, report);
    checkReachable(definition, nodes, resolve, report);
  }
  return problems;
}

type Report = (path: (string | number)[], message: string) => void;

function checkState({ definition: state, at }: Node, report: Report): void {
  const inner = state.states ? Object.keys(state.states) : [];
  const type = state.type ?? (state.states ? 'compound' : 'atomic');
  if ((type === 'atomic' || type === 'final') && state.states) {
    report([...at, 'states'], `a state of type ${type} has no inner states`);
  }
  if ((type === 'compound' || type === 'parallel') && inner.length === 0) {
    report([...at, 'type'], `a ${type} state needs inner states`);
  }
  if (type === 'compound' && (state.initial === undefined || !inner.includes(state.initial))) {
    const message =
      state.initial === undefined
        ? `needs \`initial\`: one of ${inner.join(', ')}`
        : unknownState(state.initial, inner);
    report([...at, 'initial'], message);
  }
  if (type === 'final' && (state.on || state.always)) report(at, 'nothing follows a final state');
  if (state.outcome !== undefined && type !== 'final')
    report([...at, 'outcome'], 'only a final state has an outcome');
  if (state.onDone && type !== 'compound' && type !== 'parallel') {
    report([...at, 'onDone'], 'only a state with inner states can be done');
  }
}

function definedAbove(node: Node, action: string, everywhere: string[]): string | undefined {
  for (let above = node.parent; above; above = above.parent) {
    if (above.definition.on && Object.hasOwn(above.definition.on, action))
      return `in "${above.path}"`;
  }
  return everywhere.includes(action) ? 'for the whole workflow' : undefined;
}

/** Two regions of a parallel state are active at once: an action's name must say which is meant. */
function checkRegions(nodes: ReadonlyMap<string, Node>, report: Report): void {
  for (const parallel of nodes.values()) {
    if (parallel.definition.type !== 'parallel') continue;
    const seen = new Map<string, string>();
    for (const node of nodes.values()) {
      if (!node.path.startsWith(`${parallel.path}.`)) continue;
      const region = node.path.slice(parallel.path.length + 1).split('.')[0] ?? '';
      for (const action of Object.keys(node.definition.on ?? {})) {
        const other = seen.get(action);
        if (other !== undefined && other !== region) {
          report(
            [...node.at, 'on', action],
            `is also an action of the parallel region "${other}"; name it after its region`,
          );
        }
        seen.set(action, region);
      }
    }
  }
}

/** Routing states that lead to one another without end would never settle. */
function checkRouting(
  nodes: ReadonlyMap<string, Node>,
  resolve: (target: string, from: Node) => Node | undefined,
  report: Report,
): void {
  const visiting = new Set<Node>();
  const settled = new Set<Node>();
  const visit = (node: Node): void => {
    if (settled.has(node)) return;
    if (visiting.has(node)) {
      report([...node.at, 'always'], 'routes back to itself without anybody acting');
      return;
    }
    visiting.add(node);
    const moves = [...(node.definition.always ?? []), ...(node.definition.onDone ?? [])];
    for (const { target } of moves) {
      for (const entered of enteredWith(resolve(target, node), nodes)) visit(entered);
    }
    visiting.delete(node);
    settled.add(node);
  };
  for (const node of nodes.values()) if (node.definition.always) visit(node);
}

function checkReachable(
  definition: ServiceDefinition,
  nodes: ReadonlyMap<string, Node>,
  resolve: (target: string, from: Node) => Node | undefined,
  report: Report,
): void {
  const reached = new Set<Node>();
  const enter = (node: Node | undefined): void => {
    for (const entered of enteredWith(node, nodes)) {
      if (reached.has(entered)) continue;
      reached.add(entered);
      for (let above: Node | undefined = entered; above; above = above.parent) {
        reached.add(above);
        for (const target of targetsOf(above.definition)) enter(resolve(target, above));
      }
    }
  };
  enter(nodes.get(definition.workflow.initial));
  for (const action of Object.values(definition.workflow.on ?? {})) {
    for (const target of actionTargets(action)) enter(nodes.get(target.replace(/^#/, '')));
  }
  for (const node of nodes.values()) {
    if (!reached.has(node)) report(node.at, 'cannot be reached: no action leads to it');
  }
  const end = [...nodes.values()].some(
    (node) => !node.parent && node.definition.type === 'final' && reached.has(node),
  );
  if (!end)
    report(['workflow', 'states'], 'no final state can be reached: an application would never end');
}

/** A state and the inner states that are entered with it. */
function enteredWith(node: Node | undefined, nodes: ReadonlyMap<string, Node>): Node[] {
  if (!node) return [];
  const { type, states, initial } = node.definition;
  const keys =
    type === 'parallel' ? Object.keys(states ?? {}) : initial === undefined ? [] : [initial];
  return [node, ...keys.flatMap((key) => enteredWith(nodes.get(`${node.path}.${key}`), nodes))];
}

function targetsOf(state: StateDefinition): string[] {
  return [
    ...Object.values(state.on ?? {}).flatMap(actionTargets),
    ...(state.always ?? []).map(({ target }) => target),
    ...(state.onDone ?? []).map(({ target }) => target),
  ];
}

function actionTargets({ target, branches }: ActionDefinition): string[] {
  return [target, ...(branches ?? []).map((branch) => branch.target)].filter(
    (to) => to !== undefined,
  );
}

function unknownState(target: string, known: string[]): string {
  return unknown('state', target, known);
}

function unknown(kind: string, given: string, known: string[]): string {
  const list = known.length === 0 ? 'there are none' : `known: ${known.slice(0, 20).join(', ')}`;
  return `"${given}" is no ${kind} (${list})`;
}
