import { readApplicationEvent } from '@satu-atap/domain';
import { ApplicationMemory, applicationPrefix } from './application-memory.ts';
import type { EventStore } from './event-store.ts';

/**
 * The applications of a service, or of all, in the order in which they were submitted, with the version that each
 * began under. Reads the events, so it is right whatever read models know; holds one batch at a time.
 */
export async function* applicationsOf(
  store: Pick<EventStore, 'readAll'>,
  service?: string,
): AsyncIterable<{ application: string; version: number }[]> {
  for await (const batch of store.readAll({ streams: [applicationPrefix] })) {
    const found = batch.flatMap((stored) => {
      if (stored.type !== 'ApplicationSubmitted') return [];
      const { event } = readApplicationEvent(stored);
      if (event.type !== 'ApplicationSubmitted') return [];
      if (service !== undefined && event.data.service.id !== service) return [];
      const { version } = event.data.service;
      return [{ application: stored.stream.slice(applicationPrefix.length), version }];
    });
    if (found.length > 0) yield found;
  }
}

/** One application as its events tell it now, or undefined when there is none. */
export async function readApplication(store: EventStore, application: string) {
  return (await new ApplicationMemory(store, 1).refresh(application)).application;
}
