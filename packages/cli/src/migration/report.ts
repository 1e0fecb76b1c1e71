import {
  activeStates,
  type MigrationNote,
  type MigrationProblem,
  type StateValue,
} from '@satu-atap/domain';
import type { Print } from '../commands/check.ts';
import { noteWords, problemWords } from './problem-words.ts';

/** What becomes of an application. */
export type Fate =
  | { is: 'there' }
  | { is: 'ended' }
  /** Pinned to a version that nobody asked to leave. */
  | { is: 'left-out' }
  | { is: 'refused'; reason: string }
  | { is: 'undecided'; version: number; state: StateValue; problems: MigrationProblem[] }
  | {
      is: 'movable' | 'moved';
      version: number;
      state: StateValue;
      after: StateValue;
      notes: readonly MigrationNote[];
    };

/** Applications that stand alike, and what becomes of them. */
type Group = {
  version: number;
  /** The states before, and those after if they are others. */
  states: string;
  problems: string[];
  applications: number;
  notes: Map<string, number>;
  examples: string[];
};

const examplesShown = 3;

/** Counts applications by where they stand: grows with the states of a service, not with its files. */
export class MigrationReport {
  readonly #to: number;
  readonly #groups = new Map<string, Group>();
  readonly #counts = new Map<Fate['is'], number>();
  readonly #refusals = new Map<string, number>();

  constructor(to: number) {
    this.#to = to;
  }

  add(application: string, fate: Fate): void {
    this.#counts.set(fate.is, this.count(fate.is) + 1);
    if (fate.is === 'refused') {
      this.#refusals.set(fate.reason, (this.#refusals.get(fate.reason) ?? 0) + 1);
    }
    if (!('version' in fate)) return;
    const before = named(fate.state);
    const after = 'after' in fate ? named(fate.after) : before;
    const states = before === after ? before : `${before} → ${after}`;
    const problems =
      'problems' in fate ? fate.problems.map((one) => problemWords(one, this.#to)) : [];
    const key = JSON.stringify([fate.version, states, problems]);
    let group = this.#groups.get(key);
    if (!group) {
      const { version } = fate;
      group = { version, states, problems, applications: 0, notes: new Map(), examples: [] };
      this.#groups.set(key, group);
    }
    group.applications += 1;
    if (group.examples.length < examplesShown) group.examples.push(application);
    for (const note of 'notes' in fate ? fate.notes.map(noteWords) : []) {
      group.notes.set(note, (group.notes.get(note) ?? 0) + 1);
    }
  }

  count(is: Fate['is']): number {
    return this.#counts.get(is) ?? 0;
  }

  /** How many applications were looked at. */
  get seen(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Whether every application has a place under the new version. */
  get isDecided(): boolean {
    return this.count('undecided') + this.count('refused') === 0;
  }

  print(print: Print): void {
    const groups = [...this.#groups.values()].toSorted(
      (a, b) => a.version - b.version || (a.states < b.states ? -1 : 1),
    );
    let version = 0;
    for (const group of groups) {
      if (group.version !== version) print(`from version ${group.version}`);
      version = group.version;
      const undecided = group.problems.length > 0 ? '  to decide' : '';
      print(`${String(group.applications).padStart(8)}  ${group.states}${undecided}`);
      const lines = [
        ...group.problems,
        ...(undecided ? [`for example ${group.examples.join(', ')}`] : []),
        ...[...group.notes].map(([note, files]) => `to look at: ${files} have ${note}`),
      ];
      for (const line of lines) print(`            ${line}`);
    }
    for (const [reason, files] of this.#refusals) {
      print(`${String(files).padStart(8)}  refused: ${reason}`);
    }
    print(this.#summary());
  }

  #summary(): string {
    const told: [Fate['is'], string][] = [
      ['movable', 'can move'],
      ['moved', 'moved'],
      ['undecided', 'to decide'],
      ['refused', 'refused'],
      ['there', 'there already'],
      ['left-out', 'of other versions left alone'],
      ['ended', 'ended and stay'],
    ];
    const parts = told
      .filter(([is]) => this.count(is) > 0)
      .map(([is, words]) => `${this.count(is)} ${words}`);
    return parts.length > 0 ? parts.join(', ') : 'no applications';
  }
}

const named = (value: StateValue) => activeStates(value).join(' + ');
