import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
  finishErasures,
  followErasures,
  KeyRingUnavailableError,
  type ErasingOptions,
  EventStoreAccessDeniedError,
  EventStoreUnavailableError,
  ServiceCatalogue,
  type EventStore,
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
import { openStore } from './open-store.ts';
import { SettingsError, type Part, type Settings } from './settings.ts';

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

/** How long to wait before asking a store again that does not answer, in milliseconds. */
const patience = 2000;
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
  const store = openStore(settings);
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
  const server = app.listen(settings.port, settings.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    // Left open, its thread and files would keep a process alive that nobody can reach.
    stopping = true;
    clearInterval(look);
    await reader.close();
    await store.close();
    throw notListening(error as NodeJS.ErrnoException, settings);
  }
  projector?.run();
  monitor?.run();
  notifier?.run();
  integrity?.run();
  // Not before: it would keep a process alive that cannot start.
  const following = followErasures(store, ending.signal, (applications) => {
    for (const id of applications) memory.forget(id);
  });

  return {
    url: urlOf(server, settings.host),
    store,
    services,
    offices,
    readModels,
    issuer,
    async close() {
      stopping = true;
      ending.abort();
      clearInterval(look);
      await closeServer(server);
      await Promise.all([monitor?.stop(), notifier?.stop(), following]);
      // The last to end: its checkpoint covers what the others have still recorded.
      await integrity?.stop();
      await reader.close();
      await store.close();
    },
  };
}

/** Waits for a server that is not there yet: after a power cut, everything starts at once. */
async function answering(store: EventStore, log: Logger): Promise<void> {
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
async function finishedErasures(options: ErasingOptions): Promise<void> {
  try {
    await finishErasures(options);
  } catch (error) {
    if (!(error instanceof KeyRingUnavailableError)) throw error;
    throw new SettingsError(`The keys of personal data cannot be used: ${error.message}.`);
  }
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

function notListening(error: NodeJS.ErrnoException, { host, port }: Settings): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new SettingsError(
    `Port ${port} of ${host} is in use: stop what listens there, or choose another port with ` +
      '--port or SATU_ATAP_PORT.',
  );
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Lets requests that are being answered finish, for a while. */
async function closeServer(server: Server): Promise<void> {
  // Clients keep their connections for the next request: each closes after its next answer, or idle.
  server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'));
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const impatience = setTimeout(() => server.closeAllConnections(), 5000);
  await once(server, 'close');
  clearInterval(sweep);
  clearTimeout(impatience);
}
