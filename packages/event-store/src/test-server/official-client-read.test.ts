import {
  BACKWARDS,
  END,
  jsonEvent,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
  type AllStreamResolvedEvent,
} from '@eventstore/db-client';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  binaryEvents,
  collect,
  givenServer,
  idsOf,
  jsonEvents,
  linkTo,
  newStream,
  revisionsOf,
} from './official-client.ts';

const given = givenServer();

describe('a read of a stream', () => {
  const stream = newStream();
  const events = [...jsonEvents(4, 'json-test'), ...binaryEvents(4, 'binary-test')];
  beforeAll(async () => {
    await given.client.appendToStream(stream, events);
    await given.client.appendToStream(newStream(), jsonEvents());
  });

  it('gives its events alone, in order, from the start', async () => {
    const found = await collect(given.client.readStream(stream));
    expect(idsOf(found)).toEqual(idsOf(events));
    expect(new Set(found.map(({ event }) => event?.streamId))).toEqual(new Set([stream]));
  });

  it.each([
    ['forwards from a revision', { fromRevision: 1n }, [1, 2, 3, 4, 5, 6, 7]],
    ['forwards from the start', { fromRevision: START }, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['forwards from the end', { fromRevision: END }, []],
    ['forwards from beyond the end', { fromRevision: 20n }, []],
    ['some', { maxCount: 2 }, [0, 1]],
    ['some from a revision', { fromRevision: 3n, maxCount: 2 }, [3, 4]],
    [
      'backwards from the end',
      { direction: BACKWARDS, fromRevision: END },
      [7, 6, 5, 4, 3, 2, 1, 0],
    ],
    ['backwards from a revision', { direction: BACKWARDS, fromRevision: 1n }, [1, 0]],
    ['backwards from the start', { direction: BACKWARDS, fromRevision: START }, [0]],
    [
      'backwards from beyond the end',
      { direction: BACKWARDS, fromRevision: 20n, maxCount: 1 },
      [7],
    ],
    ['the newest', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }, [7]],
  ] as const)('gives %s', async (_, options, revisions) => {
    expect(revisionsOf(await collect(given.client.readStream(stream, options)))).toEqual(revisions);
  });

  it('tells JSON from bytes', async () => {
    const [json] = await collect(
      given.client.readStream(stream, { fromRevision: 1n, maxCount: 1 }),
    );
    expect(json?.event).toMatchObject({
      type: 'json-test',
      isJson: true,
      data: { message: 'test', index: 1 },
    });
    const [bytes] = await collect(
      given.client.readStream(stream, { fromRevision: 5n, maxCount: 1 }),
    );
    expect(bytes?.event).toMatchObject({ type: 'binary-test', isJson: false });
    expect(Buffer.from(bytes?.event?.data as Uint8Array).toString()).toBe('hello: 1');
  });

  it('fails where there is no such stream', async () => {
    const missing = newStream();
    for (const direction of ['forwards', 'backwards'] as const) {
      const reading = collect(
        given.client.readStream(missing, { direction, fromRevision: END, maxCount: 1 }),
      );
      await expect(reading).rejects.toThrow(StreamNotFoundError);
    }
  });

  it('fails after a tombstone', async () => {
    const gone = newStream();
    await given.client.appendToStream(gone, jsonEvents());
    await given.client.tombstoneStream(gone);
    const error: unknown = await collect(given.client.readStream(gone)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName: gone });
  });

  // The real server asks its index for a page of none, which it refuses.
  it('of no events at all fails', async () => {
    await expect(collect(given.client.readStream(stream, { maxCount: 0 }))).rejects.toThrow(
      UnknownError,
    );
  });

  it('can be left, and be cancelled', async () => {
    const long = newStream();
    await given.client.appendToStream(long, jsonEvents(2_000));
    const reading = given.client.readStream(long);
    for await (const { event } of reading) {
      if (event?.revision === 12n) break;
    }
    await reading.cancel();
    expect(await collect(given.client.readStream(long))).toHaveLength(2_000);
  });
});

describe('a read of $all', () => {
  const streams = [newStream('a'), newStream('b')];
  const events = streams.map(() => jsonEvents(4));
  beforeAll(async () => {
    for (const [index, stream] of streams.entries()) {
      await given.client.appendToStream(stream, events[index] ?? []);
    }
  });
  const ours = (found: AllStreamResolvedEvent[]) =>
    found.filter(({ event }) => streams.includes(event?.streamId ?? ''));

  it('gives the events of all streams in the order in which they were written', async () => {
    const found = await collect(given.client.readAll());
    expect(idsOf(ours(found))).toEqual(idsOf(events.flat()));
    const positions = found.map(({ event }) => event?.position?.commit ?? 0n);
    expect(positions.toSorted((a, b) => Number(a - b))).toEqual(positions);
    expect(new Set(positions).size).toBe(positions.length);
  });

  it('gives the server’s own too, but no epochs', async () => {
    const found = await collect(given.client.readAll());
    const system = found.filter(({ event }) => event?.streamId.startsWith('$'));
    expect(system.length).toBeGreaterThan(0);
    expect(found.map(({ event }) => event?.streamId)).not.toContain('$epoch-information');
  });

  it('gives backwards just what it gives forwards', async () => {
    const forwards = await collect(given.client.readAll());
    const backwards = await collect(
      given.client.readAll({ direction: BACKWARDS, fromPosition: END }),
    );
    expect(backwards).toEqual(forwards.toReversed());
  });

  it('from a position gives the event that lies there, backwards the one before', async () => {
    const all = await collect(given.client.readAll());
    const [before, at] = all.slice(-2);
    const fromPosition = at?.event?.position;
    if (!fromPosition) throw new Error('there are events in $all');
    expect(await collect(given.client.readAll({ fromPosition, maxCount: 1 }))).toEqual([at]);
    expect(
      await collect(given.client.readAll({ fromPosition, direction: BACKWARDS, maxCount: 1 })),
    ).toEqual([before]);
  });

  it('gives no more than was asked for', async () => {
    expect(await collect(given.client.readAll({ maxCount: 2 }))).toHaveLength(2);
    expect(await collect(given.client.readAll({ maxCount: 0 }))).toEqual([]);
  });

  it('gives nothing forwards from the end, or backwards from the start', async () => {
    expect(await collect(given.client.readAll({ fromPosition: END }))).toEqual([]);
    expect(
      await collect(given.client.readAll({ direction: BACKWARDS, fromPosition: START })),
    ).toEqual([]);
  });
});

describe('a link', () => {
  it('is given as it is, or with the event it points to in front', async () => {
    const [target, links] = [newStream(), newStream()];
    await given.client.appendToStream(target, jsonEvents(4));
    await given.client.appendToStream(links, linkTo(target, 2));
    const [wanted] = await collect(
      given.client.readStream(target, { fromRevision: 2n, maxCount: 1 }),
    );

    const [unresolved] = await collect(given.client.readStream(links));
    expect(unresolved?.event).toMatchObject({ type: '$>', streamId: links });
    expect(unresolved?.link).toBeUndefined();

    const [resolved] = await collect(given.client.readStream(links, { resolveLinkTos: true }));
    expect(resolved?.event).toEqual(wanted?.event);
    expect(resolved?.link).toEqual(unresolved?.event);

    const fromPosition = resolved?.link?.position;
    if (!fromPosition) throw new Error('a link has a position');
    const [inAll] = await collect(
      given.client.readAll({ fromPosition, resolveLinkTos: true, maxCount: 1 }),
    );
    expect(inAll?.event).toEqual(wanted?.event);
    expect(inAll?.link).toEqual(unresolved?.event);
    expect(inAll?.commitPosition).toBe(fromPosition.commit);
  });

  it('to an event that is gone stands alone', async () => {
    const [target, links] = [newStream(), newStream()];
    await given.client.appendToStream(target, jsonEvents(3));
    await given.client.setStreamMetadata(target, { truncateBefore: 1 });
    await given.client.appendToStream(links, [
      linkTo(target, 0),
      linkTo(target, 7),
      linkTo(newStream(), 0),
      jsonEvent({ type: '$>', data: 'nowhere' }),
      linkTo(target, 1),
    ]);
    const found = await collect(given.client.readStream(links, { resolveLinkTos: true }));
    expect(found.map(({ event, link }) => [event?.streamId, link?.streamId])).toEqual([
      [undefined, links],
      [undefined, links],
      [undefined, links],
      [undefined, links],
      [target, links],
    ]);
  });
});
