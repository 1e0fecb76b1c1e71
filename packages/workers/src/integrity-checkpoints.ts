import { setTimeout as delay } from 'node:timers/promises';
import { sameHash, type Checkpoint } from '@satu-atap/domain';
import {
  BrokenRecordError,
  EventStoreUnavailableError,
  integrityHead,
  latestCheckpointFile,
  NoSigningKeyError,
  openSigner,
  signCheckpoints,
  signedTree,
  UnreadableRecordError,
  writeCheckpointFile,
  WrongSigningKeyError,
  type EventStore,
  type RecordedCheckpoint,
  type SigningKeyPlace,
} from '@satu-atap/event-store';
import type { Logger } from 'pino';

export type IntegrityCheckpointsOptions = {
  store: EventStore;
  key: SigningKeyPlace;
  /** Where each checkpoint is written as a file. */
  folder: string;
  log: Logger;
  now?: () => Temporal.Instant;
  /** How long to wait between two looks for something to sign, in milliseconds. */
  interval?: number;
};

export type IntegrityCheckpointsStatus = {
  /** Whether its last look went well. */
  signing: boolean;
  /** Why it did not. */
  error?: string;
  /** How many events the newest checkpoint covers, and when it was signed. */
  size?: number;
  signedAt?: string;
};

/**
 * Signs checkpoints over all events, each interval in which something happened. It keeps nothing itself:
 * where the last checkpoint ended is in the log. So several may run, and one that was killed goes on.
 *
 * It signs nothing more once the log is shorter than what it has already signed, or is not what was
 * signed: outsiders would hold two histories, and nobody could say which is true.
 */
export class IntegrityCheckpoints {
  readonly #options: IntegrityCheckpointsOptions;
  readonly #now: () => Temporal.Instant;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #status: IntegrityCheckpointsStatus = { signing: true };

  constructor(options: IntegrityCheckpointsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Temporal.Now.instant());
  }

  get status(): Readonly<IntegrityCheckpointsStatus> {
    return this.#status;
  }

  /**
   * Signs what is new, and sees to it that the newest checkpoint is there as a file.
   *
   * @throws BrokenRecordError, WrongSigningKeyError, NoSigningKeyError, EventStoreUnavailableError
   */
  async sign(): Promise<RecordedCheckpoint | undefined> {
    const { store, key, folder } = this.#options;
    const { checkpoint } = await integrityHead(store);
    const file = await latestCheckpointFile(folder);
    if (file) this.#assertNotCutBack(file, checkpoint);
    // Killed between the two, the event is there and the file is not.
    if (checkpoint && file?.size !== checkpoint.size) await writeCheckpointFile(folder, checkpoint);
    const newest = await signCheckpoints(store, {
      // The file may hold another since: a key can be rotated while this runs.
      signer: await openSigner(store, key),
      now: this.#now,
      onSigned: (one) => writeCheckpointFile(folder, one),
    });
    if (newest) {
      this.#status = { signing: true, size: newest.size, signedAt: newest.signedAt };
    }
    return newest;
  }

  run(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#running = this.#follow(this.#stop.signal);
  }

  /** Signs a last time. */
  async stop(): Promise<void> {
    if (!this.#stop) return;
    this.#stop.abort();
    await this.#running;
    await this.#attempt();
    this.#stop = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { interval = 60_000 } = this.#options;
    while (!signal.aborted) {
      await this.#attempt();
      await delay(interval, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Says what is the matter once, and again when it is another thing. */
  async #attempt(): Promise<void> {
    try {
      await this.sign();
      const { error: _, ...status } = this.#status;
      this.#status = { ...status, signing: true };
    } catch (error) {
      const reason = reasonOf(error);
      const isNews = this.#status.error !== reason;
      this.#status = { ...this.#status, signing: false, error: reason };
      if (isNews) this.#options.log.error({ err: error }, 'no checkpoint can be signed');
    }
  }

  #assertNotCutBack(file: Checkpoint, checkpoint: RecordedCheckpoint | undefined): void {
    const { folder } = this.#options;
    if (checkpoint && file.size < checkpoint.size) return;
    if (checkpoint?.size === file.size && sameHash(signedTree(checkpoint).root(), file.root)) {
      return;
    }
    throw new BrokenRecordError(
      `a checkpoint of ${file.size} events is in ${folder}, and the log has none like it: ` +
        'it was cut back, or is another log; see "satu-atap integrity check"',
    );
  }
}

/** For anybody who asks whether the process is well: the log tells more. */
function reasonOf(error: unknown): string {
  if (error instanceof BrokenRecordError) return 'the record of checkpoints is not what was signed';
  if (error instanceof WrongSigningKeyError) return 'the signing key is not the log’s';
  if (error instanceof NoSigningKeyError) return 'there is no signing key';
  if (error instanceof UnreadableRecordError) return 'an event cannot be read';
  return error instanceof EventStoreUnavailableError
    ? 'the event store does not answer'
    : 'checkpoints cannot be written';
}
