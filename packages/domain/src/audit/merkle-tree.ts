import { hash } from 'node:crypto';

/** In bytes: SHA-256. */
export const hashLength = 32;

/** The root of a tree without leaves: the hash of nothing (RFC 6962, 2.1). */
export const emptyRoot: Uint8Array = sha256(new Uint8Array());

/** The hash of a leaf: SHA-256 of a zero byte and the leaf's bytes; text as UTF-8 (RFC 6962, 2.1). */
export function leafHash(leaf: string | Uint8Array): Uint8Array {
  const bytes = typeof leaf === 'string' ? Buffer.from(leaf, 'utf8') : leaf;
  const input = Buffer.allocUnsafe(1 + bytes.length);
  input[0] = 0;
  input.set(bytes, 1);
  return sha256(input);
}

/** The hash of a node: SHA-256 of a byte 1 and the hashes below it (RFC 6962, 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(1 + left.length + right.length);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + left.length);
  return sha256(input);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * A Merkle tree that grows at its end and keeps only the roots of its complete subtrees, the largest
 * first: one for each bit that is set in its size. Enough to go on, and to tell the root.
 */
export class MerkleTree {
  #size: number;
  readonly #peaks: Uint8Array[];

  /** @throws RangeError when a tree of that size has another number of peaks */
  constructor(size = 0, peaks: readonly Uint8Array[] = []) {
    if (peaks.length !== peakCount(size)) {
      throw new RangeError(`a tree of ${size} leaves has ${peakCount(size)} peaks`);
    }
    this.#size = size;
    this.#peaks = [...peaks];
  }

  /** How many leaves it has. */
  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  /** @param leaf the leaf's hash */
  append(leaf: Uint8Array): void {
    let node = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      // There is one for each bit of the size that is set.
      node = nodeHash(this.#peaks.pop() ?? emptyRoot, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  root(): Uint8Array {
    return this.#peaks.length === 0
      ? emptyRoot
      : this.#peaks.reduceRight((right, left) => nodeHash(left, right));
  }

  /** Another that grows by itself from here. */
  copy(): MerkleTree {
    return new MerkleTree(this.#size, this.#peaks);
  }
}

/** How many complete subtrees a tree has: the bits of its size that are set. */
export function peakCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** The root over hashes of leaves (RFC 6962, 2.1: MTH). */
export function rootOf(leaves: Iterable<Uint8Array>): Uint8Array {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}
