import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { EventLog } from './event-log.ts';
import { resolveLink } from './links.ts';
import { caughtUp, confirmation, eventMessage, type UuidForm } from './messages.ts';
import type { ReadResp } from './protocol.ts';
import { chunkSize } from './read-all.ts';
import { isYoungEnough } from './read-stream.ts';
import { deletedRevision } from './stream-metadata.ts';
import { streamDeleted } from './statuses.ts';

export type StreamSubscription = {
  stream: string;
  /** The event of that revision is not given. */
  after: number | 'start' | 'end';
  resolveLinks: boolean;
  uuids: UuidForm;
};

/**
 * A subscription to one stream, which need not exist yet: a confirmation, what is stored, `caughtUp`,
 * and what comes. A tombstone ends it.
 */
export async function* subscribeToStream(
  log: EventLog,
  { stream, after, resolveLinks, uuids }: StreamSubscription,
  signal: AbortSignal,
): AsyncGenerator<ReadResp[]> {
  yield [confirmation(randomUUID())];
  let next = after === 'start' ? 0 : after === 'end' ? log.stream(stream).newest + 1 : after + 1;
  let live = false;
  while (!signal.aborted) {
    const { newest, first, metadata } = log.stream(stream);
    if (newest === deletedRevision) throw streamDeleted(stream);
    const rows = log.forwards(stream, Math.max(next, Math.min(first, newest + 1)), chunkSize);
    const messages = rows
      .filter((row) => isYoungEnough(metadata, row))
      .map((row) => eventMessage(resolveLinks ? resolveLink(log, row) : { event: row }, uuids));
    next = (rows.at(-1)?.revision ?? next - 1) + 1;
    if (!live && rows.length < chunkSize) {
      live = true;
      messages.push(caughtUp());
    }
    if (messages.length > 0) yield messages;
    if (rows.length < chunkSize) await log.changed(signal);
    else await setImmediate();
  }
}
