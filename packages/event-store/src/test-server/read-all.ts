import type { EventLog, EventRow } from './event-log.ts';
import { isShown, type EventFilter } from './filter.ts';
import { encodeEvent } from './event-encoding.ts';
import { resolveLink } from './links.ts';
import type { UuidForm } from './messages.ts';
import { farthest, firstRowAt, type LogPosition } from './positions.ts';
import type { ReadMessage } from './protocol.ts';

export type AllRead = {
  /** Forwards, the event that lies there is given; backwards, it is not. */
  from: LogPosition | 'start' | 'end';
  backwards: boolean;
  limit: number;
  resolveLinks: boolean;
  uuids: UuidForm;
  filter: EventFilter | undefined;
};

/** Rows that are fetched at a time. */
export const chunkSize = 500;

export async function* readAll(log: EventLog, read: AllRead): AsyncGenerator<ReadMessage[]> {
  let left = read.limit;
  if (left === 0) return;
  for (const rows of rowsOf(log, read)) {
    const given = rows
      .filter((row) => (read.filter ? read.filter.matches(row) : isShown(row)))
      .slice(0, left);
    if (given.length > 0) {
      yield given.map((row) =>
        encodeEvent(read.resolveLinks ? resolveLink(log, row) : { event: row }, read.uuids),
      );
    }
    left -= given.length;
    if (left <= 0) return;
  }
}

function* rowsOf(log: EventLog, { from, backwards, limit }: AllRead): Generator<EventRow[]> {
  const first = firstRow(from, log.head());
  // Rows from, or before, which nothing has been given yet.
  let next = backwards ? first : first - 1;
  const size = Math.max(1, Math.min(limit, chunkSize));
  while (true) {
    const rows = backwards ? log.before(next, size) : log.after(next, size);
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    next = last.position;
  }
}

function firstRow(from: LogPosition | 'start' | 'end', head: number): number {
  if (from === 'start') return 0;
  return from === 'end' || from.commit >= farthest ? head + 1 : firstRowAt(from);
}
