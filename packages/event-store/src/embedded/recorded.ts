import { UnreadableRecordError, type RecordedEvent } from '../event-store.ts';
import { eventDataOf, isoInstant } from '../stored-json.ts';
import { toPosition, type EventRow } from './event-file.ts';

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

let lastTime = Number.NaN;
let lastText: string | undefined;

/** Events that were committed together share their time, and formatting it shows in long reads. */
function isoTime(milliseconds: number): string | undefined {
  if (milliseconds !== lastTime) {
    lastText = isoInstant(milliseconds);
    lastTime = milliseconds;
  }
  return lastText;
}
