import { openNote, parseCheckpoint, sameHash, type Checkpoint } from '@satu-atap/domain';
import { verifyEd25519 } from './ed25519.ts';
import type { KeyChain } from './key-chain.ts';
import type { LogDifference } from './log-difference.ts';

/** Checkpoints that are kept outside of the log, such as files that others were given. */
export type OutsideCheckpoints = {
  /** What they are called, and how many events each says to cover. */
  entries: readonly { name: string; size: number }[];
  /** The signed note. */
  read(name: string): Promise<string>;
};

/** Holds checkpoints from outside against the roots of a log, in the order of their sizes. */
export class OutsideComparison {
  readonly #outside: OutsideCheckpoints | undefined;
  readonly #entries: readonly { name: string; size: number }[];
  readonly #chain: KeyChain;
  readonly #report: (difference: LogDifference) => void;
  #next = 0;
  #sound = 0;
  /** Those that are soundly signed. */
  compared = 0;

  constructor(
    outside: OutsideCheckpoints | undefined,
    chain: KeyChain,
    report: (difference: LogDifference) => void,
  ) {
    this.#outside = outside;
    this.#entries = (outside?.entries ?? []).toSorted((a, b) => a.size - b.size);
    this.#chain = chain;
    this.#report = report;
  }

  /** The size at which the log's root is asked for next. */
  get nextSize(): number | undefined {
    return this.#entries[this.#next]?.size;
  }

  /** The log has this root where it has as many leaves as `nextSize` says. */
  async reached(size: number, root: Uint8Array): Promise<void> {
    while (this.nextSize === size) {
      const name = this.#entries[this.#next++]?.name ?? '';
      const checkpoint = await this.#opened(name, size);
      if (!checkpoint) continue;
      this.compared += 1;
      if (sameHash(checkpoint.root, root)) this.#sound = size;
      else this.#report({ kind: 'forked', checkpoint: name, size, sound: this.#sound });
    }
  }

  /** What is left covers more than there is. */
  async end(events: number): Promise<void> {
    for (const { name, size } of this.#entries.slice(this.#next)) {
      const checkpoint = await this.#opened(name, size);
      if (!checkpoint) continue;
      this.compared += 1;
      this.#report({ kind: 'truncated', checkpoint: name, size, events });
    }
  }

  /** Where the log's own keys are gone, those that whoever verifies knows still tell. */
  async #opened(name: string, size: number): Promise<Checkpoint | undefined> {
    const keys = this.#chain.known;
    const opened = openNote((await this.#outside?.read(name)) ?? '', keys, verifyEd25519);
    const checkpoint = opened && parseCheckpoint(opened.text);
    if (checkpoint?.size === size && checkpoint.origin === keys[0]?.name) return checkpoint;
    const fault = !opened
      ? 'it is not signed by a key of this log'
      : `it is signed, but not as the checkpoint of ${size} events that it is said to be`;
    this.#report({ kind: 'forged', checkpoint: name, fault });
    return undefined;
  }
}
