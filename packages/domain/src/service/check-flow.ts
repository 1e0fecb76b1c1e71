import type { Report } from './problem.ts';
import { clockOf, targetsOf, type StateNode, type StateTree } from './state-tree.ts';
import type { WorkflowDefinition } from './workflow.ts';

/**
 * Where files can go: every state is reached, every file that got there can end, and nothing moves
 * for ever without anybody acting. Guards are taken as something that may or may not hold.
 */
export function checkFlow(workflow: WorkflowDefinition, tree: StateTree, report: Report) {
  const flow = new Flow(workflow, tree);
  const reached = flow.reached();
  checkBeginning(flow, workflow, tree, report);
  for (const node of tree.nodes) {
    checkRouting(node, report);
    if (!reached.has(node)) {
      report.error(node.at, 'cannot be reached: nothing leads to it');
    } else if (node.definition.onDone && !flow.canBeDone(node, reached)) {
      const missing =
        node.type === 'parallel'
          ? 'not every region comes to a final state'
          : 'no inner state is final';
      report.error([...node.at, 'onDone'], `never follows: ${missing}`);
    }
    for (const kind of ['always', 'onDone'] as const) {
      if (flow.returnsByItself(node, kind, reached)) {
        report.error([...node.at, kind], 'leads back here without anybody acting');
      }
    }
  }
  checkRunningClocks(workflow, reached, report);
  const ending = flow.ending(reached);
  if (![...reached].some((node) => node.type === 'final' && node.ancestors.length === 0)) {
    const message = 'no final state can be reached: an application would never end';
    report.error(['workflow', 'states'], message);
    return;
  }
  for (const node of reached) {
    if (node.children.length === 0 && !ending.has(node)) {
      report.error(node.at, 'a file that got here can never end: add an action that leads on');
    }
  }
}

/** An application begins somewhere where somebody acts, or it would be over before it began. */
function checkBeginning(flow: Flow, workflow: WorkflowDefinition, tree: StateTree, report: Report) {
  const initial = tree.at(workflow.initial);
  const byItself = initial ? flow.withoutAnybody(tree.entered(initial, undefined)) : new Set();
  for (const node of tree.top) {
    if (node.type === 'final' && byItself.has(node)) {
      report.error(
        ['workflow', 'initial'],
        `leads to the final state "${node.path}" without anybody acting; begin where somebody acts`,
      );
    }
  }
}

/** Where the promised time runs, somebody must be able to work on the file, not only to take it away. */
function checkRunningClocks(
  { on: everywhere }: WorkflowDefinition,
  reached: ReadonlySet<StateNode>,
  report: Report,
) {
  for (const node of reached) {
    if (node.children.length > 0 || node.type === 'final' || clockOf(node) !== 'running') continue;
    const leads = [node, ...node.ancestors].some(
      ({ definition: { on, always } }) =>
        always !== undefined ||
        Object.values(on ?? {}).some((action) => targetsOf(action).length > 0),
    );
    if (leads || !everywhere) continue;
    const only = Object.keys(everywhere).join(', ');
    report.error(
      node.at,
      `the clock runs here, but no step leads on (only ${only}, as everywhere): add one, or stop the clock`,
    );
  }
}

/** Guards of automatic moves that all refuse must not leave the file where nobody can act. */
function checkRouting({ definition, at }: StateNode, report: Report) {
  for (const kind of ['always', 'onDone'] as const) {
    const moves = definition[kind];
    const acting = Object.keys(definition.on ?? {}).length > 0;
    if (!moves || acting || moves.some(({ guard }) => !guard)) continue;
    report.error(
      [...at, kind],
      'leaves the file stuck when no guard is met; end with a move that has no guard',
    );
  }
}

class Flow {
  readonly #workflow: WorkflowDefinition;
  readonly #tree: StateTree;
  readonly #out = new Map<StateNode, ReadonlySet<StateNode>>();

  constructor(workflow: WorkflowDefinition, tree: StateTree) {
    this.#workflow = workflow;
    this.#tree = tree;
  }

  /** Every state that some file can come to. */
  reached(): Set<StateNode> {
    const reached = new Set<StateNode>();
    const enter = (target: StateNode | undefined, from: StateNode | undefined): void => {
      if (!target) return;
      const fresh = this.#tree.entered(target, from).filter((node) => !reached.has(node));
      for (const node of fresh) reached.add(node);
      for (const node of fresh) for (const to of this.#moves(node)) enter(to, node);
    };
    enter(this.#tree.at(this.#workflow.initial), undefined);
    for (const to of this.#everywhere()) enter(to, undefined);
    for (let before = -1; before !== reached.size;) {
      before = reached.size;
      for (const node of reached) {
        if (!this.canBeDone(node, reached)) continue;
        for (const to of this.#onDone(node)) enter(to, node);
      }
    }
    return reached;
  }

  canBeDone(node: StateNode, reached: ReadonlySet<StateNode>): boolean {
    const { type, children } = node;
    if (type === 'final') return reached.has(node);
    if (type === 'atomic') return false;
    if (type === 'parallel') return children.every((region) => this.canBeDone(region, reached));
    return children.some((child) => child.type === 'final' && reached.has(child));
  }

  /**
   * What automatic moves can lead to from these states on, these included.
   *
   * @param beside states that may be active in other regions already
   */
  withoutAnybody(
    states: Iterable<StateNode>,
    beside: ReadonlySet<StateNode> = new Set(),
  ): Set<StateNode> {
    const seen = new Set(states);
    for (let before = -1; before !== seen.size;) {
      before = seen.size;
      const active = seen.union(beside);
      for (const node of seen) {
        const finished = finishedBy(node).filter((state) => this.canBeDone(state, active));
        const next = [
          ...this.#enteredBy(node, 'always'),
          ...finished.flatMap((state) => this.#enteredBy(state, 'onDone')),
        ];
        for (const state of next) seen.add(state);
      }
    }
    return seen;
  }

  returnsByItself(
    node: StateNode,
    kind: 'always' | 'onDone',
    reached: ReadonlySet<StateNode>,
  ): boolean {
    return [...this.withoutAnybody(this.#enteredBy(node, kind), reached)].some((next) =>
      kind === 'always' ? next === node : finishedBy(next).includes(node),
    );
  }

  /** The states without inner states from which a file can come to an end. */
  ending(reached: ReadonlySet<StateNode>): Set<StateNode> {
    const leaves = [...reached].filter(({ children }) => children.length === 0);
    const cameFrom = new Map<StateNode, StateNode[]>();
    for (const leaf of leaves) {
      for (const next of this.#after(leaf)) {
        const before = cameFrom.get(next) ?? [];
        cameFrom.set(next, before);
        before.push(leaf);
      }
    }
    const ends = leaves.filter((leaf) => leaf.type === 'final' && leaf.ancestors.length === 0);
    const ending = new Set(ends);
    // A set that grows while it is walked: each state is looked at once.
    for (const next of ending) for (const leaf of cameFrom.get(next) ?? []) ending.add(leaf);
    return ending;
  }

  /** What a file in this leaf can come to next, now or when the regions beside it have moved. */
  #after(leaf: StateNode): Set<StateNode> {
    const { type, ancestors } = leaf;
    const above = ancestors.flatMap((ancestor) => [
      this.#led(ancestor, this.#moves(ancestor)),
      ...(type === 'final' ? [this.#led(ancestor, this.#onDone(ancestor))] : []),
      ...(ancestor.type === 'parallel' ? [this.#outOf(ancestor)] : []),
    ]);
    return new Set([
      ...this.#led(leaf, this.#moves(leaf)),
      ...this.#led(undefined, this.#everywhere()),
      ...above.flatMap((states) => [...states]),
    ]);
  }

  /** Whoever acts in another region may take the file out of all of them. */
  #outOf(parallel: StateNode): ReadonlySet<StateNode> {
    const known = this.#out.get(parallel);
    if (known) return known;
    const out = [...this.#tree.nodes]
      .filter(({ ancestors }) => ancestors.includes(parallel))
      .flatMap((inside) =>
        this.#led(
          inside,
          this.#moves(inside).filter(({ ancestors }) => !ancestors.includes(parallel)),
        ),
      );
    const states = new Set(out);
    this.#out.set(parallel, states);
    return states;
  }

  #led(from: StateNode | undefined, targets: readonly StateNode[]): StateNode[] {
    return targets.flatMap((to) => this.#tree.entered(to, from));
  }

  #enteredBy(node: StateNode, kind: 'always' | 'onDone'): StateNode[] {
    const targets = (node.definition[kind] ?? []).map(({ target }) => target);
    return this.#resolved(targets, node).flatMap((to) => this.#tree.entered(to, node));
  }

  #moves(node: StateNode): StateNode[] {
    const { on, always } = node.definition;
    const targets = [
      ...Object.values(on ?? {}).flatMap(targetsOf),
      ...(always ?? []).map(({ target }) => target),
    ];
    return this.#resolved(targets, node);
  }

  #onDone(node: StateNode): StateNode[] {
    return this.#resolved(
      (node.definition.onDone ?? []).map(({ target }) => target),
      node,
    );
  }

  #everywhere(): StateNode[] {
    return this.#resolved(Object.values(this.#workflow.on ?? {}).flatMap(targetsOf), undefined);
  }

  #resolved(targets: string[], from: StateNode | undefined): StateNode[] {
    return targets.flatMap((target) => this.#tree.resolve(target, from) ?? []);
  }
}

/** What a final state brings, or helps to bring, to its end: the state around it, and parallel ones. */
function finishedBy({ type, ancestors }: StateNode): StateNode[] {
  if (type !== 'final') return [];
  const end = ancestors.findIndex((_, index) => ancestors[index + 1]?.type !== 'parallel');
  return ancestors.slice(0, end + 1);
}
