import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cachedIdentity,
  createApi,
  createStatusApi,
  FileDocumentStore,
  jwksIdentity,
  LocalIssuer,
  type Identity,
} from '@satu-atap/api';
import {
  compileOffices,
  type CalendarBook,
  type CalendarDefinition,
  type OfficeDefinition,
  type Offices,
} from '@satu-atap/domain';
import {
  ApplicationMemory,
  commandHandler,
  erasePersonalData,
  followErasures,
  ServiceCatalogue,
  type PlainEventStore,
} from '@satu-atap/event-store';
import {
  ProjectorThread,
  ReadModelsReader,
  readModelsOf,
  type ProjectorThreadOptions,
  type ReadModels,
} from '@satu-atap/projections';
import { IntegrityCheckpoints, Notifier, SlaMonitor } from '@satu-atap/workers';
import type { Logger } from 'pino';
import { calendarsInForce } from './calendars-in-force.ts';
import type { Notifications } from './notifications.ts';
import { listening } from './listening.ts';
import { openStore } from './open-store.ts';
import { SettingsError, type Part, type Settings } from './settings.ts';
import { answering, finishedErasures } from './stores-at-start.ts';

/** What runs in this process: everything, or the part that the settings name. */
export type Engine = {
  url: string;
  store: PlainEventStore;
  services: ServiceCatalogue;
  offices: Offices;
  readModels: ReadModels;
  /** Signs tokens in a demonstration; absent otherwise. */
  issuer: LocalIssuer | undefined;
  close(): Promise<void>;
};

export type EngineOptions = {
  settings: Settings;
  offices: OfficeDefinition[];
  /** As they are written: published if they never were. */
  calendars: CalendarDefinition[];
  log: Logger;
  /** Whom to tell what happens; nobody when absent. */
  notifications?: Notifications | undefined;
  /** Runs when services can be published and commands given, before anybody can ask. */
  prepare?: (ready: Pick<Engine, 'store' | 'services' | 'offices'>) => Promise<void>;
};

/** Between two looks for a new version of a calendar, in milliseconds. */
const calendarInterval = 5000;

/**
 * The composition root: what the engine is made of, top to bottom. Started in this order, stopped in
 * the other: first nobody asks any more, then the workers rest, then the stores close.
 */
export async function startEngine({
  settings,
  offices: definitions,
  calendars: written,
  log,
  notifications,
  prepare,
}: EngineOptions): Promise<Engine> {
  const { data, only } = settings;
  const runs = (part: Part) => only === undefined || only === part;
  let stopping = false;
  const ending = new AbortController();
  const issuer = settings.demo ? await LocalIssuer.open(data, settings) : undefined;
  const identity = runs('api') ? cachedIdentity(identityOf(settings, issuer)) : undefined;

  await mkdir(data, { recursive: true });
  const store = await openStore(settings);
  await answering(store, log);
  const services = new ServiceCatalogue(store);
  const calendars = await calendarsInForce(
    store,
    { offices: definitions, calendars: written },
    log,
  );
  const offices = compileOffices(definitions, calendars.book);
  const memory = new ApplicationMemory(store, 10_000);
  const commands = commandHandler({ store, services, offices, calendars, memory });
  const documents = new FileDocumentStore(join(data, 'documents'));
  await documents.removeAbandoned(Temporal.Now.instant().subtract({ hours: 24 }));
  const erasing = { store, services, documents, now: () => Temporal.Now.instant() };
  await finishedErasures(erasing);
  await prepare?.({ store, services, offices });

  const projector = runs('projector')
    ? await openProjector(settings, offices, calendars.book)
    : undefined;
  // Without read models there is no worklist and no SLA: better to stop, and be started again.
  projector?.failed.catch((error: unknown) => {
    if (stopping) return;
    log.fatal({ err: error }, 'the projector has ended');
    process.exit(1);
  });
  const reader =
    projector ?? (await ReadModelsReader.open({ readModels: settings.readModels, log }));
  const readModels = readModelsOf(() => reader.database);
  const look = setInterval(() => {
    calendars.refresh().catch((error: unknown) => {
      log.warn({ err: error }, 'calendars cannot be read');
    });
  }, calendarInterval);
  // A folder of files is on this machine, and has its clock.
  const otherClock = 'postgres' in settings.readModels ? () => readModels.time() : undefined;
  const monitor = runs('workers')
    ? new SlaMonitor({ readModels, commands, log, ...(otherClock ? { otherClock } : {}) })
    : undefined;
  const notifier =
    notifications && runs('workers')
      ? new Notifier({ ...notifications, store, services, log })
      : undefined;

  const { interval, ...signing } = settings.integrity;
  const integrity = runs('workers')
    ? new IntegrityCheckpoints({ ...signing, interval: interval * 1000, store: store.raw, log })
    : undefined;

  const status = {
    store,
    readModels,
    readiness: async () => {
      const { position: _, ...projections } = reader.status;
      const told = {
        ...(monitor ? { slaMonitor: monitor.status } : {}),
        ...(notifier ? { notifications: notifier.status } : {}),
        ...(integrity ? { integrity: integrity.status } : {}),
      };
      return { ready: !stopping, projections, ...told };
    },
    log,
  };
  const app = identity
    ? createApi({
        ...status,
        commands,
        services,
        offices,
        documents,
        erase: (request) => erasePersonalData(request, erasing),
        identity,
        stopping: ending.signal,
      })
    : createStatusApi(status);
  const server = await listening(app, settings).catch(async (error: unknown) => {
    // Left open, its thread and files would keep a process alive that nobody can reach.
    stopping = true;
    clearInterval(look);
    await reader.close();
    await store.close();
    throw error;
  });
  projector?.run();
  monitor?.run();
  notifier?.run();
  integrity?.run();
  // Not before: it would keep a process alive that cannot start.
  const following = followErasures(store, ending.signal, (applications) => {
    for (const id of applications) memory.forget(id);
  });

  return {
    url: server.url,
    store,
    services,
    offices,
    readModels,
    issuer,
    async close() {
      stopping = true;
      ending.abort();
      clearInterval(look);
      await server.close();
      await Promise.all([monitor?.stop(), notifier?.stop(), following]);
      // The last to end: its checkpoint covers what the others have still recorded.
      await integrity?.stop();
      await reader.close();
      await store.close();
    },
  };
}

async function openProjector(
  { eventStore, keys, readModels, logLevel }: Settings,
  offices: Offices,
  calendars: CalendarBook,
): Promise<ProjectorThread> {
  const options: ProjectorThreadOptions = {
    events: eventStore,
    keys,
    readModels,
    offices,
    calendars,
    logLevel,
  };
  try {
    return await ProjectorThread.open(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`The read models cannot be built: ${reason}`);
  }
}

function identityOf(settings: Settings, local: LocalIssuer | undefined): Identity {
  const { jwksUrl, issuer, audience } = settings;
  if (local) return jwksIdentity({ jwks: local.jwks(), issuer, audience });
  if (!jwksUrl) {
    throw new SettingsError(
      'Nobody could sign in: set SATU_ATAP_JWKS_URL to the key set of your identity provider ' +
        '(and SATU_ATAP_ISSUER and SATU_ATAP_AUDIENCE to what its tokens say), ' +
        'or start a demonstration with --demo.',
    );
  }
  return jwksIdentity({ jwksUrl, issuer, audience });
}
