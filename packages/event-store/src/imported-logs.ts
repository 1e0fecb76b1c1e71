import {
  readImportedLogEvent,
  type ImportedLogEvent,
  type LogImportBegun,
} from '@satu-atap/domain';
import { readStream, type EventStore } from './event-store.ts';

/** How the names of the streams of imported logs begin. */
export const importedLogPrefix = 'imported-log-';

/** The stream that says how a foreign log was taken over. @param id of the import: a UUID */
export function importedLogStream(id: string): string {
  return `${importedLogPrefix}${id}`;
}

/** A foreign log that was taken over, or is being. */
export type ImportedLog = {
  id: string;
  begun: LogImportBegun;
  /** Absent while it is not finished. */
  completed?: { applications: number; events: number; at: string };
};

/**
 * How a log was taken over; undefined when it was not. What can be long, the log's attributes and the
 * events outside its cases, is in the events `LogAttributesRecorded` and `LogEventsRecorded`.
 */
export async function readImportedLog(
  store: Pick<EventStore, 'read'>,
  id: string,
): Promise<ImportedLog | undefined> {
  let log: ImportedLog | undefined;
  for (const stored of await readStream(store, importedLogStream(id))) {
    const { event, metadata }: { event: ImportedLogEvent; metadata: { occurredAt: string } } =
      readImportedLogEvent(stored);
    if (event.type === 'LogImportBegun') log = { id, begun: event.data };
    if (event.type === 'LogImportCompleted' && log) {
      log.completed = { ...event.data, at: metadata.occurredAt };
    }
  }
  return log;
}
