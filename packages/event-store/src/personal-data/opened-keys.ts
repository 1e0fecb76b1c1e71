import type { KeyObject } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';

/** Keys that are kept in memory: those that were looked up last. */
const mostKept = 10_000;
/** How long a key that was erased elsewhere may still open boxes here, in milliseconds. */
const longestKept = 60_000;

type Kept = { key: KeyObject | 'erased'; until: number };

/**
 * Keys as they were looked up a moment ago. Whoever reads of an erasure has its keys forgotten at
 * once; where nobody does, they are looked up anew after a minute.
 */
export class OpenedKeys {
  readonly #ring: KeyRing;
  #newer = new Map<string, Kept>();
  #older = new Map<string, Kept>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** As `KeyRing.find` says, of some moment of the last minute. */
  async find(ids: ReadonlySet<string>): Promise<ReadonlyMap<string, KeyObject | 'erased'>> {
    const found = new Map<string, KeyObject | 'erased'>();
    const missing: string[] = [];
    const now = performance.now();
    for (const id of ids) {
      const kept = this.#newer.get(id) ?? this.#older.get(id);
      if (kept && kept.until > now) found.set(id, kept.key);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    for (const [id, key] of await this.#ring.find(missing)) {
      found.set(id, key);
      this.#newer.set(id, { key, until: now + longestKept });
      if (this.#newer.size < mostKept) continue;
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    return found;
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#newer.delete(id);
      this.#older.delete(id);
    }
  }
}
