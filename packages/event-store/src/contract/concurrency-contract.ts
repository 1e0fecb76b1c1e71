import { expect, it } from 'vitest';
import { readStream, WrongExpectedRevisionError } from '../event-store.ts';
import type { OpenStore } from './event-store-contract.ts';
import { all, follow, ids, newEvents, newPrefix, newStream } from './given.ts';

export function concurrencyContract(store: OpenStore): void {
  it('lets exactly one of many writers begin a stream', async () => {
    const stream = newStream();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => store().append(stream, newEvents(2), 'no-stream')),
    );
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refusals).toHaveLength(19);
    for (const { reason } of refusals) expect(reason).toBeInstanceOf(WrongExpectedRevisionError);
    expect(await readStream(store(), stream)).toHaveLength(2);
  });

  it('lets exactly one writer have each revision', async () => {
    const stream = newStream();
    const won: string[] = [];
    const writer = async () => {
      for (let mine = 0; mine < 5;) {
        const [newest] = await readStream(store(), stream, { direction: 'backwards', limit: 1 });
        const events = newEvents(1);
        try {
          await store().append(stream, events, newest?.revision ?? 'no-stream');
          won.push(...ids(events));
          mine += 1;
        } catch (error) {
          if (!(error instanceof WrongExpectedRevisionError)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, writer));
    const recorded = await readStream(store(), stream);
    expect(recorded.map(({ revision }) => revision)).toEqual([...Array(40).keys()]);
    expect(ids(recorded).toSorted()).toEqual(won.toSorted());
  });

  it('records the same append once when it is sent many times at once', async () => {
    const stream = newStream();
    const events = newEvents(2);
    const sent = await Promise.all(
      Array.from({ length: 10 }, () => store().append(stream, events, 'no-stream')),
    );
    expect(new Set(sent.map(({ position }) => position)).size).toBe(1);
    expect(ids(await readStream(store(), stream))).toEqual(ids(events));
  });

  it('loses nothing of many streams, and gives them to a subscriber in one order', async () => {
    const after = await store().head();
    const prefix = newPrefix();
    const { signal } = new AbortController();
    const following = follow(
      store().subscribe({ after, streams: [prefix], signal }),
      (events) => events.length === 600,
    );
    await Promise.all(
      Array.from({ length: 100 }, async (_, number) => {
        const stream = `${prefix}${number}`;
        await store().append(stream, newEvents(2), 'no-stream');
        await store().append(stream, newEvents(3), 1);
        await store().append(stream, newEvents(1), 4);
      }),
    );
    const stored = await all(store(), { after, streams: [prefix] });
    expect(new Set(ids(stored)).size).toBe(600);
    const { events } = await following;
    expect(events).toEqual(stored);
    for (let number = 0; number < 100; number++) {
      const own = stored.filter(({ stream }) => stream === `${prefix}${number}`);
      expect(own.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });
}
