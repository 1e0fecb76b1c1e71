import { setTimeout as delay } from 'node:timers/promises';
import {
  EventStoreAccessDeniedError,
  EventStoreUnavailableError,
  finishErasures,
  KeyRingUnavailableError,
  type ErasingOptions,
  type EventStore,
} from '@satu-atap/event-store';
import type { Logger } from 'pino';
import { SettingsError } from './settings.ts';

/** How long to wait before asking a store again that does not answer, in milliseconds. */
const patience = 2000;

/** Waits for a server that is not there yet: after a power cut, everything starts at once. */
export async function answering(store: EventStore, log: Logger): Promise<void> {
  for (;;) {
    try {
      await store.head();
      return;
    } catch (error) {
      const isAway = error instanceof EventStoreUnavailableError;
      if (!isAway || error instanceof EventStoreAccessDeniedError) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new SettingsError(`The event store cannot be used: ${reason}`);
      }
      log.warn({ err: error }, 'waiting for the event store');
      await delay(patience);
    }
  }
}

/** What a crash left half done, and what a backup brought back, before anybody can ask. */
export async function finishedErasures(options: ErasingOptions): Promise<void> {
  try {
    await finishErasures(options);
  } catch (error) {
    if (!(error instanceof KeyRingUnavailableError)) throw error;
    throw new SettingsError(`The keys of personal data cannot be used: ${error.message}.`);
  }
}
