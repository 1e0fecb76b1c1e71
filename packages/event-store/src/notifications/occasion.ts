import {
  announcementsOf,
  evolve,
  readApplicationEvent,
  type Announcement,
  type Application,
  type CompiledService,
  type HistoryEvent,
} from '@satu-atap/domain';
import { applicationStream } from '../application-memory.ts';
import { readStream, type EventStore } from '../event-store.ts';
import type { ServiceCatalogue } from '../service-catalogue.ts';

/** Where applications and their services are read. */
export type Sources = {
  store: Pick<EventStore, 'read'>;
  services: Pick<ServiceCatalogue, 'version'>;
};

/** What one command did to an application, as far as others are told of it. */
export type Occasion = {
  announcements: Announcement[];
  /** The version of the service that it happened under. */
  service: CompiledService;
  /** The application as it stands now, and the version that it is pinned to by now. */
  application: Application;
  current: CompiledService;
};

/** @param revision of any event of the command @throws Error when there is no such event */
export async function occasionAt(
  application: string,
  revision: number,
  { store, services }: Sources,
): Promise<Occasion> {
  const history = await historyOf(application, store);
  const command = history[revision]?.metadata.command;
  const first = history.findIndex(({ metadata }) => metadata.command === command);
  const last = history.findLastIndex(({ metadata }) => metadata.command === command);
  const before = folded(undefined, history.slice(0, first));
  const after = folded(before, history.slice(first, last + 1));
  const now = folded(after, history.slice(last + 1));
  if (command === undefined || !after || !now) {
    throw new Error(`application ${application} has no event ${revision}`);
  }
  const service = await pinned(after, services);
  const announcements = announcementsOf(before, history.slice(first, last + 1), service);
  return { announcements, service, application: now, current: await pinned(now, services) };
}

/** All that an application's events gave to tell, in order. */
export async function announcementsIn(
  application: string,
  { store, services }: Sources,
): Promise<Announcement[]> {
  const found: Announcement[] = [];
  let before: Application | undefined;
  // The events of a command stand side by side: they were appended together.
  const commands = Map.groupBy(
    await historyOf(application, store),
    ({ metadata }) => metadata.command,
  );
  for (const happened of commands.values()) {
    const after = folded(before, happened);
    if (after) found.push(...announcementsOf(before, happened, await pinned(after, services)));
    before = after;
  }
  return found;
}

async function historyOf(
  application: string,
  store: Pick<EventStore, 'read'>,
): Promise<HistoryEvent[]> {
  const stored = await readStream(store, applicationStream(application));
  return stored.map((one) => ({
    ...readApplicationEvent(one),
    id: one.id,
    revision: one.revision,
  }));
}

function pinned(
  { service }: Application,
  services: Pick<ServiceCatalogue, 'version'>,
): Promise<CompiledService> {
  return services.version(service.id, service.version);
}

function folded(
  from: Application | undefined,
  events: readonly HistoryEvent[],
): Application | undefined {
  let application = from;
  for (const { event, metadata } of events) application = evolve(application, event, metadata);
  return application;
}
