import {
  readImportedLogEvent,
  type ImportedLogEvent,
  type LogAttribute,
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
  /** When, and by whom: ISO 8601, and an id. */
  at: string;
  by: string;
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
    const {
      event,
      metadata,
    }: { event: ImportedLogEvent; metadata: { occurredAt: string; actor: { id: string } } } =
      readImportedLogEvent(stored);
    if (event.type === 'LogImportBegun') {
      log = { id, begun: event.data, at: metadata.occurredAt, by: metadata.actor.id };
    }
    if (event.type === 'LogImportCompleted' && log) {
      log.completed = { ...event.data, at: metadata.occurredAt };
    }
  }
  return log;
}

/** The attributes of the log itself, as they stood in the file. */
export async function readLogAttributes(
  store: Pick<EventStore, 'read'>,
  id: string,
): Promise<LogAttribute[]> {
  const all: LogAttribute[] = [];
  for (const stored of await readStream(store, importedLogStream(id))) {
    const { event }: { event: ImportedLogEvent } = readImportedLogEvent(stored);
    if (event.type !== 'LogAttributesRecorded') continue;
    const { attributes, continued = 0 } = event.data;
    goOn(all, attributes, continued);
  }
  return all;
}

/** Adds attributes; the first `levels` levels of the first are there already. */
function goOn(all: LogAttribute[], attributes: readonly LogAttribute[], levels: number): void {
  const last = all.at(-1)?.[3];
  const [first, ...rest] = attributes;
  if (levels === 0 || !last || !first) all.push(...attributes);
  else {
    goOn(last, first[3] ?? [], levels - 1);
    all.push(...rest);
  }
}

/** Events of a log that belong to no case, in batches, each as its attributes. */
export async function* readLooseEvents(
  store: Pick<EventStore, 'read'>,
  id: string,
): AsyncGenerator<LogAttribute[][]> {
  for await (const batch of store.read(importedLogStream(id))) {
    for (const stored of batch) {
      const { event }: { event: ImportedLogEvent } = readImportedLogEvent(stored);
      if (event.type === 'LogEventsRecorded') yield event.data.events;
    }
  }
}
