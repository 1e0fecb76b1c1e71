import {
  builtInRoles,
  readIntegrityEvent,
  type Actor,
  type CheckpointSigned,
  type EventMetadata,
  type IntegrityEvent,
  type SigningKeyIntroduced,
} from '@satu-atap/domain';
import { derivedId } from '../event-ids.ts';
import {
  readStream,
  type EventStore,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from '../event-store.ts';

/** The stream of signed checkpoints, and of the keys that sign them. */
export const integrityStream = 'integrity';

/** What the engine itself records there. */
export const integritySigner: Actor = { id: 'integrity-checkpoints', roles: [builtInRoles.system] };

/** A checkpoint as it stands in the log. */
export type RecordedCheckpoint = CheckpointSigned & {
  revision: number;
  /** When it was signed. */
  signedAt: string;
};

/** Where the record stands: what the next event is appended to. */
export type IntegrityHead = {
  /** Of the stream's newest event; -1 while there is none. */
  revision: number;
  /** The newest checkpoint. */
  checkpoint: RecordedCheckpoint | undefined;
  /** The revision that introduced the newest key; undefined while there is none. */
  keyAt: number | undefined;
};

/**
 * The end of the stream. A checkpoint names the event of its key, and a key that of the key before it:
 * however long the stream is, a few events are read.
 *
 * @throws UnreadableEventError or UnreadableRecordError when it is not what was written
 */
export async function integrityHead(store: Pick<EventStore, 'read'>): Promise<IntegrityHead> {
  let head: IntegrityHead = { revision: -1, checkpoint: undefined, keyAt: undefined };
  // Keys that follow each other without a checkpoint in between are few.
  for await (const batch of store.read(integrityStream, { direction: 'backwards', limit: 50 })) {
    for (const stored of batch) {
      const checkpoint = recordedCheckpoint(stored);
      if (head.revision < 0) head = { ...head, revision: stored.revision };
      if (checkpoint) return { ...head, checkpoint, keyAt: head.keyAt ?? checkpoint.keyAt };
      head = { ...head, keyAt: head.keyAt ?? stored.revision };
    }
  }
  return head;
}

/** The checkpoint that an event of the stream is; undefined for a key. @throws UnreadableEventError */
export function recordedCheckpoint(stored: RecordedEvent): RecordedCheckpoint | undefined {
  const { event, metadata } = readIntegrityEvent(stored);
  if (event.type !== 'CheckpointSigned') return undefined;
  return { ...event.data, revision: stored.revision, signedAt: metadata.occurredAt };
}

/**
 * Checkpoints, the newest first.
 *
 * @param from the revision to begin at; the newest when absent
 * @returns `next` is the revision that ended the page, where older ones follow
 */
export async function recordedCheckpoints(
  store: Pick<EventStore, 'read'>,
  { limit, from }: { limit: number; from?: number | undefined },
): Promise<{ checkpoints: RecordedCheckpoint[]; next: number | undefined }> {
  const page = { direction: 'backwards', limit, ...(from === undefined ? {} : { from }) } as const;
  if (from !== undefined && from < 0) return { checkpoints: [], next: undefined };
  const events = await readStream(store, integrityStream, page);
  const last = events.at(-1)?.revision ?? 0;
  return {
    checkpoints: events.flatMap((stored) => recordedCheckpoint(stored) ?? []),
    next: last > 0 && events.length === limit ? last : undefined,
  };
}

/** The keys of a log in their order, as the events say: who verifies has the chain tell. */
export async function introducedKeys(
  store: Pick<EventStore, 'read'>,
  head: Pick<IntegrityHead, 'keyAt'>,
): Promise<(SigningKeyIntroduced & { revision: number; introducedAt: string })[]> {
  const keys: (SigningKeyIntroduced & { revision: number; introducedAt: string })[] = [];
  for (let from = head.keyAt; from !== undefined;) {
    const [stored] = await readStream(store, integrityStream, { from, limit: 1 });
    if (!stored || stored.revision !== from) throw missing(from);
    const { event, metadata } = readIntegrityEvent(stored);
    if (event.type !== 'SigningKeyIntroduced') throw missing(from);
    const { revision } = stored;
    keys.push({ ...event.data, revision, introducedAt: metadata.occurredAt });
    const { previous } = event.data;
    if (previous !== undefined && previous >= from) throw missing(previous);
    from = previous;
  }
  return keys.toReversed();
}

function missing(revision: number): BrokenRecordError {
  return new BrokenRecordError(
    `${integrityStream}@${revision} introduces no key, where one is named`,
  );
}

/** The record contradicts itself: nothing more is signed or proved until somebody has looked. */
export class BrokenRecordError extends Error {
  override readonly name = 'BrokenRecordError';
}

/** Whether an event says nothing but what the log was: no reason to sign another checkpoint. */
export function isCheckpoint({ stream, type }: Pick<RecordedEvent, 'stream' | 'type'>): boolean {
  return stream === integrityStream && type === 'CheckpointSigned';
}

/** Where a checkpoint says that its last event lies. */
export function throughOf({ through }: CheckpointSigned): Position {
  return through as Position;
}

/** An event for the stream; the same content gives the same id, so that what is recorded twice is one. */
export function integrityEvent(
  event: IntegrityEvent,
  { actor, now }: { actor: Actor; now: Temporal.Instant },
): NewEvent {
  const { type, data } = event;
  const command = derivedId('integrity', type, data.note);
  const metadata: EventMetadata = { actor, occurredAt: now.toString(), command };
  return { id: derivedId(command, 0), type, data, metadata };
}
