import { emptyRoot, hashLength, nodeHash, sameHash } from './merkle-tree.ts';

/** The leaves from `start` up to, not including, `end`. */
export type LeafRange = { start: number; end: number };

/**
 * The subtrees whose roots prove that a leaf is in a tree, the lowest first (RFC 6962, 2.1.1: PATH).
 *
 * @throws RangeError for a leaf that the tree does not have
 */
export function inclusionPath(index: number, size: number): LeafRange[] {
  assertWithin(index, size);
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.toReversed();
}

/**
 * The subtrees whose roots prove that a tree has grown out of a smaller one (RFC 6962, 2.1.2: PROOF).
 *
 * @throws RangeError for a smaller one without leaves, or one that is the larger
 */
export function consistencyPath(from: number, to: number): LeafRange[] {
  assertWithin(from - 1, to);
  const path: LeafRange[] = [];
  let [start, end, isRoot] = [0, to, true];
  while (end !== from) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
      isRoot = false;
    }
  }
  // Who verifies has the smaller root already, when it is a subtree by itself.
  if (!isRoot) path.push({ start, end });
  return path.toReversed();
}

function assertWithin(index: number, size: number): void {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  }
}

/** The largest power of two that is smaller than a number above 1. */
export function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

export type InclusionClaim = {
  index: number;
  size: number;
  leafHash: Uint8Array;
  hashes: readonly Uint8Array[];
  root: Uint8Array;
};

/**
 * Whether the leaf stands at this place of the tree with this root (RFC 9162, 2.1.3.2, the same proofs as
 * RFC 6962's). For whatever comes from outside: what is no proof is false, nothing throws.
 */
export function verifyInclusion({ index, size, leafHash, hashes, root }: InclusionClaim): boolean {
  if (!areSizes(index, size) || index >= size || !areHashes([leafHash, root, ...hashes])) {
    return false;
  }
  let [place, last, node] = [index, size - 1, leafHash];
  for (const sibling of hashes) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      node = nodeHash(sibling, node);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      node = nodeHash(node, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && sameHash(node, root);
}

export type ConsistencyClaim = {
  from: { size: number; root: Uint8Array };
  to: { size: number; root: Uint8Array };
  hashes: readonly Uint8Array[];
};

/**
 * Whether the tree has grown out of the smaller one, nothing of it altered (RFC 9162, 2.1.4.2). A tree
 * without leaves is the beginning of each, with an empty proof. What is no proof is false, nothing throws.
 */
export function verifyConsistency({ from, to, hashes }: ConsistencyClaim): boolean {
  if (!areSizes(from.size, to.size) || from.size > to.size) return false;
  if (!areHashes([from.root, to.root, ...hashes])) return false;
  if (from.size === to.size) return hashes.length === 0 && sameHash(from.root, to.root);
  if (from.size === 0) return hashes.length === 0 && sameHash(from.root, emptyRoot);

  let [place, last] = [from.size - 1, to.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  const isPower = place === 0;
  const [first, ...rest] = isPower ? [from.root, ...hashes] : hashes;
  if (!first) return false;
  let [older, newer] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      newer = nodeHash(newer, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && sameHash(older, from.root) && sameHash(newer, to.root);
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function areSizes(...sizes: readonly number[]): boolean {
  return sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** More siblings than a tree can have levels are no proof, and need not be hashed. */
const mostHashes = 130;

function areHashes(hashes: readonly unknown[]): boolean {
  return (
    hashes.length <= mostHashes &&
    hashes.every((one) => one instanceof Uint8Array && one.length === hashLength)
  );
}
