import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent, newStream } from '../contract/given.ts';
import { EventStoreUnavailableError, start, type EventStore } from '../event-store.ts';
import { startTestServer, type TestServer } from '../test-server/index.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

/** In milliseconds. */
const deadline = { short: 400, long: 20_000 };

let server: TestServer;
let store: EventStore;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

/** How long it took, in milliseconds. */
async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const subscribed = (signal: AbortSignal) =>
  Array.fromAsync(store.subscribe({ after: start, signal }));

describe('among nodes that say nothing, so that the client looks for one for long', () => {
  /** A node that is asked in vain twice in each of its ten attempts. */
  function openAmongSilentNodes(length: number): void {
    server.faults.silence('gossip');
    const node = `${server.host}:${server.port}`;
    const connectionString = `esdb://${node},${node}?tls=false&gossipTimeout=1500`;
    store = new EventStoreDbEventStore({ connectionString, deadline: length });
  }

  it.each([
    ['an append', () => store.append(newStream(), [newEvent()], 'no-stream')],
    ['a look for the head', () => store.head()],
    ['a read of all', () => Array.fromAsync(store.readAll())],
  ])('ends within its deadline: %s', async (_, call) => {
    openAmongSilentNodes(deadline.short);
    const time = await took(() => expect(call()).rejects.toThrow(EventStoreUnavailableError));
    expect(time).toBeLessThan(deadline.short * 3);
  });

  it('a subscription ends at once when it is aborted', async () => {
    openAmongSilentNodes(deadline.long);
    const aborting = new AbortController();
    const following = subscribed(aborting.signal);
    await expect.poll(() => server.openCalls('gossip')).toBeGreaterThan(0);
    aborting.abort();
    expect(await took(() => following)).toBeLessThan(1000);
  });

  it('closing waits for none', async () => {
    openAmongSilentNodes(deadline.long);
    const following = subscribed(new AbortController().signal);
    const reading = Promise.allSettled([store.head()]);
    await expect.poll(() => server.openCalls('gossip')).toBeGreaterThan(0);
    const time = await took(async () => {
      await store.close();
      await following;
      expect(await reading).toMatchObject([{ status: 'rejected' }]);
    });
    expect(time).toBeLessThan(1000);
  });
});

it('a read that is under way when the store closes ends then', async () => {
  store = new EventStoreDbEventStore({
    connectionString: server.connectionString,
    deadline: deadline.long,
  });
  server.faults.silence('read');
  const reading = Promise.allSettled([store.head()]);
  await expect.poll(() => server.openCalls('read')).toBe(1);
  const time = await took(async () => {
    await store.close();
    const [{ reason }] = (await reading) as [PromiseRejectedResult];
    expect(reason).toMatchObject({ message: 'the event store is closed' });
  });
  expect(time).toBeLessThan(1000);
});

it('a read of all that is dropped shortly before its deadline gets no other', async () => {
  store = new EventStoreDbEventStore({ connectionString: server.connectionString, deadline: 1000 });
  server.faults.silence('read');
  const drop = setTimeout(() => server.faults.dropCalls(undefined, 'read'), 700);
  const time = await took(() =>
    expect(Array.fromAsync(store.readAll())).rejects.toThrow(EventStoreUnavailableError),
  );
  clearTimeout(drop);
  expect(time).toBeLessThan(1500);
});
