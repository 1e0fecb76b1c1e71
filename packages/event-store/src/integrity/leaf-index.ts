import { MerkleTree, nodeHash, rootOf, splitOf } from '@satu-atap/domain';

/** Leaves whose common root is kept: 256 times less than the leaves. */
const tile = 256;

/**
 * Roots of aligned, complete subtrees of a growing tree, from 256 leaves on. With them and the leaves of a
 * tile or two, the root of any subtree that a proof needs can be told.
 */
export class LeafIndex {
  readonly tree = new MerkleTree();
  /** Roots of subtrees of 256, 512, 1,024 … leaves, in order. */
  readonly #levels: Uint8Array[][] = [];
  #open: Uint8Array[] = [];

  append(leaf: Uint8Array): void {
    this.tree.append(leaf);
    this.#open.push(leaf);
    if (this.#open.length < tile) return;
    let root = rootOf(this.#open);
    this.#open = [];
    for (let level = 0; ; level++) {
      const roots = (this.#levels[level] ??= []);
      roots.push(root);
      const left = roots.at(-2);
      if (roots.length % 2 === 1 || !left) return;
      root = nodeHash(left, root);
    }
  }

  /**
   * The root of a subtree as proofs name it.
   *
   * @param leaves gives the hashes of leaves, up to 256 of one tile
   */
  async rootOf(
    start: number,
    end: number,
    leaves: (start: number, end: number) => Promise<Uint8Array[]>,
  ): Promise<Uint8Array> {
    const count = end - start;
    const kept = this.#levels[Math.log2(count / tile)]?.[start / count];
    if (kept) return kept;
    if (count <= tile) return rootOf(await leaves(start, end));
    const middle = start + splitOf(count);
    return nodeHash(
      await this.rootOf(start, middle, leaves),
      await this.rootOf(middle, end, leaves),
    );
  }
}
