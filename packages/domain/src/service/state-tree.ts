import type { DocumentPath } from './problem.ts';
import type {
  ActionDefinition,
  ClockMode,
  StateDefinition,
  WorkflowDefinition,
} from './workflow.ts';

/** A state of a workflow in its place. */
export type StateNode = {
  /** Keys from the root, joined by dots. */
  path: string;
  /** Where the document defines it. */
  at: DocumentPath;
  definition: StateDefinition;
  type: 'atomic' | 'compound' | 'parallel' | 'final';
  /** The nearest first. */
  ancestors: StateNode[];
  children: StateNode[];
};

/** The states of a workflow as XState sees them: who contains whom, and what a move enters. */
export class StateTree {
  readonly #byPath = new Map<string, StateNode>();
  readonly top: StateNode[];

  constructor(workflow: WorkflowDefinition) {
    this.top = this.#collect(workflow.states, ['workflow', 'states'], []);
  }

  get nodes(): Iterable<StateNode> {
    return this.#byPath.values();
  }

  get paths(): string[] {
    return [...this.#byPath.keys()];
  }

  at(path: string): StateNode | undefined {
    return this.#byPath.get(path);
  }

  /** The state a target names: a sibling of where it is written, or a state from the root. */
  resolve(target: string, from: StateNode | undefined): StateNode | undefined {
    if (target.startsWith('#')) return this.at(target.slice(1));
    const parent = from?.ancestors[0];
    return this.at(parent ? `${parent.path}.${target}` : target);
  }

  /**
   * Every state that is active after a move to `target` because of the move: the target, what is
   * entered with it, what contains it, and the other regions of a parallel state that the move
   * enters from outside.
   */
  entered(target: StateNode, from: StateNode | undefined): StateNode[] {
    const active = [...withInitial(target)];
    let inner = target;
    for (const ancestor of target.ancestors) {
      active.push(ancestor);
      if (ancestor.type === 'parallel' && !from?.ancestors.includes(ancestor)) {
        for (const region of ancestor.children) {
          if (region !== inner) active.push(...withInitial(region));
        }
      }
      inner = ancestor;
    }
    return active;
  }

  #collect(
    states: Record<string, StateDefinition>,
    at: DocumentPath,
    ancestors: StateNode[],
  ): StateNode[] {
    return Object.entries(states).map(([key, definition]) => {
      const parent = ancestors[0];
      const node: StateNode = {
        path: parent ? `${parent.path}.${key}` : key,
        at: [...at, key],
        definition,
        type: definition.type ?? (definition.states ? 'compound' : 'atomic'),
        ancestors,
        children: [],
      };
      this.#byPath.set(node.path, node);
      const inner = definition.states ?? {};
      node.children = this.#collect(inner, [...node.at, 'states'], [node, ...ancestors]);
      return node;
    });
  }
}

/** Where an action can lead. */
export function targetsOf({ target, branches }: ActionDefinition): string[] {
  return [target, ...(branches ?? []).map((branch) => branch.target)].filter(
    (to) => to !== undefined,
  );
}

/** As `compileService` lays it out: inherited, but final states stop the clock. */
export function clockOf({ definition, type, ancestors }: StateNode): ClockMode {
  if (definition.clock) return definition.clock;
  if (type === 'final') return 'stopped';
  return ancestors.find((above) => above.definition.clock)?.definition.clock ?? 'running';
}

/** The key of a state among its siblings. */
export function keyOf({ path }: StateNode): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** A state and the inner states that are entered with it. */
function* withInitial(node: StateNode): Iterable<StateNode> {
  yield node;
  for (const child of node.children) {
    if (node.type === 'parallel' || keyOf(child) === node.definition.initial) {
      yield* withInitial(child);
    }
  }
}
