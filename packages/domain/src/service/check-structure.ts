import { unknown, type Report } from './problem.ts';
import { keyOf, targetsOf, type StateNode, type StateTree } from './state-tree.ts';
import type { WorkflowDefinition } from './workflow.ts';

/** States may lie this deep in one another; a path of that many names still fits an event. */
const deepest = 6;

/** Each state by itself, and the names of actions among the states that are active together. */
export function checkStructure(workflow: WorkflowDefinition, tree: StateTree, report: Report) {
  const top = tree.top.map(keyOf);
  if (!top.includes(workflow.initial)) {
    report.error(['workflow', 'initial'], unknown('state', workflow.initial, top));
  }
  for (const node of tree.nodes) {
    checkInner(node, report);
    checkEnd(node, report);
    for (const action of Object.keys(node.definition.on ?? {})) {
      const above = definedAbove(node, action, workflow);
      if (above) {
        const at = [...node.at, 'on', action];
        report.error(at, `is also defined ${above}; give one of them another name`);
      }
    }
    if (node.type === 'parallel') checkRegionActions(node, report);
    for (const [kind, target] of movesOf(node))
      checkRegionCrossing(node, target, kind, tree, report);
  }
}

function checkInner({ definition, type, at, ancestors, children }: StateNode, report: Report) {
  const inner = children.map(keyOf);
  if (ancestors.length >= deepest) {
    report.error(at, `lies more than ${deepest} states deep; name it from a state further up`);
  }
  if ((type === 'atomic' || type === 'final') && definition.states) {
    report.error([...at, 'states'], `a state of type ${type} has no inner states`);
  }
  if ((type === 'compound' || type === 'parallel') && inner.length === 0) {
    report.error([...at, 'type'], `a ${type} state needs inner states`);
  }
  if (type === 'compound' && inner.length > 0) {
    if (definition.initial === undefined) {
      report.error([...at, 'initial'], `is missing; name one of ${inner.join(', ')}`);
    } else if (!inner.includes(definition.initial)) {
      report.error([...at, 'initial'], unknown('inner state', definition.initial, inner));
    }
  }
  if (type !== 'compound' && definition.initial !== undefined) {
    const why = type === 'parallel' ? 'all regions of a parallel state are entered' : 'it has none';
    report.error([...at, 'initial'], `names an inner state, but ${why}; leave it out`);
  }
  if (definition.onDone && type !== 'compound' && type !== 'parallel') {
    report.error([...at, 'onDone'], 'only a state with inner states can be done');
  }
}

function checkEnd({ definition, type, at, ancestors }: StateNode, report: Report) {
  if (type === 'final') {
    for (const key of ['on', 'always'] as const) {
      if (definition[key]) report.error([...at, key], 'nothing follows a final state');
    }
  }
  if (definition.outcome !== undefined && (type !== 'final' || ancestors.length > 0)) {
    report.error(
      [...at, 'outcome'],
      'only a final state that lies in no other state ends an application and has an outcome',
    );
  }
}

function definedAbove(node: StateNode, action: string, workflow: WorkflowDefinition) {
  const above = node.ancestors.find(
    ({ definition }) => definition.on && Object.hasOwn(definition.on, action),
  );
  if (above) return `in "${above.path}"`;
  return workflow.on && Object.hasOwn(workflow.on, action) ? 'for the whole workflow' : undefined;
}

/** Two regions of a parallel state are active at once: an action's name must say which is meant. */
function checkRegionActions(parallel: StateNode, report: Report) {
  const seen = new Map<string, StateNode>();
  for (const region of parallel.children) {
    for (const node of [region, ...descendants(region)]) {
      for (const action of Object.keys(node.definition.on ?? {})) {
        const other = seen.get(action);
        if (other && other !== region) {
          report.error(
            [...node.at, 'on', action],
            `is also an action of the parallel region "${keyOf(other)}"; name it after its region`,
          );
        }
        seen.set(action, region);
      }
    }
  }
}

/** Such a move would leave the parallel state and begin every region anew. */
function checkRegionCrossing(
  from: StateNode,
  target: string,
  at: DocumentPathSuffix,
  tree: StateTree,
  report: Report,
) {
  const to = tree.resolve(target, from);
  if (!to || to === from) return;
  const parallel = from.ancestors.find(
    (ancestor) => ancestor.type === 'parallel' && to.ancestors.includes(ancestor),
  );
  if (!parallel) return;
  const regionOf = (node: StateNode) =>
    parallel.children.find((region) => region === node || node.ancestors.includes(region));
  if (regionOf(from) !== regionOf(to)) {
    report.error(
      [...from.at, ...at],
      `leads into another region of "${parallel.path}", which would begin every region anew; ` +
        'let each region come to its own end and decide in `onDone`',
    );
  }
}

type DocumentPathSuffix = (string | number)[];

function movesOf({ definition }: StateNode): [DocumentPathSuffix, string][] {
  const actions = Object.entries(definition.on ?? {}).flatMap(([name, action]) =>
    targetsOf(action).map((to): [DocumentPathSuffix, string] => [['on', name], to]),
  );
  const automatic = (['always', 'onDone'] as const).flatMap((kind) =>
    (definition[kind] ?? []).map(({ target }, index): [DocumentPathSuffix, string] => [
      [kind, index, 'target'],
      target,
    ]),
  );
  return [...actions, ...automatic];
}

function descendants(node: StateNode): StateNode[] {
  return node.children.flatMap((child) => [child, ...descendants(child)]);
}
