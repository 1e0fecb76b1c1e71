import { readImportedLogEvent, type LogAttribute } from '@satu-atap/domain';
import {
  importedLogPrefix,
  importedLogStream,
  readByStream,
  type EventStore,
  type Position,
  type StreamReader,
} from '@satu-atap/event-store';

/** The attributes of an imported log itself: all at once, since they stand before its first case. */
export async function logAttributesOf(
  store: Pick<EventStore, 'read'>,
  log: string,
): Promise<LogAttribute[]> {
  const attributes: LogAttribute[] = [];
  for await (const batch of store.read(importedLogStream(log))) {
    for (const stored of batch) {
      const { event } = readImportedLogEvent(stored);
      if (event.type === 'LogAttributesRecorded') attributes.push(...event.data.attributes);
    }
  }
  return attributes;
}

/** The events of an imported log that belong to none of its cases, in their order. */
export async function* looseEventsOf(
  store: Pick<EventStore, 'read'>,
  log: string,
): AsyncGenerator<LogAttribute[]> {
  for await (const batch of store.read(importedLogStream(log))) {
    for (const stored of batch) {
      const { event } = readImportedLogEvent(stored);
      if (event.type === 'LogEventsRecorded') yield* event.data.events;
    }
  }
}

/** Whether any log was ever taken over. */
export async function hasImportedLogs(store: StreamReader, until: Position): Promise<boolean> {
  for await (const batch of readByStream(store, { prefix: importedLogPrefix, until })) {
    if (batch.length > 0) return true;
  }
  return false;
}
