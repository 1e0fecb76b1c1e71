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

/** Events of the record up to a position; those that cannot be read by what is the matter with them. */
export async function* recordsOf({ store, until }: Place): AsyncGenerator<Read> {
  for (let from = 0; ;) {
    try {
      for await (const batch of store.read(integrityStream, { from })) {
        for (const stored of batch) {
          if (stored.position > until) return;
          from = stored.revision + 1;
          yield readRecord(stored);
        }
      }
      return;
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
