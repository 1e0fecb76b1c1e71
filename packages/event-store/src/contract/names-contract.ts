import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readStream } from '../event-store.ts';
import type { OpenStore } from './event-store-contract.ts';
import { all, idsOf, newEvent, newStream, seed } from './given.ts';

/** Names come from outside: none may reach another stream, or the server's own. */
export function namesContract(store: OpenStore): void {
  it.each([
    ['', 'a stream name needs a character'],
    ['$streams', "the server's own"],
    ['$$application-1', "the server's own"],
    ['application-1\u0000', 'no control characters'],
    ['application-1\n', 'no control characters'],
    ['application-\ud800', 'no half characters'],
    [`application-${'é'.repeat(300)}`, 'at most 512 bytes'],
    [undefined as never, 'a stream name needs a character'],
  ])('refuses the stream name %j', async (stream, rule) => {
    const refusal = { name: 'TypeError', message: expect.stringContaining(rule) };
    await expect(store().append(stream, [newEvent()], 'any')).rejects.toMatchObject(refusal);
    await expect(readStream(store(), stream)).rejects.toMatchObject(refusal);
  });

  it.each([
    '',
    'one',
    '00000000-0000-0000-0000-000000000000',
    'A3BB189E-8BF9-4888-9912-ACE4E6543002',
    '{a3bb189e-8bf9-4888-9912-ace4e6543002}',
    'a3bb189e8bf948889912ace4e6543002',
    undefined as never,
  ])('refuses the event id %j', async (id) => {
    const stream = newStream();
    const events = [newEvent(), { ...newEvent(), id }];
    await expect(store().append(stream, events, 'any')).rejects.toThrow('an event id is a UUID');
    expect(await idsOf(store(), stream)).toEqual([]);
  });

  it.each(['', '$metadata', 'Note\u0007Added', 'N'.repeat(256)])(
    'refuses the event type %j',
    async (type) => {
      const stream = newStream();
      const events = [newEvent(), { ...newEvent(), type }];
      await expect(store().append(stream, events, 'any')).rejects.toThrow('event type');
      expect(await idsOf(store(), stream)).toEqual([]);
    },
  );

  it(`keeps what is given to any two names apart, or refuses the name (seed ${seed})`, async () => {
    const prefix = newStream();
    const name = fc
      .string({ unit: 'binary', maxLength: 12 })
      .map((text) => `${prefix}${text}`)
      .filter((text) => text.isWellFormed());
    const after = await store().head();
    const given = new Map<string, string[]>();
    await fc.assert(
      fc.asyncProperty(name, async (stream) => {
        const event = newEvent();
        try {
          await store().append(stream, [event], 'any');
        } catch (error) {
          if (error instanceof TypeError) return;
          throw error;
        }
        given.set(stream, [...(given.get(stream) ?? []), event.id]);
        expect(await idsOf(store(), stream)).toEqual(given.get(stream));
      }),
      { seed, numRuns: 60 },
    );
    const stored = Map.groupBy(
      await all(store(), { after, streams: [prefix] }),
      (event) => event.stream,
    );
    expect(
      new Map([...stored].map(([stream, events]) => [stream, events.map(({ id }) => id)])),
    ).toEqual(given);
  });
}
