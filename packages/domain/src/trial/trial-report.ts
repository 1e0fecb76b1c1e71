import { canonicalJson } from '../json.ts';
import type { MigrationNote, MigrationProblem } from '../migration/plan-migration.ts';
import { kindOf, type Difference } from './difference.ts';
import type { Trial } from './try-draft.ts';

/** One application in which something would have been otherwise. */
export type TrialExample = { application: string; difference: Difference };

/** What would have been otherwise in the same way in several applications. */
export type DifferenceKind = Pick<Difference, 'type' | 'place'> & {
  applications: number;
  /** The first of them. */
  examples: TrialExample[];
};

/** What a draft would have done with many applications. */
export type TrialSummary = {
  /** How many were tried; `same` and `differing` add up to it, and so do `running` and `ended`. */
  tried: number;
  same: number;
  differing: number;
  running: number;
  ended: number;
  /** Of those that differ: followed only until the draft would have them elsewhere. */
  diverged: number;
  /** Walked from their last migration on. */
  fromMigration: number;
  /** By the version that they are pinned to. */
  versions: { version: number; applications: number }[];
  /** What is found most often first. */
  differences: DifferenceKind[];
  /** How those that run would move to the draft now. */
  migration: {
    movable: number;
    undecided: number;
    problems: { problem: MigrationProblem; applications: number; examples: string[] }[];
    notes: { note: MigrationNote; applications: number }[];
  };
  /** Not tried: of offices that are not known here. */
  leftOut: { office: string; applications: number }[];
  /** Not tried: what was asked then is erased. Absent when there are none. */
  erased?: number;
};

const examplesShown = 3;

/** Adds trials up, one application after the other: grows with the definitions, not with these. */
export class TrialReport {
  readonly #counts = { same: 0, differing: 0, running: 0, ended: 0, diverged: 0 };
  #fromMigration = 0;
  readonly #versions = new Map<number, number>();
  readonly #kinds = new Map<string, DifferenceKind>();
  readonly #moves = { movable: 0, undecided: 0 };
  readonly #problems = new Map<string, TrialSummary['migration']['problems'][number]>();
  readonly #notes = new Map<string, TrialSummary['migration']['notes'][number]>();
  readonly #leftOut = new Map<string, number>();
  #erased = 0;

  get tried(): number {
    return this.#counts.same + this.#counts.differing;
  }

  add(application: string, trial: Trial): void {
    this.#counts[trial.differences.length === 0 ? 'same' : 'differing'] += 1;
    this.#counts[trial.ended ? 'ended' : 'running'] += 1;
    if (trial.divergedAt !== undefined) this.#counts.diverged += 1;
    if (trial.from > 0) this.#fromMigration += 1;
    count(this.#versions, trial.version);
    for (const difference of trial.differences) this.#addDifference(application, difference);
    if (trial.migration) this.#addMigration(application, trial.migration);
  }

  /** An application of an office that nobody knows here: without its calendar it cannot be tried. */
  leaveOut(office: string): void {
    count(this.#leftOut, office);
  }

  /** An application whose personal data are erased: nobody knows any more what was asked then. */
  leaveOutErased(): void {
    this.#erased += 1;
  }

  summary(): TrialSummary {
    const byNumber = <T extends { applications: number }>(all: Iterable<T>) =>
      [...all].toSorted((a, b) => b.applications - a.applications);
    return {
      tried: this.tried,
      ...this.#counts,
      fromMigration: this.#fromMigration,
      versions: [...this.#versions]
        .map(([version, applications]) => ({ version, applications }))
        .toSorted((a, b) => a.version - b.version),
      differences: byNumber(this.#kinds.values()),
      migration: {
        ...this.#moves,
        problems: byNumber(this.#problems.values()),
        notes: byNumber(this.#notes.values()),
      },
      leftOut: [...this.#leftOut].map(([office, applications]) => ({ office, applications })),
      ...(this.#erased > 0 ? { erased: this.#erased } : {}),
    };
  }

  #addDifference(application: string, difference: Difference): void {
    const { type, place } = difference;
    const key = kindOf(difference);
    const kind = this.#kinds.get(key) ?? { type, place, applications: 0, examples: [] };
    this.#kinds.set(key, kind);
    kind.applications += 1;
    if (kind.examples.length < examplesShown) kind.examples.push({ application, difference });
  }

  #addMigration(application: string, plan: NonNullable<Trial['migration']>): void {
    if (!('problems' in plan)) {
      this.#moves.movable += 1;
      for (const note of plan.notes) {
        const key = canonicalJson(note);
        const known = this.#notes.get(key) ?? { note, applications: 0 };
        this.#notes.set(key, { note, applications: known.applications + 1 });
      }
      return;
    }
    this.#moves.undecided += 1;
    for (const problem of plan.problems) {
      const key = canonicalJson(problem);
      const known = this.#problems.get(key) ?? { problem, applications: 0, examples: [] };
      this.#problems.set(key, known);
      known.applications += 1;
      if (known.examples.length < examplesShown) known.examples.push(application);
    }
  }
}

function count<T>(counts: Map<T, number>, one: T): void {
  counts.set(one, (counts.get(one) ?? 0) + 1);
}
