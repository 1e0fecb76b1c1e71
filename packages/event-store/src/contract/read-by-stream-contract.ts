import { expect, it } from 'vitest';
import type { EventStore, Position, RecordedEvent } from '../event-store.ts';
import { readByStream } from '../read-by-stream.ts';
import type { OpenStore } from './event-store-contract.ts';
import { givenStream, ids, newEvents, newPrefix } from './given.ts';

export function readByStreamContract(store: OpenStore): void {
  it('gives streams in the order in which they began, each whole and in order', async () => {
    const prefix = newPrefix();
    const expected = await givenTurns(store(), prefix, { streams: 30, turns: 4, each: 10 });
    const found = await allByStream(store(), prefix);
    expect(ids(found)).toEqual(expected.flat());
  });

  it('gives only streams whose names begin so', async () => {
    const prefix = newPrefix();
    for (const name of ['case-1', 'case%', 'cas', 'other-case-1', 'Case-1']) {
      await store().append(`${prefix}${name}`, newEvents(1), 'no-stream');
    }
    const streams = (await allByStream(store(), `${prefix}case`)).map(({ stream }) => stream);
    expect(streams).toEqual([`${prefix}case-1`, `${prefix}case%`]);
    expect(await allByStream(store(), newPrefix())).toEqual([]);
  });

  it('gives the same again up to the same position, whatever was stored meanwhile', async () => {
    const prefix = newPrefix();
    await givenTurns(store(), prefix, { streams: 3, turns: 4 });
    const until = await store().head();
    const before = await allByStream(store(), prefix, until);
    await store().append(`${prefix}0`, newEvents(2), 3);
    await store().append(`${prefix}new`, newEvents(2), 'no-stream');
    expect(await allByStream(store(), prefix, until)).toEqual(before);
    expect(await allByStream(store(), prefix)).toHaveLength(before.length + 4);
  });

  it('gives an event as its stream does, and a stream that is longer than a batch', async () => {
    const { stream, events } = await givenStream(store(), 2500);
    const found = await allByStream(store(), stream);
    expect(ids(found)).toEqual(ids(events));
    for await (const [first] of store().read(stream, { limit: 1 })) expect(found[0]).toEqual(first);
  });

  it('gives each stream to one of several readers who share them', async () => {
    const prefix = newPrefix();
    const expected = await givenTurns(store(), prefix, { streams: 24, turns: 2 });
    const until = await store().head();
    const shares: string[][] = [];
    for (const index of [0, 1, 2]) {
      const share: RecordedEvent[] = [];
      const asked = { prefix, until, share: { index, of: 3 } };
      for await (const batch of readByStream(store(), asked)) share.push(...batch);
      shares.push(ids(share));
    }
    expect(shares.flat().toSorted()).toEqual(expected.flat().toSorted());
    expect(Math.max(...shares.map(({ length }) => length))).toBeLessThan(48);
  });

  it('gives the same run by run, where it can tell runs of streams', async () => {
    const prefix = newPrefix();
    const expected = await givenTurns(store(), prefix, { streams: 24, turns: 2 });
    const until = await store().head();
    const found: RecordedEvent[] = [];
    let longest = 0;
    for await (const run of store().streamRuns?.(5) ?? [undefined]) {
      const before = found.length;
      const asked = { prefix, until, ...(run ? { run } : {}) };
      for await (const batch of readByStream(store(), asked)) found.push(...batch);
      if (run) longest = Math.max(longest, found.length - before);
    }
    expect(ids(found)).toEqual(expected.flat());
    expect(longest).toBeLessThanOrEqual(10);
  });

  it('can be left at any point', async () => {
    const prefix = newPrefix();
    await givenTurns(store(), prefix, { streams: 20, turns: 3 });
    const until = await store().head();
    for await (const batch of readByStream(store(), { prefix, until })) if (batch.length > 0) break;
    expect(await allByStream(store(), prefix)).toHaveLength(60);
  });
}

/** Streams whose events take turns. @returns the ids of each stream's events */
async function givenTurns(
  store: EventStore,
  prefix: string,
  { streams, turns, each = 1 }: { streams: number; turns: number; each?: number },
): Promise<string[][]> {
  const all = Array.from({ length: streams }, () => newEvents(turns * each));
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, events] of all.entries()) {
      await store.append(`${prefix}${index}`, events.slice(turn * each, (turn + 1) * each), 'any');
    }
  }
  return all.map(ids);
}

async function allByStream(
  store: EventStore,
  prefix: string,
  until?: Position,
): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  const options = { prefix, until: until ?? (await store.head()) };
  for await (const batch of readByStream(store, options)) found.push(...batch);
  return found;
}
