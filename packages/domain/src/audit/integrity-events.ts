import { z } from 'zod';
import { fromBase64 } from './base64.ts';
import { isOrigin } from './checkpoint.ts';
import { hashLength, peakCount } from './merkle-tree.ts';

/** Leaves that one event records at the most: within the megabyte that servers take by default. */
export const mostLeaves = 4096;

const origin = z.string().refine(isOrigin, { error: 'must be a name without white space or plus' });
const hashes = z.string().refine((text) => hashesFrom(text) !== undefined, {
  error: 'must be hashes of 32 bytes, one after the other, in base64',
});
const note = z.string().min(1).max(10_000);

/**
 * The log had this root when it had `size` events, signed. The hashes of the events since the
 * checkpoint before are kept, so that an event that was altered later can be named.
 */
const checkpointSigned = z
  .strictObject({
    origin,
    size: z.int().min(1),
    root: hashes,
    /** The signed note: what outsiders are given. */
    note,
    /** Index of the first leaf that no checkpoint before has covered. */
    first: z.int().min(0),
    /** Hashes of the leaves from there on. */
    leaves: hashes,
    /** Roots of the complete subtrees of the first `size` leaves, the largest first: to go on from. */
    peaks: hashes,
    /** Where the last event lies that it covers: a position of this store. */
    through: z.string().min(1).max(100),
    /** The revision, in the same stream, that introduced the key that signed it. */
    keyAt: z.int().min(0),
  })
  .refine(
    ({ size, first, leaves, peaks, root }) =>
      hashCount(root) === 1 &&
      hashCount(leaves) === size - first &&
      hashCount(leaves) <= mostLeaves &&
      hashCount(peaks) === peakCount(size),
    { error: 'has not as many hashes as it says' },
  );
export type CheckpointSigned = z.infer<typeof checkpointSigned>;

/** From here on checkpoints are signed by this key; the note is signed by the key before it. */
const signingKeyIntroduced = z.strictObject({
  vkey: z.string().min(1).max(400),
  note,
  /** The revision that introduced the key before it; absent for the first. */
  previous: z.int().min(0).exactOptional(),
});
export type SigningKeyIntroduced = z.infer<typeof signingKeyIntroduced>;

/** Every event of the record of integrity, by its name. */
export const integrityEvents = {
  CheckpointSigned: checkpointSigned,
  SigningKeyIntroduced: signingKeyIntroduced,
} as const;
export type IntegrityEvent =
  | { type: 'CheckpointSigned'; data: CheckpointSigned }
  | { type: 'SigningKeyIntroduced'; data: SigningKeyIntroduced };

/** Hashes that were written one after the other, or undefined. */
export function hashesFrom(text: string): Uint8Array[] | undefined {
  const bytes = fromBase64(text);
  if (!bytes || bytes.length % hashLength !== 0) return undefined;
  return Array.from({ length: bytes.length / hashLength }, (_, index) =>
    bytes.subarray(index * hashLength, (index + 1) * hashLength),
  );
}

/** Of text that `hashesFrom` reads. */
function hashCount(text: string): number {
  return Buffer.byteLength(text, 'base64') / hashLength;
}
