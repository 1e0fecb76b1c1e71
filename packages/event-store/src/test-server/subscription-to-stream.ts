import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { EventLog } from './event-log.ts';
import { encodeEvent } from './event-encoding.ts';
import { resolveLink } from './links.ts';
import { caughtUp, confirmation, fellBehind, type UuidForm } from './messages.ts';
import { Pace, type Consumer } from './pace.ts';
import type { ReadMessage } from './protocol.ts';
import { chunkSize } from './read-all.ts';
import { isMissing, isYoungEnough } from './read-stream.ts';

export type StreamSubscription = {
  stream: string;
  /** The event of that revision is not given. */
  after: number | 'start' | 'end';
  resolveLinks: boolean;
  uuids: UuidForm;
  consumer: Consumer;
  signal: AbortSignal;
};

/**
 * A subscription to one stream, which need not exist yet: a confirmation, what is stored, `caughtUp`,
 * and what comes.
 *
 * @throws CallError when the stream has, or gets, a tombstone
 */
export async function* subscribeToStream(
  log: EventLog,
  { stream, after, resolveLinks, uuids, consumer, signal }: StreamSubscription,
): AsyncGenerator<ReadMessage[]> {
  yield [confirmation(randomUUID())];
  let next = firstRevision(log, stream, after);
  const pace = new Pace(consumer);
  while (!signal.aborted) {
    const state = log.stream(stream);
    const from = Math.max(next, state.first);
    const rows = isMissing(stream, state) ? [] : log.forwards(stream, from, chunkSize);
    const messages: ReadMessage[] = [];
    if (pace.fallsBehind(rows.length)) messages.push(fellBehind());
    for (const row of rows) {
      if (!isYoungEnough(state.metadata, row)) continue;
      messages.push(encodeEvent(resolveLinks ? resolveLink(log, row) : { event: row }, uuids));
    }
    next = (rows.at(-1)?.revision ?? next - 1) + 1;
    const more = rows.length === chunkSize;
    if (pace.catchesUp(more)) messages.push(caughtUp());
    if (messages.length > 0) yield messages;
    if (more) await setImmediate();
    else await log.changed(signal);
  }
}

function firstRevision(log: EventLog, stream: string, after: number | 'start' | 'end'): number {
  if (after === 'start') return 0;
  return after === 'end' ? log.stream(stream).newest + 1 : after + 1;
}
