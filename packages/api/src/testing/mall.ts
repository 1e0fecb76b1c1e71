import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compileOffices,
  isRefused,
  writtenBook,
  type Offers,
  type Offices,
  type ServiceDefinition,
  type CalendarDefinition,
} from '@satu-atap/domain';
import {
  ApplicationMemory,
  commandHandler,
  EmbeddedEventStore,
  erasePersonalData,
  openKeyRing,
  ServiceCatalogue,
  unsealed,
  type PlainEventStore,
} from '@satu-atap/event-store';
import { Projector, readModelsOf } from '@satu-atap/projections';
import { pino, type Logger } from 'pino';
import { createApi } from '../api.ts';
import type { Limits, Readiness } from '../api-options.ts';
import type { DocumentStore } from '../documents/document-store.ts';
import { FileDocumentStore } from '../documents/file-document-store.ts';
import { cachedIdentity } from '../identity/cached-identity.ts';
import { jwksIdentity } from '../identity/jwks-identity.ts';
import { LocalIssuer, type TokenRequest } from '../identity/local-issuer.ts';
import { routes } from '../routes/routes.ts';
import { kioskPermit } from './service.ts';

export type Person = Omit<TokenRequest, 'expiresIn'>;

export type Sent = {
  as?: Person;
  /** JSON; a string or bytes go as they are. */
  body?: unknown;
  headers?: Record<string, string>;
  token?: string;
};

// The answers' shapes are held against the routes' schemas below; here any of them will do.
// oxlint-disable-next-line typescript/no-explicit-any
export type Received = { status: number; headers: Headers; body: any; text: string };

/** The whole thing in one process, over real HTTP: what a test talks to. */
export type Mall = {
  issuer: LocalIssuer;
  store: PlainEventStore;
  folder: string;
  url: string;
  /** Sends a request. Reads see at least what was written before. */
  send(method: string, path: string, sent?: Sent): Promise<Received>;
  projector: Projector;
  close(): Promise<void>;
};

export async function openMall(
  options: {
    limits?: Partial<Limits>;
    log?: Logger;
    services?: ServiceDefinition[];
    offices?: Offices;
    readiness?: () => Promise<Readiness>;
    documents?: DocumentStore;
    stopping?: AbortSignal;
    /** What time it is for commands; the machine's clock when left out. */
    now?: () => Temporal.Instant;
  } = {},
): Promise<Mall> {
  const folder = await mkdtemp(join(tmpdir(), 'satu-atap-api-'));
  const log = options.log ?? pino({ level: 'silent' });
  const store = unsealed(
    new EmbeddedEventStore({ file: ':memory:' }),
    openKeyRing({ file: ':memory:' }),
  );
  const services = new ServiceCatalogue(store);
  const now = Temporal.Instant.from('2026-01-05T01:00:00Z');
  for (const definition of options.services ?? [kioskPermit]) {
    const published = await services.publish(definition, { id: 'cli', roles: ['system'] }, now);
    if (isRefused(published)) throw new Error(published.refusal.type);
  }
  const offices = options.offices ?? twoOffices();
  const projector = await Projector.open({ store, offices, log, folder });
  projector.run();
  const issuer = await LocalIssuer.open(folder);
  const documents = options.documents ?? new FileDocumentStore(join(folder, 'documents'));
  const memory = new ApplicationMemory(store, 1000);
  const app = createApi({
    store,
    services,
    offices,
    log,
    commands: commandHandler({
      store,
      services,
      offices,
      memory,
      ...(options.now ? { now: options.now } : {}),
    }),
    readModels: readModelsOf(() => projector.database),
    documents,
    async erase(request) {
      const clock = options.now ?? (() => Temporal.Now.instant());
      const erased = await erasePersonalData(request, {
        store,
        services,
        documents,
        now: clock,
        grace: 0,
      });
      if ('applications' in erased) for (const id of erased.applications) memory.forget(id);
      return erased;
    },
    identity: cachedIdentity(
      jwksIdentity({ jwks: issuer.jwks(), issuer: issuer.issuer, audience: issuer.audience }),
    ),
    readiness: options.readiness ?? (async () => ({ ready: true })),
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.stopping ? { stopping: options.stopping } : {}),
  });
  const server: Server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let written = '';

  return {
    issuer,
    store,
    folder,
    url,
    projector,
    async send(method, path, { as, body, headers = {}, token } = {}) {
      const bearer = token ?? (as && (await issuer.token({ ...as, expiresIn: 600 })));
      const plain = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
          ...(body === undefined || plain ? {} : { 'Content-Type': 'application/json' }),
          ...(method === 'GET' && written !== '' ? { 'X-At-Least-Position': written } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: plain ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const received = {
        status: response.status,
        headers: response.headers,
        body: isJson ? (JSON.parse(text) as unknown) : undefined,
        text,
      };
      written = response.headers.get('x-position') ?? written;
      promised(method, path, received);
      return received;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await projector.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Every answer must be what its route's schema, and so /openapi.json, promises. */
function promised(method: string, path: string, { status, headers, body }: Received): void {
  const [place = ''] = path.split('?', 1);
  const problem = headers.get('content-type') === 'application/problem+json; charset=utf-8';
  if (status >= 400 && !problem && place !== '/readyz') {
    throw new Error(`${method} ${place}: ${status} is no problem details`);
  }
  const route = routes.find(
    (one) =>
      one.method === method.toLowerCase() &&
      new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(place),
  );
  if (status >= 400 || !route) return;
  const response = route.responses[status];
  if (!response) throw new Error(`${method} ${place} does not promise a ${status}`);
  const other = response.content?.some((type) => headers.get('content-type')?.startsWith(type));
  const parsed = other ? undefined : response.schema?.safeParse(body);
  if (parsed?.error) throw new Error(`${method} ${place}: ${parsed.error.message}`);
}

const open: [string, string][] = [['08:00', '16:00']];

/** The calendar of both offices. */
export const officeWeek: CalendarDefinition = {
  id: 'week',
  title: 'Week',
  week: { monday: open, tuesday: open, wednesday: open, thursday: open, friday: open },
  holidays: [],
};

export function twoOffices(southern?: Offers): Offices {
  const timeZone = 'Asia/Jakarta' as const;
  return compileOffices(
    ['north', 'south'].map((id) => ({
      id,
      title: { id, en: id },
      timeZone,
      calendar: 'week',
      ...(id === 'south' && southern ? { offers: southern } : {}),
    })),
    writtenBook([officeWeek]),
  );
}
