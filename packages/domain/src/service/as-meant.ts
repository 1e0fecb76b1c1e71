import { nearest } from './suggestion.ts';
import { keyOf, StateTree, type StateNode } from './state-tree.ts';
import type { WorkflowDefinition } from './workflow.ts';

/**
 * The workflow in which every name of a state that is none is read as the one that was probably meant,
 * so that where moves lead can be judged beside such a slip.
 *
 * @returns undefined where nothing tells what was meant
 */
export function asMeant(workflow: WorkflowDefinition): WorkflowDefinition | undefined {
  const meant = structuredClone(workflow);
  const tree = new StateTree(meant);
  let isClear = true;
  const correct = (move: { target?: string | undefined }, from: StateNode | undefined) => {
    const { target } = move;
    if (target === undefined || tree.resolve(target, from)) return;
    const corrected = stateMeant(target, from, tree);
    if (corrected === undefined) isClear = false;
    else move.target = corrected;
  };
  const initialOf = (initial: string | undefined, inner: readonly string[]) => {
    if (initial !== undefined && inner.includes(initial)) return initial;
    // Without one, the first is as good as any: nothing else is said of it.
    const chosen = initial === undefined ? inner[0] : nearest(initial, inner);
    if (chosen === undefined) isClear = false;
    return chosen;
  };
  const correctAll = (on: WorkflowDefinition['on'], from: StateNode | undefined) => {
    for (const action of Object.values(on ?? {})) {
      for (const move of [action, ...(action.branches ?? [])]) correct(move, from);
    }
  };

  meant.initial = initialOf(meant.initial, tree.top.map(keyOf)) ?? meant.initial;
  correctAll(meant.on, undefined);
  for (const node of tree.nodes) {
    const { definition, type, children } = node;
    correctAll(definition.on, node);
    for (const move of [...(definition.always ?? []), ...(definition.onDone ?? [])]) {
      correct(move, node);
    }
    if (type !== 'compound' || children.length === 0) continue;
    definition.initial = initialOf(definition.initial, children.map(keyOf));
  }
  return isClear ? meant : undefined;
}

function stateMeant(target: string, from: StateNode | undefined, tree: StateTree) {
  if (target.startsWith('#')) {
    return nearest(
      target,
      tree.paths.map((path) => `#${path}`),
    );
  }
  if (tree.at(target)) return `#${target}`;
  return nearest(target, (from?.ancestors[0]?.children ?? tree.top).map(keyOf));
}
