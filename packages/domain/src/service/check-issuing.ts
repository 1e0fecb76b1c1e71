import { issuesOf } from './check-outputs.ts';
import type { Report } from './problem.ts';
import { keyOf, targetsOf, type StateNode, type StateTree } from './state-tree.ts';
import type { ActionDefinition, WorkflowDefinition } from './workflow.ts';

/**
 * What a file is given on its way: nothing again on every way on, and something on some way to each
 * granted end. Where moves lead must be known. Guards may or may not hold, so only what no file can
 * escape is reported.
 */
export function checkIssuing(workflow: WorkflowDefinition, tree: StateTree, report: Report) {
  const issues = issuesOf(workflow, tree);
  if (issues.length === 0) return;
  const ways = new Ways(workflow, tree);
  const granted = tree.top.filter(({ definition: { outcome } }) => outcome === 'granted');
  const toGranted = ways.leadingTo(granted, new Set());
  for (const same of Map.groupBy(issues, ({ output }) => output).values()) {
    const unissued = ways.leadingTo(granted, new Set(same.map(({ action }) => action)));
    for (const { at, from, targets } of same) {
      const next = ways.after(from, targets);
      if (!next.some((place) => toGranted.has(place))) continue;
      if (next.some((place) => unissued.has(place))) continue;
      const message = 'is issued again on every way on from here; name it in one of the actions';
      report.warning(at, message);
    }
  }
  const reached = ways.ledToFrom(issues.flatMap(({ from, targets }) => ways.after(from, targets)));
  for (const end of granted) {
    if (reached.has(isIn(end))) continue;
    const message = 'nothing is issued on any way to this end; name the outputs in `issues`';
    report.warning(end.at, message);
  }
}

/** A move from one place to another, by an action or by itself. */
type Move = { from: string; to: string; action?: ActionDefinition };

/** Places of a file: it is in a state, enters it, or its inner states are done. */
const isIn = ({ path }: StateNode) => `in ${path}`;
const enters = ({ path }: StateNode) => `enters ${path}`;
const isDone = ({ path }: StateNode) => `done ${path}`;
const anywhere = 'anywhere';

/** How files can move. Rather too much than too little: what it leaves out, no file does. */
class Ways {
  readonly #tree: StateTree;
  readonly #from: Map<string, Move[]>;
  readonly #to: Map<string, Move[]>;

  constructor(workflow: WorkflowDefinition, tree: StateTree) {
    this.#tree = tree;
    const moves = [...this.#everywhere(workflow), ...[...tree.nodes].flatMap((at) => this.#of(at))];
    this.#from = Map.groupBy(moves, ({ from }) => from);
    this.#to = Map.groupBy(moves, ({ to }) => to);
  }

  /** Where a file is after an action of `from` (of the whole workflow, where undefined). */
  after(from: StateNode | undefined, targets: readonly string[]): string[] {
    if (targets.length > 0) {
      return targets.flatMap((target) => {
        const to = this.#tree.resolve(target, from);
        return to ? [enters(to)] : [];
      });
    }
    return from ? [isIn(from)] : [...this.#tree.nodes].map(isIn);
  }

  /** The places from which a file can come to one of the states without these actions. */
  leadingTo(states: readonly StateNode[], barred: ReadonlySet<ActionDefinition>): Set<string> {
    const leading = new Set(states.map(isIn));
    // A set gives what is added to it meanwhile, too.
    for (const place of leading) {
      for (const { from, action } of this.#to.get(place) ?? []) {
        if (!action || !barred.has(action)) leading.add(from);
      }
    }
    return leading;
  }

  /** The places that a file can come to from these. */
  ledToFrom(places: readonly string[]): Set<string> {
    const reached = new Set(places);
    for (const place of reached) {
      for (const { to } of this.#from.get(place) ?? []) reached.add(to);
    }
    return reached;
  }

  #everywhere({ on = {} }: WorkflowDefinition): Move[] {
    return Object.values(on).flatMap((action) =>
      this.#leading(targetsOf(action), undefined).map((to) => ({ from: anywhere, to, action })),
    );
  }

  #of(node: StateNode): Move[] {
    const { definition, type, children, ancestors } = node;
    const [parent] = ancestors;
    const inner =
      type === 'parallel'
        ? children
        : children.filter((child) => keyOf(child) === definition.initial);
    const by = (from: string, targets: string[], action?: ActionDefinition) =>
      this.#leading(targets, node).map((to) => ({ from, to, ...(action ? { action } : {}) }));
    const itself: [string, string][] = [
      [enters(node), isIn(node)],
      ...inner.map((child): [string, string] => [enters(node), enters(child)]),
      // Whoever enters one region enters all.
      ...(parent?.type === 'parallel' ? [[enters(node), enters(parent)] as [string, string]] : []),
      // What can be done around a state can be done in it, and so can what regions beside it do.
      [isIn(node), parent ? isIn(parent) : anywhere],
      ...(type === 'parallel'
        ? within(node).map((state): [string, string] => [isIn(node), enters(state)])
        : []),
      ...(type === 'final' && parent ? [[enters(node), isDone(parent)] as [string, string]] : []),
      ...(parent?.type === 'parallel' ? [[isDone(node), isDone(parent)] as [string, string]] : []),
    ];
    return [
      ...itself.map(([from, to]) => ({ from, to })),
      ...Object.values(definition.on ?? {}).flatMap((action) =>
        by(isIn(node), targetsOf(action), action),
      ),
      ...by(
        isIn(node),
        (definition.always ?? []).map(({ target }) => target),
      ),
      ...by(
        isDone(node),
        (definition.onDone ?? []).map(({ target }) => target),
      ),
    ];
  }

  #leading(targets: readonly string[], from: StateNode | undefined): string[] {
    return targets.flatMap((target) => {
      const to = this.#tree.resolve(target, from);
      return to ? [enters(to)] : [];
    });
  }
}

function within(node: StateNode): StateNode[] {
  return node.children.flatMap((child) => [child, ...within(child)]);
}
