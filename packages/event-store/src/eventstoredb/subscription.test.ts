import { afterEach, beforeEach, expect, it } from 'vitest';
import { newEvent, newPrefix } from '../contract/given.ts';
import { start, type EventStore } from '../event-store.ts';
import { startTestServer, type TestServer } from '../test-server/index.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

let server: TestServer;
let store: EventStore;
beforeEach(async () => {
  server = await startTestServer();
  store = new EventStoreDbEventStore({ connectionString: server.connectionString });
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

it('a subscription keeps few large events in memory while its reader is busy', async () => {
  const prefix = newPrefix();
  const data = { text: 'a'.repeat(1_000_000) };
  const count = 40;
  for (let index = 0; index < count; index++) {
    await store.append(`${prefix}1`, [{ ...newEvent(), data }], 'any');
  }
  const { signal } = new AbortController();
  const sizes: number[] = [];
  let left = count;
  for await (const { events } of store.subscribe({ after: start, streams: [prefix], signal })) {
    sizes.push(events.length);
    left -= events.length;
    if (left === 0) break;
    // Meanwhile the server gives what it may.
    for (let times = 0; times < 50; times++) await store.head();
  }
  expect(Math.max(...sizes)).toBeLessThan(20);
});
