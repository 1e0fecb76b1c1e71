import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { readStream, start } from '../event-store.ts';
import type { OpenStore } from './event-store-contract.ts';
import { all, givenStream, ids, newEvents, newPrefix, newStream } from './given.ts';

export function readContract(store: OpenStore): void {
  it('finds a stream empty that does not exist, in both directions', async () => {
    expect(await readStream(store(), newStream())).toEqual([]);
    expect(await readStream(store(), newStream(), { direction: 'backwards' })).toEqual([]);
    expect(await readStream(store(), newStream(), { from: 3 })).toEqual([]);
  });

  it('reads from a revision, in both directions', async () => {
    const { stream } = await givenStream(store(), 5);
    const numbers = async (options: Parameters<typeof readStream>[2]) =>
      (await readStream(store(), stream, options)).map(({ revision }) => revision);
    expect(await numbers({})).toEqual([0, 1, 2, 3, 4]);
    expect(await numbers({ from: 3 })).toEqual([3, 4]);
    expect(await numbers({ from: 5 })).toEqual([]);
    expect(await numbers({ limit: 2 })).toEqual([0, 1]);
    expect(await numbers({ from: 1, limit: 2 })).toEqual([1, 2]);
    expect(await numbers({ limit: 0 })).toEqual([]);
    expect(await numbers({ direction: 'backwards' })).toEqual([4, 3, 2, 1, 0]);
    expect(await numbers({ direction: 'backwards', limit: 1 })).toEqual([4]);
    expect(await numbers({ direction: 'backwards', from: 2 })).toEqual([2, 1, 0]);
    expect(await numbers({ direction: 'backwards', from: 2, limit: 2 })).toEqual([2, 1]);
    expect(await numbers({ direction: 'backwards', from: 99 })).toEqual([4, 3, 2, 1, 0]);
  });

  it('reads more events than a batch holds, each once and in order', async () => {
    const { stream, events } = await givenStream(store(), 2500);
    expect(ids(await readStream(store(), stream))).toEqual(ids(events));
    expect(ids(await readStream(store(), stream, { from: 400, limit: 1700 }))).toEqual(
      ids(events.slice(400, 2100)),
    );
    expect(ids(await readStream(store(), stream, { direction: 'backwards' }))).toEqual(
      ids(events).toReversed(),
    );
    expect(ids(await all(store(), { streams: [stream] }))).toEqual(ids(events));
    expect(ids(await all(store(), { streams: [stream], limit: 1200 }))).toEqual(
      ids(events.slice(0, 1200)),
    );
  });

  it('gives all events in the order they were stored, at positions that order as text', async () => {
    const prefix = newPrefix();
    const expected: string[] = [];
    for (let turn = 0; turn < 12; turn++) {
      const events = newEvents(1 + (turn % 3));
      await store().append(`${prefix}${turn % 4}`, events, 'any');
      expected.push(...ids(events));
    }
    const found = await all(store(), { streams: [prefix] });
    expect(ids(found)).toEqual(expected);
    const positions = found.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].toSorted());
    expect(positions.every((position) => position > start)).toBe(true);
  });

  it('gives an event the same in its stream and among all', async () => {
    const { stream } = await givenStream(store(), 3);
    expect(await all(store(), { streams: [stream] })).toEqual(await readStream(store(), stream));
  });

  it('gives what lies after a position', async () => {
    const { stream, events } = await givenStream(store(), 6);
    const found = await all(store(), { streams: [stream] });
    for (const [index, { position }] of found.entries()) {
      const rest = await all(store(), { after: position, streams: [stream] });
      expect(ids(rest)).toEqual(ids(events.slice(index + 1)));
    }
    const some = await all(store(), { after: found[1]!.position, streams: [stream], limit: 2 });
    expect(ids(some)).toEqual(ids(events.slice(2, 4)));
  });

  it('gives only streams whose names begin with a prefix', async () => {
    const prefix = newPrefix();
    for (const name of [
      'app-1',
      'application-1',
      'application-2',
      'service-1',
      'x-application-3',
    ]) {
      await store().append(`${prefix}${name}`, newEvents(1), 'no-stream');
    }
    const found = async (...streams: string[]) =>
      (await all(store(), { streams: streams.map((name) => `${prefix}${name}`) })).map((event) =>
        event.stream.slice(prefix.length),
      );
    expect(await found('application-')).toEqual(['application-1', 'application-2']);
    expect(await found('service-', 'application-2')).toEqual(['application-2', 'service-1']);
    expect(await found('app')).toEqual(['app-1', 'application-1', 'application-2']);
    expect(await found('_', '%')).toEqual([]);
  });

  it('has its head at the newest event', async () => {
    const before = await store().head();
    const { appended } = await givenStream(store(), 2);
    const head = await store().head();
    expect(head > before).toBe(true);
    expect(head >= appended.position).toBe(true);
  });

  it('can be left at any point', async () => {
    const { stream } = await givenStream(store(), 1500);
    const { signal } = new AbortController();
    for await (const batch of store().read(stream)) if (batch.length > 0) break;
    for await (const batch of store().readAll({ streams: [stream] })) if (batch.length > 0) break;
    for await (const _ of store().subscribe({ after: start, signal })) break;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(await readStream(store(), stream)).toHaveLength(1500);
  });
}
