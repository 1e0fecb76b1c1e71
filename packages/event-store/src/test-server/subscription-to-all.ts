import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Checkpoints } from './checkpoints.ts';
import type { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import { isShown, type EventFilter } from './filter.ts';
import { encodeEvent } from './event-encoding.ts';
import { resolveLink } from './links.ts';
import { caughtUp, checkpoint, confirmation, fellBehind, type UuidForm } from './messages.ts';
import { Pace, type Consumer } from './pace.ts';
import { firstRowAt, positionOf, type LogPosition } from './positions.ts';
import type { ReadMessage } from './protocol.ts';
import { chunkSize } from './read-all.ts';

export type AllSubscription = {
  /** The event that lies there is not given. */
  after: LogPosition | 'start' | 'end';
  resolveLinks: boolean;
  uuids: UuidForm;
  filter: EventFilter | undefined;
  consumer: Consumer;
  signal: AbortSignal;
  faults: Pick<Faults, 'areCheckpointsAhead'>;
};

/**
 * A subscription to $all: a confirmation, what is stored, `caughtUp`, and what comes; `fellBehind`
 * and `caughtUp` again when the subscriber is too slow. With a filter, checkpoints tell how far the
 * log has been looked through.
 */
export async function* subscribeToAll(
  log: EventLog,
  { after, resolveLinks, uuids, filter, consumer, signal, faults }: AllSubscription,
): AsyncGenerator<ReadMessage[]> {
  yield [confirmation(randomUUID())];
  let row = lastRowBefore(after, log.head());
  const pace = new Pace(consumer);
  const checkpoints = filter && new Checkpoints(filter, row);
  while (!signal.aborted) {
    const rows = log.after(row, chunkSize);
    const messages: ReadMessage[] = [];
    if (pace.fallsBehind(rows.length)) {
      checkpoints?.restart(row);
      messages.push(fellBehind());
    }
    for (const event of rows) {
      const matches = filter ? filter.matches(event) : isShown(event);
      if (matches) {
        messages.push(encodeEvent(resolveLinks ? resolveLink(log, event) : { event }, uuids));
      }
      const due = checkpoints?.passed(event, matches, pace.isLive);
      if (due) messages.push(checkpoint(due));
    }
    row = rows.at(-1)?.position ?? row;
    const more = rows.length === chunkSize;
    if (pace.catchesUp(more)) {
      if (filter && faults.areCheckpointsAhead) messages.push(checkpoint(positionAhead(row)));
      messages.push(caughtUp());
    }
    if (messages.length > 0) yield messages;
    if (more) await setImmediate();
    else await log.changed(signal);
  }
}

/**
 * As 23.10 does, passes over the first event that lies at the position or after it. For the position
 * of an event that is the event itself; checkpoints are placed so that nothing is lost by it.
 */
function lastRowBefore(after: LogPosition | 'start' | 'end', head: number): number {
  if (after === 'start') return 0;
  return after === 'end' ? head : Math.min(firstRowAt(after), head);
}

/** Where the next event will begin, as an event's own position. */
function positionAhead(row: number): LogPosition {
  const position = positionOf(row + 1);
  return { commit: position, prepare: position };
}
