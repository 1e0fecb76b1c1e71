import type { EventLog, EventRow, StreamState } from './event-log.ts';
import { pageSize } from './filter.ts';
import { encodeEvent } from './event-encoding.ts';
import { resolveLink } from './links.ts';
import { streamNotFound, type UuidForm } from './messages.ts';
import { streams, type ReadMessage } from './protocol.ts';
import { deletedRevision, type StreamMetadata } from './stream-metadata.ts';
import { streamDeleted, unknownError } from './statuses.ts';

export type StreamRead = {
  stream: string;
  /** First revision to give; `end` is the newest. */
  from: number | 'end';
  backwards: boolean;
  limit: number;
  resolveLinks: boolean;
  uuids: UuidForm;
  /** Whether to say where the stream begins and ends, as clients since 21.10 ask for. */
  tellsEnds: boolean;
};

/** Rows that are fetched at a time. */
const chunkSize = 500;

/** @throws CallError after a tombstone, or when nothing is asked for */
export async function* readStream(log: EventLog, read: StreamRead): AsyncGenerator<ReadMessage[]> {
  if (read.limit === 0) throw unknownError('Unexpected ReadStreamResult: Error');
  const state = log.stream(read.stream);
  if (isMissing(read.stream, state)) {
    yield [streamNotFound(read.stream)];
    return;
  }
  const from = read.from === 'end' ? endOf(state, read.backwards) : read.from;
  if (read.tellsEnds && !read.backwards) {
    const first = firstPosition(state, from, read.limit);
    if (first !== undefined) yield [new streams.ReadResp().setFirstStreamPosition(String(first))];
  }
  for (const rows of rowsOf(log, read, state, from)) {
    yield rows.map((row) =>
      encodeEvent(read.resolveLinks ? resolveLink(log, row) : { event: row }, read.uuids),
    );
  }
  if (read.tellsEnds) {
    yield [new streams.ReadResp().setLastStreamPosition(String(state.newest))];
  }
}

/**
 * Whether readers find no such stream.
 *
 * @throws CallError after a tombstone
 */
export function isMissing(stream: string, { newest, metadata }: StreamState): boolean {
  if (newest === deletedRevision) throw streamDeleted(stream);
  return newest < 0 || metadata.truncateBefore === deletedRevision;
}

/** Whether the event is younger than the stream's maximum age. */
export function isYoungEnough({ maxAge }: StreamMetadata, row: EventRow): boolean {
  return maxAge === undefined || row.recorded_at >= Date.now() - maxAge * 1000;
}

function endOf({ newest }: StreamState, backwards: boolean): number {
  return backwards ? newest : newest + 1;
}

function* rowsOf(
  log: EventLog,
  { stream, backwards, limit }: StreamRead,
  { newest, first, metadata }: StreamState,
  from: number,
): Generator<EventRow[]> {
  let next = backwards ? Math.min(from, newest) : Math.max(from, first);
  let left = limit;
  while (left > 0) {
    const size = Math.min(left, chunkSize);
    const rows = backwards ? log.backwards(stream, next, size) : log.forwards(stream, next, size);
    const last = rows.at(-1);
    if (!last) return;
    const given = rows.filter((row) => row.revision >= first && isYoungEnough(metadata, row));
    if (given.length > 0) yield given;
    if (rows.length < size || last.revision < first) return;
    left -= given.length;
    next = last.revision + (backwards ? -1 : 1);
  }
}

/** Told only when the first page would hold nothing: where to go on instead. */
function firstPosition(
  { newest, first }: StreamState,
  from: number,
  limit: number,
): number | undefined {
  if (from > newest) return from === newest + 1 ? undefined : newest + 1;
  return from + Math.min(limit, pageSize) <= first ? first : undefined;
}
