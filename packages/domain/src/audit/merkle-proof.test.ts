import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyPath,
  inclusionPath,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
  type LeafRange,
} from './merkle-proof.ts';
import { leafHash, MerkleTree, nodeHash, rootOf } from './merkle-tree.ts';

const seed = Number(process.env['SEED'] ?? 6962);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What Certificate Transparency's reference implementations are tested with. */
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => leafHash(Buffer.from(text, 'hex')));

const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** As the standard defines it: split at the largest power of two (RFC 6962, 2.1). */
function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (leaves.length < 2 || !only) return only ?? rootOf([]);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)));
}

const leaves = Array.from({ length: 300 }, (_, index) => leafHash(`leaf ${index}`));
const hashesOf = (path: readonly LeafRange[]) =>
  path.map(({ start, end }) => definedRoot(leaves.slice(start, end)));

function inclusion(index: number, size: number): InclusionClaim {
  const hashes = hashesOf(inclusionPath(index, size));
  const root = definedRoot(leaves.slice(0, size));
  return { index, size, leafHash: leaves[index] ?? new Uint8Array(), hashes, root };
}

function consistency(from: number, to: number): ConsistencyClaim {
  const at = (size: number) => ({ size, root: definedRoot(leaves.slice(0, size)) });
  return { from: at(from), to: at(to), hashes: hashesOf(consistencyPath(from, to)) };
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const place = Math.floor(bit / 8) % copy.length;
  copy[place] = (copy[place] ?? 0) ^ (1 << (bit % 8));
  return copy;
}

const flippedOneOf = (hashes: readonly Uint8Array[], which: number, bit: number) =>
  hashes.map((one, place) => (place === which % hashes.length ? flipped(one, bit) : one));

const sizes = fc
  .integer({ min: 1, max: leaves.length })
  .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)));

describe('a Merkle tree', () => {
  it('has the roots that the reference implementations have', () => {
    expect(roots.map((_, size) => hex(rootOf(inputs.slice(0, size))))).toEqual(roots);
    expect(hex(leafHash('L123456'))).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
    expect(hex(nodeHash(Buffer.from('N123'), Buffer.from('N456')))).toBe(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    );
  });

  it('has the root that the standard defines, at every size', () => {
    const tree = new MerkleTree();
    for (let size = 1; size <= leaves.length; size++) {
      tree.append(leaves[size - 1] ?? new Uint8Array());
      expect(hex(tree.root())).toBe(hex(definedRoot(leaves.slice(0, size))));
    }
  });

  it('goes on from its peaks, and from a copy by itself', () => {
    for (let size = 0; size < 70; size++) {
      const tree = new MerkleTree();
      for (const leaf of leaves.slice(0, size)) tree.append(leaf);
      const resumed = new MerkleTree(size, tree.copy().peaks);
      for (const leaf of leaves.slice(size, 100)) resumed.append(leaf);
      expect(hex(resumed.root())).toBe(hex(definedRoot(leaves.slice(0, 100))));
      expect(tree.size).toBe(size);
    }
    expect(() => new MerkleTree(3, [])).toThrow(RangeError);
  });
});

describe('a proof', () => {
  it('is accepted for every leaf of every size', () => {
    for (let size = 1; size <= 70; size++) {
      for (let index = 0; index < size; index++) {
        expect(verifyInclusion(inclusion(index, size))).toBe(true);
      }
    }
  });

  it('is accepted for every two sizes', () => {
    for (let to = 1; to <= 70; to++) {
      for (let from = 1; from <= to; from++) {
        expect(verifyConsistency(consistency(from, to))).toBe(true);
      }
    }
  });

  it(`of inclusion is refused when anything in it is altered (seed ${seed})`, () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(255), ([index, size], which, bit) => {
        const sound = inclusion(index, size);
        const { hashes } = sound;
        const altered: InclusionClaim[] = [
          { ...sound, leafHash: flipped(sound.leafHash, bit) },
          { ...sound, root: flipped(sound.root, bit) },
          { ...sound, index: index === 0 ? size : index - 1 },
          { ...sound, hashes: [...hashes, leaves[0] ?? sound.root] },
        ];
        if (hashes.length > 0) {
          altered.push({ ...sound, hashes: hashes.map((one) => one.subarray(1)) });
          altered.push({ ...sound, hashes: flippedOneOf(hashes, which, bit) });
          altered.push({ ...sound, hashes: hashes.slice(1) });
        }
        for (const claim of altered) expect(verifyInclusion(claim)).toBe(false);
      }),
      { seed },
    );
  });

  it(`of consistency is refused when anything in it is altered (seed ${seed})`, () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(255), ([before, to], which, bit) => {
        const from = before + 1;
        const sound = consistency(from, to);
        const { hashes } = sound;
        const altered: ConsistencyClaim[] = [
          { ...sound, from: { size: from, root: flipped(sound.from.root, bit) } },
          { ...sound, to: { size: to, root: flipped(sound.to.root, bit) } },
          { ...sound, hashes: [...hashes, sound.to.root] },
          { ...sound, from: { ...sound.from, size: to + 1 } },
        ];
        if (hashes.length > 0) {
          altered.push({ ...sound, hashes: flippedOneOf(hashes, which, bit) });
          altered.push({ ...sound, hashes: hashes.slice(1) });
        }
        for (const claim of altered) expect(verifyConsistency(claim)).toBe(false);
      }),
      { seed },
    );
  });

  it(`that is none at all is refused, whatever it holds (seed ${seed})`, () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 2 ** 53, Infinity));
    const hash = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(number, number, hash, hash, fc.array(hash), (a, b, one, other, hashes) => {
        const claim = { index: a, size: b, leafHash: one, hashes, root: other };
        expect(verifyInclusion(claim)).toBe(false);
        const from = { size: a, root: one };
        expect(verifyConsistency({ from, to: { size: b, root: other }, hashes })).toBe(
          Number.isSafeInteger(a) &&
            a > 0 &&
            a === b &&
            one.length === 32 &&
            hex(one) === hex(other)
            ? hashes.length === 0
            : false,
        );
      }),
      { seed },
    );
  });

  it('is not made for a leaf or a size that is not there', () => {
    expect(() => inclusionPath(3, 3)).toThrow(RangeError);
    expect(() => inclusionPath(-1, 3)).toThrow(RangeError);
    expect(() => consistencyPath(0, 3)).toThrow(RangeError);
    expect(() => consistencyPath(4, 3)).toThrow(RangeError);
  });
});
