import { evolve, readApplicationEvent, type Application } from '@satu-atap/domain';
import { applicationStream, readStream } from '@satu-atap/event-store';
import type { HistoryEvent } from './history-document.ts';
import type { BundleSource } from './bundle-source.ts';

/** An application's history, for people, and the documents that it tells of. */
export type EnclosedHistory = {
  application: Application;
  events: HistoryEvent[];
  /** SHA-256 of each document that was handed in. */
  documents: string[];
};

/**
 * The first `count` events of an application, each with the version that it was pinned to then.
 *
 * @returns undefined when it has none
 */
export async function historyOf(
  { store, services }: Pick<BundleSource, 'store' | 'services'>,
  { id, count }: { id: string; count: number },
): Promise<EnclosedHistory | undefined> {
  let application: Application | undefined;
  const events: HistoryEvent[] = [];
  const documents: string[] = [];
  for (const stored of await readStream(store, applicationStream(id), { limit: count })) {
    const { event, metadata } = readApplicationEvent(stored);
    const before = application;
    application = evolve(before, event, metadata);
    const { id: service, version } = (before ?? application).service;
    const pinned = await services.version(service, version);
    events.push({ revision: stored.revision, event, metadata, before, service: pinned });
    if (event.type === 'DocumentAttached') documents.push(event.data.sha256);
  }
  return application && { application, events, documents };
}
