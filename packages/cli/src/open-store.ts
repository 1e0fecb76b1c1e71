import { openEventStore, type EventStore, type EventStoreLocation } from '@satu-atap/event-store';
import { SettingsError } from './settings.ts';

/** @throws SettingsError for certificates that are not there or cannot be used */
export function openStore(location: EventStoreLocation): EventStore {
  try {
    return openEventStore(location);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const reason = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new SettingsError(`The event store cannot be used: ${error.message}${reason}`);
  }
}
