import { EmbeddedEventStore } from './embedded/embedded-event-store.ts';
import type { EventStore } from './event-store.ts';
import { EventStoreDbEventStore } from './eventstoredb/eventstoredb-event-store.ts';

/** Where the events are: plain data, so that a worker thread can be told. */
export type EventStoreLocation =
  /** The embedded store's SQLite file. */
  | { file: string }
  /** EventStoreDB: `esdb://…` or `esdb+discover://…`. */
  | { connectionString: string };

export function openEventStore(location: EventStoreLocation): EventStore {
  return 'file' in location
    ? new EmbeddedEventStore({ file: location.file })
    : new EventStoreDbEventStore({ connectionString: location.connectionString });
}
