import { setTimeout as delay } from 'node:timers/promises';
import { status as codes } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ids, newEvent, newEvents, newPrefix, newStream } from '../contract/given.ts';
import { EventStoreUnavailableError, readStream, start, type EventStore } from '../event-store.ts';
import { CallError, startTestServer, type TestServer } from '../test-server/index.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

/** In milliseconds: for calls that are to pass it, and for those that must not need it. */
const deadline = { short: 400, long: 5000 };

let server: TestServer;
const stores: EventStore[] = [];
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await server.stop();
});

function open(length: number, { connectionString } = server, more = ''): EventStore {
  const store = new EventStoreDbEventStore({
    connectionString: `${connectionString}${more}`,
    deadline: length,
  });
  stores.push(store);
  return store;
}

/** How long it took, in milliseconds. */
async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const appended = (store: EventStore) => store.append(newStream(), [newEvent()], 'no-stream');

describe('what version 6.2.1 of the client does wrong is made good', () => {
  it('hangs on a BigInt: refused at once, and no other append is held up', async () => {
    const store = open(deadline.long);
    const poisoned = { ...newEvent(), data: { amount: 10n } };
    const appends = [
      appended(store),
      store.append(newStream(), [poisoned], 'no-stream'),
      appended(store),
    ];
    const time = await took(async () => {
      const outcomes = await Promise.allSettled(appends);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    });
    expect(time).toBeLessThan(deadline.long);
  });

  it('waits for ever for an append that is not answered: the deadline ends it', async () => {
    const store = open(deadline.short);
    await appended(store);
    const release = server.faults.silence('batchAppend');
    await expect(appended(store)).rejects.toThrow(EventStoreUnavailableError);
    release();
    await appended(store);
  });

  it('waits for ever once the server has ended the call normally: another is opened', async () => {
    const store = open(deadline.long);
    await appended(store);
    for (let times = 0; times < 3; times++) {
      server.faults.endStreams('batchAppend');
      expect(await took(() => appended(store))).toBeLessThan(deadline.long);
    }
  });

  it('lets a lost connection of one client fail the appends of another: each has its own', async () => {
    const other = await startTestServer();
    const [ours, theirs] = [open(deadline.long), open(deadline.short, other)];
    await Promise.all([appended(ours), appended(theirs)]);
    const release = server.faults.slow(deadline.short, 'batchAppend');
    // Without an expectation, a lost append would not be sent again.
    const appending = ours.append(newStream(), [newEvent()], 'any');
    await other.stop();
    await expect(appended(theirs)).rejects.toThrow(EventStoreUnavailableError);
    await expect(appending).resolves.toMatchObject({ revision: 0 });
    release();
  });

  it('keeps an odd answer about the server’s methods for ever: it is not asked', async () => {
    server.faults.supportMethods(new CallError(codes.INTERNAL, 'Not now.'));
    const store = open(deadline.long);
    const stream = newStream();
    const events = newEvents(2);
    await store.append(stream, events, 'no-stream');
    expect(ids(await readStream(store, stream))).toEqual(ids(events));
  });

  it('leaves a call open when its reader has gone: it is cancelled', async () => {
    const store = open(deadline.long);
    const prefix = newPrefix();
    await store.append(`${prefix}1`, newEvents(3000), 'no-stream');
    const { signal } = new AbortController();
    for (let times = 0; times < 3; times++) {
      for await (const _ of store.read(`${prefix}1`)) break;
      for await (const _ of store.readAll({ streams: [prefix] })) break;
      for await (const _ of store.subscribe({ after: start, streams: [prefix], signal })) break;
    }
    await vi.waitFor(() => expect(server.openCalls('read')).toBe(0));
    expect(server.openCalls('batchAppend')).toBe(1);
  });

  it('leaves a subscription that was dropped: it is taken up again', async () => {
    const store = open(deadline.long);
    const prefix = newPrefix();
    const controller = new AbortController();
    const { signal } = controller;
    const seen: string[] = [];
    const given: string[] = [];
    for await (const batch of store.subscribe({
      after: await store.head(),
      streams: [prefix],
      signal,
    })) {
      seen.push(...ids(batch.events));
      if (given.length === 5 && seen.length === 5) break;
      if (!batch.live || seen.length < given.length) continue;
      server.faults.dropCalls(undefined, 'read');
      const event = newEvent();
      given.push(event.id);
      await store.append(`${prefix}${given.length}`, [event], 'no-stream');
    }
    expect(seen).toEqual(given);
  });

  it('gives a wrong revision where it is told not to throw: the answer is right', async () => {
    const store = open(deadline.long, server, '&throwOnAppendFailure=false');
    const stream = newStream();
    await store.append(stream, newEvents(3), 'no-stream');
    const refused = store.append(stream, newEvents(1), 0);
    await expect(refused).rejects.toMatchObject({ expected: 0, actual: 2 });
  });

  it('ends the process when a node that does not lead names no leader: it is asked again', async () => {
    const store = open(deadline.short);
    const unhandled = vi.fn<(reason: unknown) => void>();
    process.on('unhandledRejection', unhandled);
    const nobody = new CallError(codes.NOT_FOUND, 'No leader.', { exception: 'not-leader' });
    const release = server.faults.fail(nobody);
    await expect(appended(store)).rejects.toThrow(EventStoreUnavailableError);
    await expect(readStream(store, newStream())).rejects.toThrow(EventStoreUnavailableError);
    release();
    await appended(store);
    await delay(0);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('prints a connection string with its password: it is looked at before', () => {
    const printed = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const connectionString = 'esdb://user:secret@db?tlsVerifyCert=false';
    expect(() => new EventStoreDbEventStore({ connectionString })).toThrow(/tlsCAFile/);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

describe('a call', () => {
  it('that began before the server did is answered when it is there', async () => {
    const { port } = server;
    const store = open(deadline.long);
    await server.stop();
    const stream = newStream();
    const appending = store.append(stream, newEvents(1), 'no-stream');
    const reading = store.head();
    server = await startTestServer({ port });
    await expect(appending).resolves.toMatchObject({ revision: 0 });
    await expect(reading).resolves.toEqual(expect.any(String));
  });

  it.each([
    ['an append', (store: EventStore) => appended(store)],
    ['a read', (store: EventStore) => readStream(store, newStream())],
    ['a read of all', (store: EventStore) => Array.fromAsync(store.readAll())],
    ['a look for the head', (store: EventStore) => store.head()],
  ])('ends within its deadline: %s from a server that is silent', async (_, call) => {
    const store = open(deadline.short);
    server.faults.silence();
    const time = await took(() => expect(call(store)).rejects.toThrow(EventStoreUnavailableError));
    expect(time).toBeGreaterThanOrEqual(deadline.short - 50);
    expect(time).toBeLessThan(deadline.short * 3);
  });

  it('for the health says what is wrong, and no addresses', async () => {
    const store = open(deadline.short);
    expect(await store.health()).toEqual({
      connected: true,
      leader: `${server.host}:${server.port}`,
      nodes: { all: 1, alive: 1 },
    });
    const release = server.faults.silence();
    expect(await store.health()).toEqual({
      connected: false,
      error: 'EventStoreDB did not answer in 400 ms',
    });
    release();
    const accept = await server.faults.refuseConnections();
    const { error = '' } = await store.health();
    expect(error).not.toBe('');
    expect(error).not.toContain(String(server.port));
    await accept();
  });
});

describe('a subscription', () => {
  it('that has heard nothing for long is taken out anew, and misses nothing', async () => {
    const { connectionString } = server;
    const store = new EventStoreDbEventStore({ connectionString, quiet: 100 });
    stores.push(store);
    const prefix = newPrefix();
    const { signal } = new AbortController();
    const after = await store.head();
    const given = newEvent();
    const lives: boolean[] = [];
    for await (const { events, live } of store.subscribe({ after, streams: [prefix], signal })) {
      lives.push(live);
      // From now on this call says nothing any more, though the server is well.
      if (lives.length === 1) {
        const release = server.faults.silence('read');
        await store.append(`${prefix}1`, [given], 'no-stream');
        setTimeout(release, 300).unref();
      }
      if (events.length === 0) continue;
      expect(ids(events)).toEqual([given.id]);
      break;
    }
    // Being taken out anew is nobody else's news.
    expect(lives.every(Boolean)).toBe(true);
  });
});
