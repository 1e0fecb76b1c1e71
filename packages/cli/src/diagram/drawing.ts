import {
  durationInWords,
  type Duration,
  type Localized,
  type ServiceDefinition,
} from '@satu-atap/domain';

export type Language = keyof Localized;

/** A state to be drawn, with what it inherits made explicit and its words in one language. */
export type DrawnState = {
  path: string;
  title: string;
  type: 'atomic' | 'compound' | 'parallel' | 'final';
  /** Unit, clock where it does not run, standard and deadline: what the office must know of it. */
  marks: string[];
  /** The path of the inner state that is entered with it. */
  initial: string | undefined;
  inner: DrawnState[];
};

/** A move between two states, with the words at its arrow. Without a target the file stays. */
export type DrawnMove = { from: string; to: string | undefined; label: string };

export type Drawing = {
  title: string;
  initial: string;
  states: DrawnState[];
  moves: DrawnMove[];
};

type Workflow = ServiceDefinition['workflow'];
type State = Workflow['states'][string];
type Action = NonNullable<State['on']>[string];
type Actions = Record<string, Action>;
type Around = {
  path: string;
  unit: string;
  clock: 'running' | 'paused' | 'stopped';
  /** What can be done in the states inside, too. */
  on: Actions;
};

const words = {
  id: {
    running: '',
    paused: 'jam dijeda',
    stopped: 'jam berhenti',
    always: 'otomatis',
    done: 'selesai semua',
    after: 'setelah',
  },
  en: {
    running: '',
    paused: 'clock paused',
    stopped: 'clock stopped',
    always: 'by itself',
    done: 'all done',
    after: 'after',
  },
};

/** What a diagram of a service shows: its states in one another, and every move with who may take it. */
export function drawingOf(definition: ServiceDefinition, language: Language): Drawing {
  const moves: DrawnMove[] = [];
  const resolved = (target: string | undefined, from: string) => {
    if (target === undefined) return undefined;
    if (target.startsWith('#')) return target.slice(1);
    return from.includes('.') ? `${from.slice(0, from.lastIndexOf('.'))}.${target}` : target;
  };
  const { workflow, title, unit, standard } = definition;
  const after = (time: Duration) => `${words[language].after} ${durationInWords(time)[language]}`;
  const addActions = (from: string, on: Actions | undefined) => {
    for (const [name, { title: named, roles, target, branches }] of Object.entries(on ?? {})) {
      const deemed = name === standard.deemed?.take ? ` ${after(standard.time)}` : '';
      const label = `${named?.[language] ?? name} (${roles.join(', ')})${deemed}`;
      for (const branch of branches ?? [{ target }]) {
        moves.push({ from, to: resolved(branch.target, from), label });
      }
    }
  };
  const states = (nodes: Record<string, State>, around: Around): DrawnState[] =>
    Object.entries(nodes).map(([key, node]) => {
      const path = around.path === '' ? key : `${around.path}.${key}`;
      const type = node.type ?? (node.states ? 'compound' : 'atomic');
      const at = node.unit ?? around.unit;
      const clock = node.clock ?? (type === 'final' ? 'stopped' : around.clock);
      const on = { ...around.on, ...node.on };
      const { standard: promised, deadline } = node;
      addActions(path, node.on);
      for (const kind of ['always', 'onDone'] as const) {
        for (const { target } of node[kind] ?? []) {
          const label = words[language][kind === 'always' ? 'always' : 'done'];
          moves.push({ from: path, to: resolved(target, path), label });
        }
      }
      return {
        path,
        title: node.title?.[language] ?? key,
        type,
        marks: [
          at === unit ? '' : at,
          type === 'final' ? (node.outcome ?? '') : words[language][clock],
          promised ? durationInWords(promised)[language] : '',
          deadline
            ? `${after(deadline.after)}: ${on[deadline.take]?.title?.[language] ?? deadline.take}`
            : '',
        ].filter(Boolean),
        initial: node.initial === undefined ? undefined : `${path}.${node.initial}`,
        inner: states(node.states ?? {}, { path, unit: at, clock, on }),
      };
    });
  const on = workflow.on ?? {};
  const drawn = states(workflow.states, { path: '', unit, clock: 'running', on });
  addActions('', workflow.on);
  return { title: title[language], initial: workflow.initial, states: drawn, moves };
}

/** The state directly inside `container` in which the state at `path` lies, or that it is. */
export function within(path: string, container: string): string | undefined {
  const prefix = container === '' ? '' : `${container}.`;
  if (!path.startsWith(prefix) || path === container) return undefined;
  const [first = ''] = path.slice(prefix.length).split('.');
  return `${prefix}${first}`;
}
