import { sameHash } from '@satu-atap/domain';
import type { EventStore, Position } from '../event-store.ts';
import { apart, lookAhead, nameDifferences } from './align-leaves.ts';
import { Differences, placeOf } from './differences.ts';
import { verifyEd25519 } from './ed25519.ts';
import { integrityStream } from './integrity-stream.ts';
import { KeyChain, type ChainedKey } from './key-chain.ts';
import type { EventPlace, LogDifference } from './log-difference.ts';
import { OutsideComparison, type OutsideCheckpoints } from './outside-checkpoints.ts';
import { RevisionOrder } from './revision-order.ts';
import { SignedLeaves } from './signed-leaves.ts';
import { StoredLeaves, type StoredLeaf } from './stored-leaves.ts';

export type VerifyLogOptions = {
  /** vkeys that whoever verifies knows from elsewhere; when absent, the log's first is taken at its word. */
  keys?: readonly string[];
  /** Checkpoints from outside of the log: listed before this is called, where the log goes on growing. */
  checkpoints?: OutsideCheckpoints;
  /** Called now and then with how many events have been read. */
  onProgress?: (events: number) => void;
};

export type LogVerification = {
  /** How many events the log has. */
  events: number;
  /** How many of them the newest sound checkpoint covers. */
  covered: number;
  /** The newest ones, which no checkpoint covers yet: nothing is known of them. */
  uncovered: number;
  /** Sound checkpoints in the log, and from outside. */
  checkpoints: { recorded: number; outside: number };
  newest: { size: number; root: string; note: string; signedAt: string } | undefined;
  keys: readonly ChainedKey[];
  /** The first thousand, those of the record itself among them; none when nothing was altered. */
  differences: LogDifference[];
  /** How many there are. */
  differenceCount: number;
};

type Store = Pick<EventStore, 'read' | 'readAll' | 'head'>;

/** Events between two reports of progress. */
const progressEvery = 10_000;

/**
 * Holds every event up to the present end against what was signed: the events' hashes against the leaves
 * that checkpoints recorded, those against signed roots, signatures against the chain of keys, and all
 * against checkpoints from outside. What differs is named. Reads the log once, and keeps nothing of it.
 *
 * @throws EventStoreUnavailableError
 */
export async function verifyLog(
  store: Store,
  options: VerifyLogOptions = {},
): Promise<LogVerification> {
  return new LogVerifier(store, options).verify(await store.head());
}

class LogVerifier {
  readonly #store: Store;
  readonly #options: VerifyLogOptions;
  readonly #differences = new Differences();
  readonly #chain: KeyChain;
  readonly #outside: OutsideComparison;
  readonly #revisions: RevisionOrder;
  #events = 0;
  #before: EventPlace | undefined;

  constructor(store: Store, options: VerifyLogOptions) {
    this.#store = store;
    this.#options = options;
    const { report } = this.#differences;
    this.#chain = new KeyChain(verifyEd25519, options.keys);
    this.#outside = new OutsideComparison(options.checkpoints, this.#chain, report);
    this.#revisions = new RevisionOrder(store);
  }

  async verify(until: Position): Promise<LogVerification> {
    const stored = new StoredLeaves(this.#store, until);
    const signed = new SignedLeaves({
      store: this.#store,
      until,
      chain: this.#chain,
      outside: this.#outside,
      report: this.#differences.report,
    });
    try {
      await this.#compare(signed, stored);
      const covered = signed.tree.size;
      const uncovered = await this.#follow(signed, stored);
      await this.#outside.end(this.#events);
      if (this.#options.keys && !signed.isTrusted) this.#differences.report({ kind: 'untrusted' });
      const { newest } = signed;
      return {
        events: this.#events,
        covered,
        uncovered,
        checkpoints: { recorded: signed.checkpoints, outside: this.#outside.compared },
        newest: newest && {
          size: newest.size,
          root: newest.root,
          note: newest.note,
          signedAt: newest.signedAt,
        },
        keys: this.#chain.keys,
        ...this.#differences.end(this.#revisions),
      };
    } finally {
      await stored.close();
    }
  }

  /** As far as leaves were signed. */
  async #compare(signed: SignedLeaves, stored: StoredLeaves): Promise<void> {
    for (;;) {
      if (!signed.first) await signed.fill(1);
      if (!stored.first) await stored.fill(1);
      const [{ first: leaf }, { first: event }] = [signed, stored];
      if (!leaf) return;
      if (leaf.hash === undefined) {
        if (!event) return this.#cutOff(signed);
        if (!event.hash) this.#differences.altered(leaf, event);
        await signed.resolve(event.hash ?? noHash);
        await this.#pass(event);
        stored.drop(1);
      } else if (event?.hash && sameHash(leaf.hash, event.hash)) {
        await this.#pass(event);
        signed.drop(1);
        stored.drop(1);
      } else await this.#resolveDifference(signed, stored);
    }
  }

  async #resolveDifference(signed: SignedLeaves, stored: StoredLeaves): Promise<void> {
    await signed.fill(lookAhead);
    await stored.fill(lookAhead);
    const found = apart(signed.peek(lookAhead), stored.peek(lookAhead));
    const events = stored.peek(found.stored);
    const before = stored.peek(found.stored + 1)[found.stored];
    const around = {
      ...(this.#before ? { after: this.#before } : {}),
      ...(before ? { before: placeOf(before) } : {}),
    };
    nameDifferences(signed.peek(found.signed), events, around, this.#differences);
    for (const event of events) await this.#pass(event);
    signed.drop(found.signed);
    stored.drop(found.stored);
  }

  /** The events end where the record does not tell what was signed: only how much is known. */
  #cutOff({ first, waitingFor }: SignedLeaves): void {
    if (!first || !waitingFor) return;
    const checkpoint = `${integrityStream}@${waitingFor.revision}`;
    const { size } = waitingFor;
    this.#differences.report({ kind: 'truncated', checkpoint, size, events: this.#events });
  }

  /** Events that no checkpoint in the log covers: held against those from outside alone. */
  async #follow(signed: SignedLeaves, stored: StoredLeaves): Promise<number> {
    let count = 0;
    for (;;) {
      if (!stored.first) await stored.fill(1);
      const event = stored.first;
      if (!event) return count;
      if (event.fault !== undefined) {
        this.#differences.report({ kind: 'unreadable', event: placeOf(event), fault: event.fault });
      }
      await signed.grow(event.hash ?? noHash);
      await this.#pass(event);
      stored.drop(1);
      count += 1;
    }
  }

  /** An event that was looked at, whatever came of it. */
  async #pass(event: StoredLeaf): Promise<void> {
    const looking = this.#revisions.follow(event);
    if (looking) await looking;
    this.#before = placeOf(event);
    this.#events += 1;
    if (this.#events % progressEvery === 0) this.#options.onProgress?.(this.#events);
  }
}

/** In place of a leaf that cannot be read: the root will differ, as it must. */
const noHash = new Uint8Array(32);
