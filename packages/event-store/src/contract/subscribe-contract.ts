import { getEventListeners } from 'node:events';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OpenStore } from './event-store-contract.ts';
import { all, follow, givenStream, ids, newEvents, newPrefix, newStream, seed } from './given.ts';

const never = new AbortController().signal;

export function subscribeContract(store: OpenStore): void {
  it('gives what is there and then what comes', async () => {
    const after = await store().head();
    const prefix = newPrefix();
    const old = newEvents(3);
    const fresh = newEvents(2);
    await store().append(`${prefix}a`, old, 'no-stream');
    const subscription = store().subscribe({ after, streams: [prefix], signal: never });
    const whenLive: string[][] = [];
    const { events } = await follow(subscription, (seen, { live }) => {
      if (live && whenLive.push(ids(seen)) === 1) {
        void store().append(`${prefix}b`, fresh, 'no-stream');
      }
      return seen.length === 5;
    });
    expect(whenLive[0]).toEqual(ids(old));
    expect(ids(events)).toEqual(ids([...old, ...fresh]));
  });

  it('says that it is live even when there is nothing to give', async () => {
    const after = await store().head();
    const subscription = store().subscribe({ after, streams: [newPrefix()], signal: never });
    const { batches } = await follow(subscription, (_, { live }) => live);
    expect(batches.at(-1)).toMatchObject({ events: [], live: true });
    expect(batches.every(({ position }) => position >= after)).toBe(true);
  });

  it('gives more events than a batch holds, each once and in order', async () => {
    const after = await store().head();
    const { stream, events } = await givenStream(store(), 2500);
    const subscription = store().subscribe({ after, streams: [stream], signal: never });
    const followed = await follow(subscription, (_, { live }) => live);
    expect(ids(followed.events)).toEqual(ids(events));
    expect(followed.batches.slice(0, -1).some(({ live }) => live)).toBe(false);
  });

  it('gives a batch the position of its last event or a later one', async () => {
    const after = await store().head();
    const prefix = newPrefix();
    for (const name of ['a', 'b', 'a']) await store().append(prefix + name, newEvents(2), 'any');
    const subscription = store().subscribe({ after, streams: [`${prefix}a`], signal: never });
    const { batches } = await follow(subscription, (seen) => seen.length === 4);
    let last = after;
    for (const { events, position } of batches) {
      for (const event of events) {
        expect(event.position > last).toBe(true);
        expect(event.position <= position).toBe(true);
      }
      expect(position >= last).toBe(true);
      last = position;
    }
  });

  it(`resumes from any batch with exactly the rest (seed ${seed})`, async () => {
    const appends = fc.array(
      fc.record({
        stream: fc.constantFrom('a-1', 'a-2', 'b-1', 'other'),
        count: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(appends, fc.nat(), async (given, pick) => {
        const after = await store().head();
        const prefix = newPrefix();
        const streams = [`${prefix}a-`, `${prefix}b-`];
        const appending = (async () => {
          for (const { stream, count } of [...given, { stream: 'a-1', count: 1 }]) {
            await store().append(prefix + stream, newEvents(count), 'any');
          }
        })();
        const total = given.reduce(
          (sum, { stream, count }) => sum + (stream === 'other' ? 0 : count),
          1,
        );
        const subscription = store().subscribe({ after, streams, signal: never });
        const { events, batches } = await follow(subscription, (got) => got.length >= total);
        await appending;
        expect(ids(events)).toEqual(ids(await all(store(), { after, streams })));

        let seen = 0;
        for (const batch of batches) {
          seen += batch.events.length;
          const rest = await all(store(), { after: batch.position, streams });
          expect(ids(rest)).toEqual(ids(events.slice(seen)));
        }
        const from = pick % batches.length;
        const before = batches.slice(0, from).reduce((sum, batch) => sum + batch.events.length, 0);
        const resumed = await follow(
          store().subscribe({
            after: batches[from - 1]?.position ?? after,
            streams,
            signal: never,
          }),
          (_, { live }) => live,
        );
        expect(ids(resumed.events)).toEqual(ids(events.slice(before)));
      }),
      { seed, numRuns: 25 },
    );
  });

  it('ends at once when it is aborted while it waits', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const after = await store().head();
    for await (const { live } of store().subscribe({ after, streams: [newPrefix()], signal })) {
      // Aborted only once this loop waits for the next batch.
      if (live) setImmediate(() => controller.abort());
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('gives nothing when it was aborted before', async () => {
    const after = await store().head();
    await givenStream(store(), 1);
    const { batches } = await follow(
      store().subscribe({ after, signal: AbortSignal.abort() }),
      () => true,
    );
    expect(batches).toEqual([]);
  });

  it('leaves no listener behind however often it waits', async () => {
    const { signal } = new AbortController();
    const after = await store().head();
    const stream = newStream();
    const subscription = store().subscribe({ after, streams: [stream], signal });
    await follow(subscription, (events, { live }) => {
      if (live && events.length < 20) void store().append(stream, newEvents(1), 'any');
      expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
      return events.length === 20;
    });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('gives two subscribers the same', async () => {
    const after = await store().head();
    const prefix = newPrefix();
    const subscriptions = [1, 2].map(() =>
      follow(
        store().subscribe({ after, streams: [prefix], signal: never }),
        (events) => events.length === 30,
      ),
    );
    for (let turn = 0; turn < 10; turn++) {
      await store().append(`${prefix}${turn % 3}`, newEvents(3), 'any');
    }
    const stored = ids(await all(store(), { after, streams: [prefix] }));
    for (const { events } of await Promise.all(subscriptions)) expect(ids(events)).toEqual(stored);
  });
}
