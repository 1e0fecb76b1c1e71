import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  cachedIdentity,
  createApi,
  FileDocumentStore,
  jwksIdentity,
  LocalIssuer,
  type Identity,
} from '@satu-atap/api';
import type { Offices } from '@satu-atap/domain';
import {
  commandHandler,
  EmbeddedEventStore,
  ServiceCatalogue,
  type CommandHandler,
  type EventStore,
} from '@satu-atap/event-store';
import {
  ProjectorThread,
  readModelsOf,
  type ProjectorThreadOptions,
  type ReadModels,
} from '@satu-atap/projections';
import { SlaMonitor } from '@satu-atap/workers';
import type { Logger } from 'pino';
import { SettingsError, type Settings } from './settings.ts';

/** The whole engine in one process, on the embedded store. */
export type Engine = {
  url: string;
  store: EventStore;
  services: ServiceCatalogue;
  commands: CommandHandler;
  readModels: ReadModels;
  projector: ProjectorThread;
  /** Signs tokens in a demonstration; absent otherwise. */
  issuer: LocalIssuer | undefined;
  close(): Promise<void>;
};

export type EngineOptions = {
  settings: Settings;
  offices: Offices;
  log: Logger;
  /** Runs when services can be published and commands given, before anybody can ask. */
  prepare?: (ready: Pick<Engine, 'store' | 'services'>) => Promise<void>;
};

/**
 * The composition root: what the engine is made of, top to bottom. Started in this order, stopped in
 * the other: first nobody asks any more, then the workers rest, then the files close.
 */
export async function startEngine({
  settings,
  offices,
  log,
  prepare,
}: EngineOptions): Promise<Engine> {
  const { data } = settings;
  let stopping = false;
  const issuer = settings.demo ? await LocalIssuer.open(data, settings) : undefined;
  const identity = cachedIdentity(identityOf(settings, issuer));

  await mkdir(data, { recursive: true });
  const events = join(data, 'events.sqlite');
  const store = new EmbeddedEventStore({ file: events });
  const services = new ServiceCatalogue(store);
  const commands = commandHandler({ store, services, offices });
  await prepare?.({ store, services });

  const { logLevel } = settings;
  const projector = await openProjector({
    events: { file: events },
    readModels: { folder: data },
    offices,
    logLevel,
  });
  // Without read models there is no worklist and no SLA: better to stop, and be started again.
  projector.failed.catch((error: unknown) => {
    if (stopping) return;
    log.fatal({ err: error }, 'the projector has ended');
    process.exit(1);
  });
  const readModels = readModelsOf(() => projector.database);
  const monitor = new SlaMonitor({ readModels, commands, log });

  const app = createApi({
    commands,
    services,
    readModels,
    offices,
    store,
    documents: new FileDocumentStore(join(data, 'documents')),
    identity,
    readiness: async () => {
      const { live, error } = projector.status;
      return { ready: !stopping, projections: { live, ...(error ? { error } : {}) } };
    },
    log,
  });
  const server = app.listen(settings.port, settings.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    // Left open, its thread and files would keep a process alive that nobody can reach.
    stopping = true;
    await projector.close();
    await store.close();
    throw notListening(error as NodeJS.ErrnoException, settings);
  }
  projector.run();
  monitor.run();

  return {
    url: urlOf(server, settings.host),
    store,
    services,
    commands,
    readModels,
    projector,
    issuer,
    async close() {
      stopping = true;
      await closeServer(server);
      await monitor.stop();
      await projector.close();
      await store.close();
    },
  };
}

async function openProjector(options: ProjectorThreadOptions): Promise<ProjectorThread> {
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
  const patience = setTimeout(() => server.closeAllConnections(), 5000);
  await once(server, 'close');
  clearInterval(sweep);
  clearTimeout(patience);
}
