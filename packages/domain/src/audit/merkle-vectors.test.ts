import { createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { toBase64 } from './base64.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import {
  consistencyPath,
  inclusionPath,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.ts';
import { leafHash, nodeHash, rootOf } from './merkle-tree.ts';
import { formatNote, openNote, parseNote, parseVkey, type Verify } from './signed-note.ts';

/** Roots and proofs of RFC 6962, notes and checkpoints of C2SP. Not part of the project. */
const shared =
  process.env['SATU_ATAP_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const folder = join(shared, 'data/merkle');
const there = existsSync(join(folder, 'rfc6962_vectors.json'));

test.skipIf(there)(
  `the vectors are not here: set SATU_ATAP_SHARED to try them (looked in ${folder})`,
  () => {},
);

type Proof = {
  leafIndex: number;
  treeSize: number;
  leafHash: string;
  root: string;
  proof: string[];
};
type Growth = { size1: number; size2: number; root1: string; root2: string; proof: string[] };
type Tree = {
  leafInputsHex: string[];
  rootHashesHexBySize: string[];
  hasher: { emptyRoot: string; emptyLeaf: string; leaf_L123456: string; node_N123_N456: string };
  inclusion: Proof[];
  consistency: Growth[];
};
type Notes = {
  signedNote: { vkey: string; note: string };
  tesseraVkey: string;
  tesseraCheckpoints: string[];
  tesseraEntries: string[];
};

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array) => Buffer.from(value).toString('hex');
const ed25519: Verify = (publicKey, message, signature) => {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]);
  return verify(
    null,
    message,
    createPublicKey({ key: der, format: 'der', type: 'spki' }),
    signature,
  );
};

describe.skipIf(!there)('the vectors of RFC 6962', () => {
  const read = () => JSON.parse(readFileSync(join(folder, 'rfc6962_vectors.json'), 'utf8')) as Tree;

  it('have our hashes and roots', () => {
    const { leafInputsHex, rootHashesHexBySize, hasher } = read();
    const leaves = leafInputsHex.map((input) => leafHash(bytes(input)));
    expect(hex(rootOf([]))).toBe(hasher.emptyRoot);
    expect(hex(leafHash(''))).toBe(hasher.emptyLeaf);
    expect(hex(leafHash('L123456'))).toBe(hasher.leaf_L123456);
    expect(hex(nodeHash(Buffer.from('N123'), Buffer.from('N456')))).toBe(hasher.node_N123_N456);
    expect(rootHashesHexBySize.map((_, size) => hex(rootOf(leaves.slice(0, size))))).toEqual(
      rootHashesHexBySize,
    );
  });

  it('have our proofs, and are accepted', () => {
    const { leafInputsHex, inclusion, consistency } = read();
    const leaves = leafInputsHex.map((input) => leafHash(bytes(input)));
    const hashes = (path: readonly { start: number; end: number }[]) =>
      path.map(({ start, end }) => hex(rootOf(leaves.slice(start, end))));
    expect(inclusion.length + consistency.length).toBeGreaterThan(50);
    for (const { leafIndex: index, treeSize: size, ...one } of inclusion) {
      expect(hashes(inclusionPath(index, size))).toEqual(one.proof);
      const claim = { leafHash: bytes(one.leafHash), root: bytes(one.root) };
      expect(verifyInclusion({ index, size, ...claim, hashes: one.proof.map(bytes) })).toBe(true);
    }
    for (const { size1, size2, root1, root2, proof } of consistency) {
      expect(hashes(consistencyPath(size1, size2))).toEqual(proof);
      const from = { size: size1, root: bytes(root1) };
      const to = { size: size2, root: bytes(root2) };
      expect(verifyConsistency({ from, to, hashes: proof.map(bytes) })).toBe(true);
    }
  });
});

describe.skipIf(!there)('the vectors of C2SP', () => {
  const read = () =>
    JSON.parse(readFileSync(join(folder, 'signed_note_vectors.json'), 'utf8')) as Notes;

  it('have a note that its key opens', () => {
    const { vkey, note } = read().signedNote;
    const key = parseVkey(vkey);
    expect(key && openNote(note, [key], ed25519)?.text).toBe('This is an example message.\n');
    const parsed = parseNote(note);
    expect(parsed && formatNote(parsed)).toBe(note);
  });

  it('have checkpoints of a log that we would have written', () => {
    const { tesseraVkey, tesseraCheckpoints, tesseraEntries } = read();
    const key = parseVkey(tesseraVkey);
    if (!key) throw new Error('no key');
    const leaves = tesseraEntries.map((entry) => leafHash(entry));
    for (const [size, note] of tesseraCheckpoints.entries()) {
      const text = openNote(note, [key], ed25519)?.text ?? '';
      const checkpoint = parseCheckpoint(text);
      expect(checkpoint).toMatchObject({ origin: 'example.com/log/testdata', size });
      expect(checkpoint && formatCheckpoint(checkpoint)).toBe(text);
      expect(checkpoint && toBase64(checkpoint.root)).toBe(toBase64(rootOf(leaves.slice(0, size))));
    }
    expect(tesseraCheckpoints.length).toBeGreaterThan(10);
  });
});
