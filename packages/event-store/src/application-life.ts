import {
  readApplicationEvent,
  type CompiledService,
  type Office,
  type Offices,
  type ReplayedEvent,
} from '@satu-atap/domain';
import { applicationStream } from './application-memory.ts';
import { readStream, type EventStore } from './event-store.ts';
import type { ServiceCatalogue } from './service-catalogue.ts';

/** Where an application, its services and its office are looked up. */
export type LifeSources = {
  store: Pick<EventStore, 'read'>;
  services: Pick<ServiceCatalogue, 'version'>;
  offices: Offices;
};

/** An application's whole history, its office, and every version of its service that it ran under. */
export type ApplicationLife = {
  history: readonly ReplayedEvent[];
  office: Office;
  /** @throws Error for a version that no event of it names */
  service: (version: number) => CompiledService;
};

/**
 * Reads an application's stream, and no read model.
 *
 * @returns undefined when there is no such application
 * @throws Error when its office is not configured
 * @throws UnreadableEventError for an event that is none
 */
export async function readLife(
  application: string,
  { store, services, offices }: LifeSources,
): Promise<ApplicationLife | undefined> {
  const stored = await readStream(store, applicationStream(application));
  const history = stored.map((one) => ({ revision: one.revision, ...readApplicationEvent(one) }));
  const submitted = history[0]?.event;
  if (submitted?.type !== 'ApplicationSubmitted') return undefined;
  const office = offices.get(submitted.data.office);
  if (!office) {
    throw new Error(`application ${application} belongs to an office that is not configured`);
  }
  const { id } = submitted.data.service;
  const versions = new Map<number, CompiledService>();
  for (const { event } of history) {
    const version = versionIn(event);
    if (version !== undefined) versions.set(version, await services.version(id, version));
  }
  const service = (version: number) => {
    const known = versions.get(version);
    if (!known) throw new Error(`no event of application ${application} names version ${version}`);
    return known;
  };
  return { history, office, service };
}

function versionIn(event: ReplayedEvent['event']): number | undefined {
  if (event.type === 'ApplicationSubmitted') return event.data.service.version;
  return event.type === 'ApplicationMigrated' ? event.data.to.version : undefined;
}
