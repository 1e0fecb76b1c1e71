import type { LogAttribute } from '@satu-atap/domain';
import {
  importedLogPrefix,
  readByStream,
  readLooseEvents,
  type EventStore,
  type Position,
  type StreamReader,
} from '@satu-atap/event-store';

/** The events of an imported log that belong to none of its cases, in their order. */
export async function* looseEventsOf(
  store: Pick<EventStore, 'read'>,
  log: string,
): AsyncGenerator<LogAttribute[]> {
  for await (const batch of readLooseEvents(store, log)) yield* batch;
}

/** Whether any log was ever taken over. */
export async function hasImportedLogs(store: StreamReader, until: Position): Promise<boolean> {
  for await (const batch of readByStream(store, { prefix: importedLogPrefix, until })) {
    if (batch.length > 0) return true;
  }
  return false;
}
