import { z } from 'zod';
import { fromBase64 } from './base64.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { verifyConsistency, verifyInclusion } from './merkle-proof.ts';
import { leafHash } from './merkle-tree.ts';
import { openNote, type VerifierKey, type Verify } from './signed-note.ts';

const size = z.int().min(1);
const note = z.string().min(1).max(10_000).meta({
  description: 'A signed checkpoint, as C2SP’s tlog-checkpoint lays it out.',
});
/** From the lowest, each 32 bytes in base64. */
const hashes = z.array(z.string().max(44)).max(64).meta({
  description: 'The hashes of the proof, the lowest first, in base64.',
});

/** That an event stands at its place in a log, for whoever has the log's public key and nothing else. */
export const inclusionProof = z.strictObject({
  stream: z.string().meta({ description: 'The event’s stream.' }),
  revision: z.int().min(0).meta({ description: 'Its place in the stream, from 0.' }),
  index: z.int().min(0).meta({ description: 'Its place among all events, from 0.' }),
  leaf: z.string().meta({ description: 'The event as a line of canonical JSON: what is hashed.' }),
  hashes,
  size: size.meta({ description: 'How many events the checkpoint covers.' }),
  checkpoint: note,
});
export type InclusionProof = z.infer<typeof inclusionProof>;

/** That the log of one checkpoint is the beginning of the log of another. */
export const consistencyProof = z.strictObject({
  from: z.strictObject({ size, checkpoint: note }),
  to: z.strictObject({ size, checkpoint: note }),
  hashes,
});
export type ConsistencyProof = z.infer<typeof consistencyProof>;

/**
 * @param keys that whoever checks trusts
 * @returns what is wrong with the proof; undefined when it holds
 */
export function faultOfInclusion(
  proof: InclusionProof,
  keys: readonly VerifierKey[],
  verify: Verify,
): string | undefined {
  const checkpoint = openCheckpoint(proof.checkpoint, keys, verify);
  if (typeof checkpoint === 'string') return checkpoint;
  if (checkpoint.size !== proof.size) return 'the checkpoint is of another size than the proof';
  const leaf = parsed(proof.leaf);
  if (leaf?.stream !== proof.stream || leaf.revision !== proof.revision) {
    return 'the leaf is another event than the proof says';
  }
  const { index } = proof;
  const root = { size: checkpoint.size, root: checkpoint.root };
  const claim = { index, leafHash: leafHash(proof.leaf), hashes: bytesOf(proof.hashes), ...root };
  return verifyInclusion(claim)
    ? undefined
    : 'the hashes do not lead to the root of the checkpoint';
}

/** The same for two checkpoints of a log. */
export function faultOfConsistency(
  proof: ConsistencyProof,
  keys: readonly VerifierKey[],
  verify: Verify,
): string | undefined {
  const [from, to] = [proof.from, proof.to].map((one) =>
    openCheckpoint(one.checkpoint, keys, verify),
  );
  if (from === undefined || typeof from === 'string') return from;
  if (to === undefined || typeof to === 'string') return to;
  if (from.origin !== to.origin) return 'the checkpoints are of two logs';
  if (from.size !== proof.from.size || to.size !== proof.to.size) {
    return 'a checkpoint is of another size than the proof';
  }
  const holds = verifyConsistency({ from, to, hashes: bytesOf(proof.hashes) });
  return holds ? undefined : 'the hashes do not lead from one root to the other';
}

/** A checkpoint that one of the keys has signed in its own name, or why it is none. */
function openCheckpoint(
  signed: string,
  keys: readonly VerifierKey[],
  verify: Verify,
): Checkpoint | string {
  const opened = openNote(signed, keys, verify);
  if (!opened) return 'the checkpoint is not signed by a key that is trusted';
  const checkpoint = parseCheckpoint(opened.text);
  if (!checkpoint) return 'what is signed is no checkpoint';
  const isOwn = opened.signedBy.some(({ name }) => name === checkpoint.origin);
  return isOwn ? checkpoint : 'the checkpoint is signed by the key of another log';
}

/** What is no hash makes the proof fail. */
function bytesOf(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => fromBase64(text) ?? new Uint8Array());
}

function parsed(leaf: string): { stream?: unknown; revision?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(leaf);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
