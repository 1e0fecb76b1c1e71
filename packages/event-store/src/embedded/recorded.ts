import { UnreadableRecordError, type RecordedEvent } from '../event-store.ts';
import { eventDataOf, isoInstant } from '../stored-json.ts';
import { toPosition } from './event-file.ts';
import type { EventRow } from './event-rows.ts';

/** An event of the file, or why it is none that an append has written. */
export function recorded(row: EventRow, asWritten = false): RecordedEvent | UnreadableRecordError {
  const { id, type, stream, revision } = row;
  const place = { stream, revision, position: toPosition(row.position) };
  const data = eventDataOf(row.data, asWritten);
  if (typeof data === 'string') return new UnreadableRecordError(place, `its data ${data}`);
  const metadata = eventDataOf(row.metadata, asWritten);
  if (typeof metadata === 'string') {
    return new UnreadableRecordError(place, `its metadata ${metadata}`);
  }
  const recordedAt = isoTime(row.recorded_at);
  if (recordedAt === undefined) return new UnreadableRecordError(place, 'its time is none');
  return { id, type, data, metadata, ...place, recordedAt };
}

/** Times of commits, and their texts, at the places that their last digits say. */
const times = new Float64Array(1024).fill(Number.NaN);
const texts: (string | undefined)[] = [];

/** Events that were committed together share their time, and formatting it shows in long reads. */
function isoTime(milliseconds: number): string | undefined {
  const place = milliseconds & (times.length - 1);
  if (milliseconds !== times[place]) {
    times[place] = milliseconds;
    texts[place] = isoInstant(milliseconds);
  }
  return texts[place];
}
