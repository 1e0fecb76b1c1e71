import type { Append } from '../event-json.ts';
import {
  EventIdConflictError,
  WrongExpectedRevisionError,
  type Appended,
  type ExpectedRevision,
} from '../event-store.ts';
import { repeated } from '../repetition.ts';
import { toPosition, type EventFile, type StreamRow } from './event-file.ts';
import type { IdRow } from './event-rows.ts';

/**
 * Appends within the transaction that is open. Checks first and writes after, so that a refusal
 * leaves nothing to undo and the other appends of the transaction stand.
 *
 * @returns where the events stand, or why they were refused
 */
export function appendTo(
  file: EventFile,
  append: Append,
  recordedAt: number,
): Appended | WrongExpectedRevisionError | EventIdConflictError {
  const { stream, expected } = append;
  const found = file.stream(stream);
  if (expected !== 'any' && revisionOf(expected) === found.newest) {
    return write(file, append, found, recordedAt);
  }
  const before = findRepeated(file, append, found);
  if (before) return before;
  if (expected === 'any') return write(file, append, found, recordedAt);
  const actual = found.newest < 0 ? 'no-stream' : found.newest;
  return new WrongExpectedRevisionError(stream, expected, actual);
}

function write(
  file: EventFile,
  { stream, events }: Append,
  found: StreamRow,
  recordedAt: number,
): Appended {
  const streamId = found.id ?? file.addStream(stream);
  let revision = found.newest;
  let position = 0;
  for (const event of events) {
    revision += 1;
    position = file.addEvent(streamId, revision, event, recordedAt);
  }
  return { revision, position: toPosition(position) };
}

/**
 * Whether this append has happened before: its events stand one after the other at the revisions
 * that follow the expected one, or, where none was expected, from the first of them on.
 */
function findRepeated(
  file: EventFile,
  { stream, events, expected }: Append,
  { id, newest }: StreamRow,
): Appended | EventIdConflictError | undefined {
  if (id === undefined) return undefined;
  const standing = candidates(file, id, newest, expected, events);
  const last = standing.at(-1);
  const repetition = repeated(standing, events);
  if (last && repetition === 'all') {
    return { revision: last.revision, position: toPosition(last.position) };
  }
  if (repetition === 'none') return undefined;
  return new EventIdConflictError(`stream ${stream}: some of these events stand there already`);
}

function candidates(
  file: EventFile,
  streamId: number,
  newest: number,
  expected: ExpectedRevision,
  events: Append['events'],
): IdRow[] {
  const { length } = events;
  if (expected !== 'any') return file.ids(streamId, revisionOf(expected) + 1, length);
  const wanted = new Set(events.map((event) => event.id));
  const all = file.ids(streamId, 0, newest + 1);
  const first = all.findIndex((row) => wanted.has(row.id));
  return first < 0 ? [] : all.slice(first, first + length);
}

function revisionOf(expected: number | 'no-stream'): number {
  return expected === 'no-stream' ? -1 : expected;
}
