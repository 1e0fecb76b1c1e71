import {
  formatCheckpoint,
  formatKeyIntroduction,
  formatVkey,
  hashesFrom,
  leafHash,
  leafText,
  MerkleTree,
  mostLeaves,
  openNote,
  parseCheckpoint,
  parseNote,
  sameHash,
  toBase64,
  type Actor,
  type CheckpointSigned,
} from '@satu-atap/domain';
import {
  start,
  WrongExpectedRevisionError,
  type EventStore,
  type Position,
} from '../event-store.ts';
import { verifyEd25519, type NoteSigner } from './ed25519.ts';
import {
  BrokenRecordError,
  integrityEvent,
  introducedKeys,
  integrityHead,
  integritySigner,
  integrityStream,
  isCheckpoint,
  throughOf,
  type IntegrityHead,
  type RecordedCheckpoint,
} from './integrity-stream.ts';

/** The key at hand is not the one that this log is signed with now. */
export class WrongSigningKeyError extends Error {
  override readonly name = 'WrongSigningKeyError';
}

type Signing = {
  signer: NoteSigner;
  now: () => Temporal.Instant;
  /** Who has it signed; the engine by itself when absent. */
  actor?: Actor;
  /** Called for each checkpoint once it is recorded. */
  onSigned?: (checkpoint: RecordedCheckpoint) => Promise<void>;
  /** Ends between two checkpoints. */
  signal?: AbortSignal;
};

type Reader = Pick<EventStore, 'append' | 'read' | 'readAll'>;

/**
 * Signs what no checkpoint covers yet, at most `mostLeaves` events a checkpoint. Where nothing but
 * checkpoints is new, there is nothing to sign. Each is appended at the expected revision: of several
 * that sign at once one goes on, and the others go on after it. A log without a key is given this one.
 *
 * @returns the newest checkpoint, whoever signed it; undefined while the log has none
 *
 * @throws WrongSigningKeyError when the log is signed with another key
 * @throws BrokenRecordError when the newest checkpoint is not what was signed
 * @throws EventStoreUnavailableError, UnreadableRecordError
 */
export async function signCheckpoints(
  store: Reader,
  signing: Signing,
): Promise<RecordedCheckpoint | undefined> {
  for (;;) {
    try {
      const head = await integrityHead(store);
      return await signAfter(store, await standing(store, head, signing), signing);
    } catch (error) {
      // Another was faster: what it covers need not be signed again.
      if (!(error instanceof WrongExpectedRevisionError)) throw error;
    }
  }
}

/** A record that goes on with the key at hand. */
type Standing = IntegrityHead & { keyAt: number };

/** Where the record stands, once the key at hand is known to be the one to sign with. */
async function standing(
  store: Reader,
  head: IntegrityHead,
  { signer, now, actor = integritySigner }: Signing,
): Promise<Standing> {
  const { revision, checkpoint, keyAt } = head;
  const own = formatVkey(signer.key);
  if (revision < 0) {
    const data = { vkey: own, note: signer.sign(formatKeyIntroduction(own)) };
    const event = integrityEvent({ type: 'SigningKeyIntroduced', data }, { actor, now: now() });
    const first = await store.append(integrityStream, [event], 'no-stream');
    return { revision: first.revision, checkpoint: undefined, keyAt: first.revision };
  }
  const newest = (await introducedKeys(store, head)).at(-1);
  if (!newest || keyAt === undefined) {
    throw new BrokenRecordError(`no event of ${integrityStream} introduces a key`);
  }
  if (newest.vkey !== own) {
    throw new WrongSigningKeyError(
      `this log is signed with ${newest.vkey}, and the key at hand is ${own}`,
    );
  }
  // An older key's checkpoint is held against the key that follows it by whoever verifies.
  if (checkpoint?.keyAt === keyAt && !openNote(checkpoint.note, [signer.key], verifyEd25519)) {
    throw new BrokenRecordError(
      `${integrityStream}@${checkpoint.revision} is not signed by the key it names`,
    );
  }
  return { revision, checkpoint, keyAt };
}

/** @throws WrongExpectedRevisionError when somebody else has recorded something meanwhile */
async function signAfter(
  store: Reader,
  head: Standing,
  signing: Signing,
): Promise<RecordedCheckpoint | undefined> {
  const tree = signedTree(head.checkpoint);
  let { revision, checkpoint } = head;
  const after = checkpoint ? throughOf(checkpoint) : start;
  let waiting: Uint8Array[] = [];
  let through: Position = after;
  let isNews = false;
  const record = async () => {
    const first = tree.size - waiting.length;
    const data = {
      ...signed(tree, { first, leaves: waiting, through }, signing.signer),
      keyAt: head.keyAt,
    };
    const now = signing.now();
    const event = integrityEvent(
      { type: 'CheckpointSigned', data },
      { actor: signing.actor ?? integritySigner, now },
    );
    const expected = revision < 0 ? 'no-stream' : revision;
    ({ revision } = await store.append(integrityStream, [event], expected));
    checkpoint = { ...data, revision, signedAt: now.toString() };
    await signing.onSigned?.(checkpoint);
    waiting = [];
    isNews = false;
  };
  for await (const batch of store.readAll({ after })) {
    for (const event of batch) {
      const leaf = leafHash(leafText(event));
      tree.append(leaf);
      waiting.push(leaf);
      through = event.position;
      isNews ||= !isCheckpoint(event);
      if (waiting.length < mostLeaves) continue;
      if (signing.signal?.aborted) return checkpoint;
      await record();
    }
  }
  if (isNews && !signing.signal?.aborted) await record();
  return checkpoint;
}

function signed(
  tree: MerkleTree,
  { first, leaves, through }: { first: number; leaves: readonly Uint8Array[]; through: Position },
  signer: NoteSigner,
): Omit<CheckpointSigned, 'keyAt'> {
  const origin = signer.key.name;
  const root = tree.root();
  return {
    origin,
    size: tree.size,
    root: toBase64(root),
    note: signer.sign(formatCheckpoint({ origin, size: tree.size, root })),
    first,
    leaves: toBase64(Buffer.concat(leaves)),
    peaks: toBase64(Buffer.concat(tree.peaks)),
    through,
  };
}

/** The tree that a checkpoint tells of. @throws BrokenRecordError when it is not the one that was signed */
export function signedTree(checkpoint: RecordedCheckpoint | undefined): MerkleTree {
  if (!checkpoint) return new MerkleTree();
  const { size, peaks, note, revision } = checkpoint;
  const tree = new MerkleTree(size, hashesFrom(peaks) ?? []);
  const said = parseCheckpoint(parseNote(note)?.text ?? '');
  if (said?.size !== size || !sameHash(tree.root(), said.root)) {
    throw new BrokenRecordError(
      `${integrityStream}@${revision} is not what was signed: run \`satu-atap integrity check\``,
    );
  }
  return tree;
}
