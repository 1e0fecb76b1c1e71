import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ids, newEvent, newPrefix } from '../contract/given.ts';
import { readStream, start, type EventStore } from '../event-store.ts';
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

it(
  'a subscription keeps few large events in memory while its reader is busy',
  { timeout: 30_000 },
  async () => {
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
      for (let times = 0; times < 20; times++) await store.head();
    }
    expect(Math.max(...sizes)).toBeLessThan(20);
  },
);

describe('an event of somebody else, which cannot be read,', () => {
  async function write(stream: string): Promise<void> {
    const somebody = EventStoreDBClient.connectionString(server.connectionString);
    await somebody.appendToStream(stream, binaryEvent({ type: 'Foreign', data: Buffer.of(0) }));
    await somebody.dispose();
  }

  it('ends a subscription by name, after what lies before it, and is never passed over', async () => {
    const prefix = newPrefix();
    const first = newEvent();
    await store.append(`${prefix}1`, [first], 'no-stream');
    await write(`${prefix}2`);
    await store.append(`${prefix}3`, [newEvent()], 'no-stream');
    const { signal } = new AbortController();
    const seen: string[] = [];
    const following = async () => {
      const after = start;
      for await (const { events } of store.subscribe({ after, streams: [prefix], signal })) {
        seen.push(...ids(events));
        if (seen.length > 1) return;
      }
    };
    await expect(following()).rejects.toThrow(`${prefix}2@0: it is not JSON`);
    expect(seen).toEqual([first.id]);
  });

  it('is named at once by a read of its stream, and of all', async () => {
    const prefix = newPrefix();
    await write(`${prefix}1`);
    const reason = `${prefix}1@0: it is not JSON`;
    await expect(readStream(store, `${prefix}1`)).rejects.toThrow(reason);
    await expect(Array.fromAsync(store.readAll({ streams: [prefix] }))).rejects.toThrow(reason);
  });

  it('hinders neither the head nor the health', async () => {
    const before = await store.head();
    await write(`${newPrefix()}1`);
    expect((await store.head()) > before).toBe(true);
    expect(await store.health()).toMatchObject({ connected: true });
  });
});
