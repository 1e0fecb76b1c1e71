import { activeStates, type Application } from '../application/application.ts';
import type { StateValue } from '../application/events.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';

/** State of the old version → state of the new one; of a state with inner states, these with it. */
export type StateMapping = Readonly<Record<string, string>>;

/** Why a file's active states have no place in the new version. */
export type PlaceProblem =
  /** The state is gone, and nobody said which takes its place. */
  | { type: 'state-gone'; state: string }
  /** The mapping names a state that the new version does not have. */
  | { type: 'mapped-to-unknown'; state: string; target: string }
  /** The state is still there, but it is another unit's desk now. */
  | { type: 'unit-changed'; state: string; before: string; after: string }
  /** The new version is never in these states at once. */
  | { type: 'states-exclude-each-other'; states: string[] }
  /** The new version has regions beside these states of which the file knows nothing. */
  | { type: 'region-without-place'; state: string; regions: string[] };

/** Where a file would be put: before anything follows by itself. */
export type TargetState = {
  value: StateValue;
  /** Active state of the old version → the state of the new one that takes its place. */
  targets: Map<string, string>;
  /** The entries of the mapping that it took. */
  applied: Record<string, string>;
};

/** Finds the places of a file's active states in another version. */
export function targetState(
  from: CompiledService,
  to: CompiledService,
  application: Application,
  mapping: StateMapping,
): TargetState | { problems: PlaceProblem[] } {
  const problems: PlaceProblem[] = [];
  const targets = new Map<string, string>();
  const applied: Record<string, string> = {};
  for (const state of activeStates(application.value)) {
    const said = mapped(state, mapping, to);
    const target = said?.target ?? state;
    const place = to.states.get(target);
    if (!place) {
      problems.push(
        said ? { type: 'mapped-to-unknown', state, target } : { type: 'state-gone', state },
      );
      continue;
    }
    const before = stateOf(from, state).unit;
    if (!said && before !== place.unit) {
      problems.push({ type: 'unit-changed', state, before, after: place.unit });
      continue;
    }
    if (said) applied[said.state] = mapping[said.state] ?? target;
    targets.set(state, target);
  }
  if (problems.length > 0) return { problems };
  const root = treeOf(targets.values());
  const misfits = [...misfitsOf(to, root, '', 'compound')];
  if (misfits.length > 0) return { problems: misfits };
  return { value: valueOf(root) ?? to.definition.workflow.initial, targets, applied };
}

/**
 * What the mapping says of a state: of itself, or of the nearest state around it. Its inner states go
 * with that one, into their like, or where there are none, into the one state.
 */
function mapped(state: string, mapping: StateMapping, to: CompiledService) {
  for (let at = state; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const target = Object.hasOwn(mapping, at) ? mapping[at] : undefined;
    if (target === undefined) continue;
    const isWhole = to.states.get(target)?.type === 'atomic';
    return { state: at, target: isWhole ? target : `${target}${state.slice(at.length)}` };
  }
  return undefined;
}

/** States to be in, as a tree; `isTarget` where one was asked for as a whole. */
type Node = { children: Map<string, Node>; isTarget: boolean };

function treeOf(targets: Iterable<string>): Node {
  const root: Node = { children: new Map(), isTarget: false };
  for (const target of targets) {
    let node = root;
    for (const key of target.split('.')) {
      let child = node.children.get(key);
      if (!child) node.children.set(key, (child = { children: new Map(), isTarget: false }));
      node = child;
    }
    node.isTarget = true;
  }
  return root;
}

function* misfitsOf(
  service: CompiledService,
  { children, isTarget }: Node,
  path: string,
  type: string,
): Iterable<PlaceProblem> {
  const inner = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (type !== 'parallel' && children.size > 1) {
    yield { type: 'states-exclude-each-other', states: [...children.keys()].map(inner) };
    return;
  }
  if (type === 'parallel' && children.size > 0 && !isTarget) {
    const regions = regionsOf(service, path).filter((key) => !children.has(key));
    if (regions.length > 0) yield { type: 'region-without-place', state: path, regions };
  }
  for (const [key, child] of children) {
    yield* misfitsOf(service, child, inner(key), stateOf(service, inner(key)).type);
  }
}

function regionsOf(service: CompiledService, path: string): string[] {
  return [...service.states.keys()]
    .filter((state) => state.startsWith(`${path}.`))
    .map((state) => state.slice(path.length + 1))
    .filter((key) => !key.includes('.'));
}

/** As XState takes it: what is left open is entered at its initial. */
function valueOf({ children }: Node): StateValue | undefined {
  const [only] = children;
  if (!only) return undefined;
  const [key, child] = only;
  if (children.size === 1 && child.children.size === 0) return key;
  return Object.fromEntries(
    [...children].map(([name, node]) => [name, valueOf(node) ?? {}] as const),
  );
}
