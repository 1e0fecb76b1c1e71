import {
  BrokenRecordError,
  NoSigningKeyError,
  UnreadableRecordError,
  WrongSigningKeyError,
  type EventStore,
} from '@satu-atap/event-store';
import { openStore } from '../open-store.ts';
import { SettingsError, type Settings } from '../settings.ts';

/** Does something with the log as it lies there, personal data sealed, and says in words what somebody can set right. */
export async function withLog<T>(
  settings: Settings,
  work: (store: EventStore) => Promise<T>,
): Promise<T> {
  const store = await openStore(settings);
  try {
    return await work(store.raw);
  } catch (error) {
    throw isKnown(error) ? new SettingsError(`${error.message}.`) : error;
  } finally {
    await store.close();
  }
}

function isKnown(error: unknown): error is Error {
  return [
    BrokenRecordError,
    NoSigningKeyError,
    UnreadableRecordError,
    WrongSigningKeyError,
    RangeError,
  ].some((kind) => error instanceof kind);
}
