import {
  KeyRingUnavailableError,
  openEventStore,
  openKeyRing,
  unsealed,
  type PlainEventStore,
} from '@satu-atap/event-store';
import { SettingsError, type Settings } from './settings.ts';

/**
 * The store of the settings, with personal data in the clear where their keys are there. Evidence is
 * made of `raw`, where they stay sealed.
 *
 * @throws SettingsError for certificates or a master key that are not there or cannot be used
 */
export async function openStore({
  eventStore,
  keys,
}: Pick<Settings, 'eventStore' | 'keys'>): Promise<PlainEventStore> {
  try {
    const ring = openKeyRing(keys);
    return unsealed(await openEventStore(eventStore), ring);
  } catch (error) {
    if (error instanceof KeyRingUnavailableError) throw new SettingsError(`${error.message}.`);
    if (!(error instanceof RangeError)) throw error;
    const reason = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new SettingsError(`The event store cannot be used: ${error.message}${reason}`);
  }
}
