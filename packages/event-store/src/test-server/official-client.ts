/** What the tests of the official client against the test server share. */
import {
  binaryEvent,
  EventStoreDBClient,
  jsonEvent,
  type EventData,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startTestServer, type TestServer, type TestServerOptions } from './server.ts';

/** A server for all tests of a file, and a client for each. */
export type Given = {
  readonly server: TestServer;
  /** The test's client: appends go through `BatchAppend`. */
  readonly client: EventStoreDBClient;
  /** Another client of the server, with the query of its connection string continued. */
  connect(query?: string): EventStoreDBClient;
};

export function givenServer(options?: TestServerOptions): Given {
  let server: TestServer;
  const clients: EventStoreDBClient[] = [];
  let client: EventStoreDBClient | undefined;
  beforeAll(async () => {
    server = await startTestServer(options);
  });
  afterEach(async () => {
    client = undefined;
    await Promise.all(clients.splice(0).map((each) => each.dispose()));
  });
  afterAll(() => server.stop());
  const connect = (query = '') => {
    const connected = EventStoreDBClient.connectionString(server.connectionString + query);
    clients.push(connected);
    return connected;
  };
  return {
    get server() {
      return server;
    },
    get client() {
      client ??= connect();
      return client;
    },
    connect,
  };
}

/** Given with a call, credentials make the client append by a call of its own instead of a batch. */
export const unary = { credentials: { username: 'admin', password: 'changeit' } };

export function newStream(prefix = 'stream'): string {
  return `${prefix}-${randomUUID()}`;
}

export function jsonEvents(count = 4, type = 'test'): EventData[] {
  return Array.from({ length: count }, (_, index) =>
    jsonEvent({ type, data: { message: 'test', index } }),
  );
}

export function binaryEvents(count = 4, type = 'test'): EventData[] {
  return Array.from({ length: count }, (_, index) =>
    binaryEvent({ type, data: Buffer.from(`hello: ${index}`) }),
  );
}

/** A `$>` event that points to another. */
export function linkTo(stream: string, revision: number): EventData {
  return binaryEvent({ type: '$>', data: Buffer.from(`${revision}@${stream}`) });
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** Takes that many and leaves. */
export async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

export function idsOf(events: readonly (EventData | Pick<ResolvedEvent, 'event'>)[]) {
  return events.map((event) => ('event' in event ? event.event?.id : (event as EventData).id));
}

export function revisionsOf(events: readonly Pick<ResolvedEvent, 'event'>[]): number[] {
  return events.map(({ event }) => Number(event?.revision));
}
