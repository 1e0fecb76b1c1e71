import {
  pinnedVersion,
  readApplicationEvent,
  tryDraft,
  type CompiledService,
  type Happened,
  type Offices,
  type Trial,
} from '@satu-atap/domain';
import { applicationStream } from './application-memory.ts';
import { readStream, type EventStore } from './event-store.ts';
import type { ServiceCatalogue } from './service-catalogue.ts';

/** What an application's history is tried with. */
export type TrialSetting = {
  store: Pick<EventStore, 'read'>;
  services: Pick<ServiceCatalogue, 'version'>;
  offices: Offices;
  draft: CompiledService;
  /** Clocks that still run are looked at as of then. */
  now: Temporal.Instant;
};

/**
 * Reads one application's history and tries a draft of its service on it. Writes nothing.
 *
 * @returns the office instead, where nobody knows it here: without a calendar nothing can be tried;
 *   `erased` where personal data are: what was asked then is not known; undefined when there is no such application
 */
export async function tryApplication(
  application: string,
  { store, services, offices, draft, now }: TrialSetting,
): Promise<Trial | { unknownOffice: string } | { erased: true } | undefined> {
  const stored = await readStream(store, applicationStream(application));
  const history = stored.map((one): Happened => ({
    ...readApplicationEvent(one),
    revision: one.revision,
  }));
  const submitted = history[0]?.event;
  if (submitted?.type !== 'ApplicationSubmitted') return undefined;
  if (history.some(({ event }) => 'sealed' in event.data)) return { erased: true };
  const office = offices.get(submitted.data.office);
  if (!office) return { unknownOffice: submitted.data.office };
  const pinned = await services.version(submitted.data.service.id, pinnedVersion(history));
  return tryDraft(history, { draft, pinned, calendars: office.calendars, now });
}
