import { createHash } from 'node:crypto';

/** Activities by which cases can be told apart; more, and they are not activities. */
const mostActivities = 50_000;
/** Characters of variants that are kept to be shown; beyond, a variant is only counted. */
const mostShown = 16_000_000;

/** A way that cases took, and how many. `activities` is absent when there were too many to keep. */
export type Variant = { cases: number; activities?: readonly string[] };

/** Thrown by `add`: whatever the log calls an activity does not name one. */
export class TooManyActivitiesError extends Error {
  override readonly name = 'TooManyActivitiesError';
}

/**
 * What follows what in a log, and how often: the directly-follows graph (van der Aalst, Process Mining,
 * 2016, chapter 6), with start and end activities and variants. Grows with the activities and variants
 * of a log, not with its cases.
 */
export class DirectlyFollows {
  /** How many cases; `empty` of them had no event. */
  cases = 0;
  empty = 0;
  events = 0;
  readonly #numbers = new Map<string, number>();
  readonly #counts: number[] = [];
  readonly #starts = new Map<number, number>();
  readonly #ends = new Map<number, number>();
  readonly #edges = new Map<number, number>();
  readonly #variants = new Map<string, { cases: number; path?: Int32Array }>();
  #shown = 0;

  /** @param activities of one case, in order @throws TooManyActivitiesError */
  add(activities: readonly string[]): void {
    this.cases++;
    this.events += activities.length;
    const path = new Int32Array(activities.length);
    for (const [index, activity] of activities.entries()) {
      const number = this.#number(activity);
      path[index] = number;
      this.#counts[number] = (this.#counts[number] ?? 0) + 1;
      if (index > 0) count(this.#edges, (path[index - 1] ?? 0) * mostActivities + number);
    }
    this.#addVariant(path);
    const [first] = path;
    const last = path.at(-1);
    if (first === undefined || last === undefined) this.empty++;
    else {
      count(this.#starts, first);
      count(this.#ends, last);
    }
  }

  /** Activities by how often they happened, in the order in which they first did. */
  get activities(): Map<string, number> {
    return new Map([...this.#numbers].map(([name, number]) => [name, this.#counts[number] ?? 0]));
  }

  get starts(): Map<string, number> {
    return this.#named(this.#starts);
  }

  get ends(): Map<string, number> {
    return this.#named(this.#ends);
  }

  /** How many pairs of activities follow each other directly. */
  get edgeCount(): number {
    return this.#edges.size;
  }

  /** Pairs that follow each other directly, and how often. */
  edges(): { from: string; to: string; count: number }[] {
    const names = [...this.#numbers.keys()];
    return [...this.#edges].map(([edge, times]) => ({
      from: names[Math.floor(edge / mostActivities)] ?? '',
      to: names[edge % mostActivities] ?? '',
      count: times,
    }));
  }

  get variantCount(): number {
    return this.#variants.size;
  }

  /** The ways that cases took, the most frequent first. */
  variants(limit = Number.POSITIVE_INFINITY): Variant[] {
    const names = [...this.#numbers.keys()];
    return [...this.#variants.values()]
      .toSorted((a, b) => b.cases - a.cases)
      .slice(0, limit)
      .map(({ cases, path }) => ({
        cases,
        ...(path ? { activities: Array.from(path, (number) => names[number] ?? '') } : {}),
      }));
  }

  #number(activity: string): number {
    const known = this.#numbers.get(activity);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    if (number >= mostActivities) {
      throw new TooManyActivitiesError(`has more than ${mostActivities} different activities`);
    }
    this.#numbers.set(activity, number);
    return number;
  }

  #addVariant(path: Int32Array) {
    // A digest has one length, however long the case; so many never meet.
    const key = createHash('sha256').update(path).digest('base64');
    const known = this.#variants.get(key);
    if (known) {
      known.cases++;
      return;
    }
    this.#shown += path.length;
    this.#variants.set(key, { cases: 1, ...(this.#shown <= mostShown / 4 ? { path } : {}) });
  }

  #named(counts: ReadonlyMap<number, number>): Map<string, number> {
    const names = [...this.#numbers.keys()];
    return new Map([...counts].map(([number, times]) => [names[number] ?? '', times]));
  }
}

function count<Key>(counts: Map<Key, number>, key: Key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
