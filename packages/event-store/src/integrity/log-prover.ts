import {
  consistencyPath,
  faultOfConsistency,
  faultOfInclusion,
  hashesFrom,
  inclusionPath,
  leafHash,
  leafText,
  openNote,
  parseCheckpoint,
  readIntegrityEvent,
  sameHash,
  toBase64,
  type ConsistencyProof,
  type InclusionProof,
  type LeafRange,
} from '@satu-atap/domain';
import { readStream, type EventStore, type Position, type RecordedEvent } from '../event-store.ts';
import { verifyEd25519 } from './ed25519.ts';
import {
  BrokenRecordError,
  integrityStream,
  recordedCheckpoint,
  throughOf,
} from './integrity-stream.ts';
import { KeyChain, type ChainedKey } from './key-chain.ts';
import { LeafIndex } from './leaf-index.ts';

/** Why there is no proof. */
export type NoProof =
  /** No such event. */
  | { no: 'event' }
  /** No checkpoint covers it yet; or not the one that was asked for. */
  | { no: 'coverage' }
  /** No checkpoint was signed at this size. */
  | { no: 'checkpoint'; size: number }
  /** The event is not the one that was signed. */
  | { no: 'match' };

/** Which checkpoint covers what, and where it is recorded. */
type Place = { first: number; size: number; revision: number; through: Position };

/** What proofs are made of, of a record. */
type ReadRecord = { note: string; hashes: Uint8Array[] };

/** Records that are kept for the next proof: those of an application lie in few. */
const rememberedRecords = 16;

/**
 * Proofs out of what checkpoints recorded. Keeps which record covers what and a root for each 256 leaves;
 * the leaves themselves are read again from the few records that a proof needs. Every proof is checked
 * against the signed root before it is given.
 */
export class LogProver {
  readonly #store: Pick<EventStore, 'read'>;
  readonly #chain = new KeyChain(verifyEd25519);
  readonly #index = new LeafIndex();
  readonly #places: Place[] = [];
  readonly #records = new Map<number, ReadRecord>();
  #read = -1;
  #reading: Promise<void> = Promise.resolve();

  constructor(store: Pick<EventStore, 'read'>) {
    this.#store = store;
  }

  /** The keys of the log, the newest last. @throws as `inclusion` does */
  async keys(): Promise<readonly ChainedKey[]> {
    await this.#upToDate();
    return this.#chain.keys;
  }

  /**
   * Proves that an event is in the log.
   *
   * @param size of the checkpoint to prove it by; the newest when absent
   * @throws BrokenRecordError when the record is not what was signed
   * @throws EventStoreUnavailableError, UnreadableRecordError, UnreadableEventError
   */
  async inclusion(event: RecordedEvent, size?: number): Promise<InclusionProof | NoProof> {
    await this.#upToDate();
    const covering = this.#firstWhere(({ through }) => through >= event.position);
    const by = size === undefined ? this.#places.at(-1) : this.#at(size);
    if (!by) return size === undefined ? { no: 'coverage' } : { no: 'checkpoint', size };
    if (!covering) return { no: 'coverage' };
    const leaf = leafText(event);
    const hash = leafHash(leaf);
    const { hashes } = await this.#record(covering);
    const place = hashes.findIndex((one) => sameHash(one, hash));
    if (place < 0) return { no: 'match' };
    const index = covering.first + place;
    if (index >= by.size) return { no: 'coverage' };
    const { stream, revision } = event;
    const proof = {
      stream,
      revision,
      index,
      leaf,
      hashes: await this.#hashes(inclusionPath(index, by.size)),
      size: by.size,
      checkpoint: (await this.#record(by)).note,
    };
    assertSound(faultOfInclusion(proof, this.#chain.keys, verifyEd25519));
    return proof;
  }

  /** Proves that the log of one checkpoint is the beginning of another's. @throws as `inclusion` does */
  async consistency(from: number, to: number): Promise<ConsistencyProof | NoProof> {
    await this.#upToDate();
    const [older, newer] = [this.#at(from), this.#at(to)];
    if (!older || !newer) return { no: 'checkpoint', size: older ? to : from };
    const notes = [(await this.#record(older)).note, (await this.#record(newer)).note] as const;
    const proof = {
      from: { size: from, checkpoint: notes[0] },
      to: { size: to, checkpoint: notes[1] },
      hashes: await this.#hashes(consistencyPath(from, to)),
    };
    assertSound(faultOfConsistency(proof, this.#chain.keys, verifyEd25519));
    return proof;
  }

  /** The checkpoint that was signed at this size. */
  #at(size: number): Place | undefined {
    const place = this.#firstWhere((one) => one.size >= size);
    return place?.size === size ? place : undefined;
  }

  #firstWhere(isTrue: (place: Place) => boolean): Place | undefined {
    return this.#places[lowest(this.#places, isTrue)];
  }

  async #hashes(path: readonly LeafRange[]): Promise<string[]> {
    const leaves = (start: number, end: number) => this.#leaves(start, end);
    const hashes: string[] = [];
    for (const { start, end } of path) {
      hashes.push(toBase64(await this.#index.rootOf(start, end, leaves)));
    }
    return hashes;
  }

  /** Hashes of leaves, from the records that hold them. */
  async #leaves(start: number, end: number): Promise<Uint8Array[]> {
    const leaves: Uint8Array[] = [];
    let at = lowest(this.#places, ({ size }) => size > start);
    const first = this.#places[at]?.first ?? 0;
    for (let covered = first; covered < end; at += 1) {
      const place = this.#places[at];
      if (!place) throw new RangeError(`leaves ${start} to ${end} are not covered`);
      leaves.push(...(await this.#record(place)).hashes);
      covered = place.size;
    }
    return leaves.slice(start - first, end - first);
  }

  /** A record, read again from the store unless it was asked for just before. */
  async #record({ revision }: Place): Promise<ReadRecord> {
    const known = this.#records.get(revision);
    if (known) return known;
    const [stored] = await readStream(this.#store, integrityStream, { from: revision, limit: 1 });
    const checkpoint = stored?.revision === revision ? recordedCheckpoint(stored) : undefined;
    if (!checkpoint) throw new BrokenRecordError(`${integrityStream}@${revision} is gone`);
    const { note, leaves } = checkpoint;
    const record = { note, hashes: hashesFrom(leaves) ?? [] };
    this.#records.set(revision, record);
    // A map keeps the order of insertion: the first was read longest ago.
    const oldest = this.#records.keys().next();
    if (this.#records.size > rememberedRecords && !oldest.done) this.#records.delete(oldest.value);
    return record;
  }

  /** One reads on at a time; who comes meanwhile reads on after it. */
  #upToDate(): Promise<void> {
    const reading = this.#reading.then(() => this.#readOn());
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #readOn(): Promise<void> {
    for await (const batch of this.#store.read(integrityStream, { from: this.#read + 1 })) {
      for (const stored of batch) {
        this.#add(stored);
        this.#read = stored.revision;
      }
    }
  }

  #add(stored: RecordedEvent): void {
    const { event } = readIntegrityEvent(stored);
    const at = `${integrityStream}@${stored.revision}`;
    if (event.type === 'SigningKeyIntroduced') {
      const fault = this.#chain.introduce(event.data);
      if (fault !== undefined) throw new BrokenRecordError(`${at}: ${fault}`);
      return;
    }
    const { first, size, leaves, note } = event.data;
    const { newest } = this.#chain;
    const opened = newest && openNote(note, [newest], verifyEd25519);
    const signed = opened && parseCheckpoint(opened.text);
    const { tree } = this.#index;
    if (!signed || signed.size !== size || tree.size !== first) {
      throw new BrokenRecordError(`${at} is not what was signed`);
    }
    const grown = tree.copy();
    const hashes = hashesFrom(leaves) ?? [];
    for (const leaf of hashes) grown.append(leaf);
    if (!sameHash(grown.root(), signed.root)) {
      throw new BrokenRecordError(`${at}: its list of leaves is not the one that was signed`);
    }
    for (const leaf of hashes) this.#index.append(leaf);
    this.#places.push({ first, size, revision: stored.revision, through: throughOf(event.data) });
  }
}

/** The first for which it is true, where it is true from there on; else how many there are. */
function lowest<T>(ordered: readonly T[], isTrue: (one: T) => boolean): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const one = ordered[middle];
    if (one !== undefined && isTrue(one)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function assertSound(fault: string | undefined): void {
  if (fault !== undefined) throw new BrokenRecordError(`the proof would not hold: ${fault}`);
}
