import {
  formatVkey,
  hashesFrom,
  MerkleTree,
  openNote,
  parseCheckpoint,
  sameHash,
  type CheckpointSigned,
} from '@satu-atap/domain';
import type { EventStore, Position } from '../event-store.ts';
import { verifyEd25519 } from './ed25519.ts';
import { integrityStream, throughOf, type RecordedCheckpoint } from './integrity-stream.ts';
import type { KeyChain } from './key-chain.ts';
import type { LogDifference } from './log-difference.ts';
import type { OutsideComparison } from './outside-checkpoints.ts';
import { recordsOf } from './records.ts';

/** A leaf as a signed checkpoint has it. */
export type SignedLeaf = {
  index: number;
  /** Undefined where no sound record tells: whatever stands there is taken, and the root decides. */
  hash: Uint8Array | undefined;
  /** Where the last event of its checkpoint lay. */
  through: Position;
};

type Options = {
  store: Pick<EventStore, 'read'>;
  until: Position;
  chain: KeyChain;
  outside: OutsideComparison;
  report: (difference: LogDifference) => void;
};

/**
 * The leaves that checkpoints were signed over, in order, as the log itself has recorded them. A list is
 * believed only where its root is the one that was signed.
 */
export class SignedLeaves {
  readonly #options: Options;
  readonly #records: AsyncIterator<RecordedCheckpoint>;
  #tree = new MerkleTree();
  #ahead: SignedLeaf[] = [];
  #next = 0;
  /** The checkpoint whose leaves are being given; its own list is tried once. */
  #current: { checkpoint: RecordedCheckpoint; tried: boolean } | undefined;
  /** Leaves given without a hash, and not taken yet. */
  #unresolved = 0;
  #ended = false;
  /** Up to here a signed root has confirmed the leaves. */
  #confirmed = 0;
  /** Those that are soundly signed. */
  checkpoints = 0;
  newest: RecordedCheckpoint | undefined;
  /** Whether one of them is signed by a key that is trusted. */
  isTrusted = false;

  constructor(options: Options) {
    this.#options = options;
    this.#records = this.#read();
  }

  get first(): SignedLeaf | undefined {
    return this.#ahead[this.#next];
  }

  /** The checkpoint whose leaves are not all at hand. */
  get waitingFor(): RecordedCheckpoint | undefined {
    return this.#current?.checkpoint;
  }

  /** The tree of all leaves that are resolved. */
  get tree(): MerkleTree {
    return this.#tree;
  }

  /** Reads until there are so many at hand, or all, or some wait to be resolved. */
  async fill(count: number): Promise<void> {
    while (this.#ahead.length - this.#next < count && !this.#ended && this.#unresolved === 0) {
      await this.#load();
    }
  }

  peek(count: number): SignedLeaf[] {
    return this.#ahead.slice(this.#next, this.#next + count);
  }

  drop(count: number): void {
    this.#next += count;
  }

  /** Takes the first, which has no hash of its own, for what stands there. */
  async resolve(hash: Uint8Array): Promise<void> {
    this.#next += 1;
    this.#unresolved -= 1;
    await this.grow(hash);
    if (this.#unresolved === 0 && this.#current?.tried) this.#confirm(this.#current.checkpoint);
  }

  /** Appends a leaf, and has the root compared where the tree has a size of interest. */
  async grow(hash: Uint8Array): Promise<void> {
    const { outside } = this.#options;
    const tree = this.#tree;
    tree.append(hash);
    if (outside.nextSize === tree.size) await outside.reached(tree.size, tree.root());
  }

  /** Adds leaves to what is at hand: those of the current record, or a gap before it. */
  async #load(): Promise<void> {
    if (!this.#current) {
      const { value, done } = (await this.#records.next()) as IteratorResult<
        RecordedCheckpoint,
        undefined
      >;
      if (done) {
        this.#ended = true;
        return;
      }
      this.#current = { checkpoint: value, tried: false };
    }
    const { checkpoint } = this.#current;
    const { size } = this.#tree;
    if (checkpoint.size <= size) {
      this.#fault(checkpoint, `it covers no more than the checkpoint before it, ${size} events`);
      this.#current = undefined;
    } else if (checkpoint.first > size) {
      // The record of what is in between is gone.
      this.#giveUnknown(checkpoint.first - size, checkpoint);
    } else if (checkpoint.first < size || !(await this.#giveRecorded(checkpoint))) {
      this.#fault(checkpoint, 'its list of leaves is not the one that was signed');
      this.#current.tried = true;
      this.#giveUnknown(checkpoint.size - size, checkpoint);
    }
  }

  /** @returns false when the list has another root than the one that was signed */
  async #giveRecorded(checkpoint: RecordedCheckpoint): Promise<boolean> {
    const leaves = hashesFrom(checkpoint.leaves) ?? [];
    const tree = this.#tree.copy();
    for (const leaf of leaves) tree.append(leaf);
    if (!sameHash(tree.root(), rootOf(checkpoint))) return false;
    const index = this.#tree.size;
    const through = throughOf(checkpoint);
    const { nextSize } = this.#options.outside;
    if (nextSize === undefined || nextSize > tree.size) this.#tree = tree;
    else for (const leaf of leaves) await this.grow(leaf);
    this.#give(leaves.map((hash, place) => ({ index: index + place, hash, through })));
    this.#confirmed = this.#tree.size;
    this.#current = undefined;
    return true;
  }

  #giveUnknown(count: number, checkpoint: RecordedCheckpoint): void {
    const { size } = this.#tree;
    const through = throughOf(checkpoint);
    this.#unresolved = count;
    this.#give(
      Array.from({ length: count }, (_, place) => ({
        index: size + place,
        hash: undefined,
        through,
      })),
    );
  }

  #give(leaves: SignedLeaf[]): void {
    this.#ahead = [...this.#ahead.slice(this.#next), ...leaves];
    this.#next = 0;
  }

  /** Whether what stands in the store is what was signed, where the list does not tell. */
  #confirm(checkpoint: RecordedCheckpoint): void {
    const { size } = checkpoint;
    if (!sameHash(this.#tree.root(), rootOf(checkpoint))) {
      this.#options.report({ kind: 'range', from: this.#confirmed, to: size });
      const signed = new MerkleTree(size, hashesFrom(checkpoint.peaks) ?? []);
      // What follows is judged by what was signed, if that can still be known.
      if (sameHash(signed.root(), rootOf(checkpoint))) this.#tree = signed;
    }
    this.#confirmed = size;
    this.#current = undefined;
  }

  /** Checkpoints that are soundly signed, in order; keys are taken up on the way. */
  async *#read(): AsyncGenerator<RecordedCheckpoint> {
    const { chain } = this.#options;
    for await (const stored of recordsOf(this.#options)) {
      const place = { stream: integrityStream, revision: stored.revision };
      if ('fault' in stored) {
        this.#options.report({ kind: 'record', event: place, fault: stored.fault });
        continue;
      }
      const { event, metadata } = stored.read;
      if (event.type === 'SigningKeyIntroduced') {
        const fault = chain.introduce(event.data);
        if (fault !== undefined) this.#options.report({ kind: 'record', event: place, fault });
        continue;
      }
      const checkpoint = {
        ...event.data,
        revision: stored.revision,
        signedAt: metadata.occurredAt,
      };
      const fault = this.#faultOf(event.data);
      if (fault === undefined) this.newest = checkpoint;
      else this.#fault(checkpoint, fault);
      // Where no key is known at all, nothing is signed, and the lists still tell what was altered.
      if (fault === undefined || chain.signing.length === 0) yield checkpoint;
    }
  }

  /** What is wrong with its signature, or with what it says beside what was signed. */
  #faultOf(checkpoint: CheckpointSigned): string | undefined {
    const { chain } = this.#options;
    const { origin, size, root, note } = checkpoint;
    const keys = chain.signing;
    if (keys.length === 0) return 'it cannot be known who signed it: no sound key comes before it';
    const opened = openNote(note, keys, verifyEd25519);
    if (!opened) return `it is not signed by ${keys.map(formatVkey).join(' or ')}`;
    const signed = parseCheckpoint(opened.text);
    const [said] = hashesFrom(root) ?? [];
    const isSame =
      signed?.origin === origin &&
      signed.size === size &&
      said !== undefined &&
      sameHash(signed.root, said);
    if (!isSame) return 'it says something else than what is signed';
    this.checkpoints += 1;
    this.isTrusted ||= opened.signedBy.some((key) => chain.trusts(key));
    return undefined;
  }

  #fault({ revision }: Pick<RecordedCheckpoint, 'revision'>, fault: string): void {
    const event = { stream: integrityStream, revision };
    this.#options.report({ kind: 'record', event, fault });
  }
}

function rootOf({ root }: CheckpointSigned): Uint8Array {
  return hashesFrom(root)?.[0] ?? new Uint8Array();
}
