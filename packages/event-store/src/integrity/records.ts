import { readIntegrityEvent, UnreadableEventError } from '@satu-atap/domain';
import {
  UnreadableRecordError,
  type EventStore,
  type Position,
  type RecordedEvent,
} from '../event-store.ts';
import { integrityStream } from './integrity-stream.ts';

type Place = { store: Pick<EventStore, 'read'>; until: Position };

/** An event of the record, or what is the matter with it. */
type Read = { revision: number } & (
  | { read: ReturnType<typeof readIntegrityEvent> }
  | { fault: string }
);

/** Records read at a time: each holds the hashes of up to 4096 leaves, 180 kB as text. */
const batchSize = 16;

/** Events of the record up to a position; those that cannot be read by what is the matter with them. */
export async function* recordsOf({ store, until }: Place): AsyncGenerator<Read> {
  for (let from = 0; ;) {
    try {
      let count = 0;
      for await (const batch of store.read(integrityStream, { from, limit: batchSize })) {
        for (const stored of batch) {
          if (stored.position > until) return;
          from = stored.revision + 1;
          count += 1;
          yield readRecord(stored);
        }
      }
      if (count < batchSize) return;
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) throw error;
      if (error.position > until) return;
      yield { revision: error.revision, fault: error.fault };
      from = error.revision + 1;
    }
  }
}

function readRecord(stored: RecordedEvent): Read {
  try {
    return { revision: stored.revision, read: readIntegrityEvent(stored) };
  } catch (error) {
    if (!(error instanceof UnreadableEventError)) throw error;
    return { revision: stored.revision, fault: error.message };
  }
}
