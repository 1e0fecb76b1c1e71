import { EmbeddedEventStore } from './embedded/embedded-event-store.ts';
import type { EventStore } from './event-store.ts';

/** Where the events are: plain data, so that a worker thread can be told. */
export type EventStoreLocation =
  /** The embedded store's SQLite file. */
  | { file: string }
  /** EventStoreDB: `esdb://…` or `esdb+discover://…`. */
  | { connectionString: string };

/** @throws RangeError for a connection string that cannot be used */
export async function openEventStore(location: EventStoreLocation): Promise<EventStore> {
  if ('file' in location) return new EmbeddedEventStore({ file: location.file });
  // Its client takes longer to load than a command on the embedded store to do what it does.
  const { EventStoreDbEventStore } = await import('./eventstoredb/eventstoredb-event-store.ts');
  return new EventStoreDbEventStore({ connectionString: location.connectionString });
}
