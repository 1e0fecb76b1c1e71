import {
  ANY,
  binaryEvent,
  DeadlineExceededError,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import {
  collect,
  givenServer,
  idsOf,
  jsonEvents,
  newStream,
  revisionsOf,
  unary,
} from './official-client.ts';

const given = givenServer();

/** Both ways of the client: many appends over one call, and a call for each. */
const ways = [
  ['in a batch', {}],
  ['by a call of its own', unary],
] as const;

describe.each(ways)('an append %s', (_, way) => {
  it('tells the revision and the position of its last event', async () => {
    const stream = newStream();
    const { success, nextExpectedRevision, position } = await given.client.appendToStream(
      stream,
      jsonEvents(4),
      way,
    );
    expect({ success, nextExpectedRevision }).toEqual({ success: true, nextExpectedRevision: 3n });
    const [last] = await collect(
      given.client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 }),
    );
    expect(last?.event?.position).toEqual(position);
  });

  it('gives each of its events a position of its own, further and further', async () => {
    const stream = newStream();
    const before = await given.client.appendToStream(newStream(), jsonEvents(1), way);
    await given.client.appendToStream(stream, jsonEvents(3), way);
    const events = await collect(given.client.readStream(stream));
    const positions = [before.position, ...events.map(({ event }) => event?.position)];
    for (const [index, position] of positions.slice(1).entries()) {
      expect(position?.commit).toBe(position?.prepare);
      // The log is counted in bytes, not in events.
      expect(position?.commit).toBeGreaterThan((positions[index]?.commit ?? 0n) + 1n);
    }
  });

  it('keeps JSON, text of any script, bytes and metadata as they were given', async () => {
    const stream = newStream();
    const events = [
      jsonEvent({ type: 'text', data: 'CC ‐ 1830 Ę \u0018 👩🏽‍🚒', metadata: { how: 'meta' } }),
      jsonEvent({ type: 'json', data: { a: [1, null, { b: 'ñ' }] } }),
      jsonEvent({ type: 'json', data: {}, metadata: Buffer.from([0xff, 0x00, 0x01]) }),
      binaryEvent({ type: 'bytes', data: Buffer.from([0x00, 0x01, 0xfe, 0xff]) }),
      binaryEvent({ type: 'none', data: Buffer.alloc(0), metadata: { how: 'meta' } }),
    ];
    await given.client.appendToStream(stream, events, way);
    const found = await collect(given.client.readStream(stream));
    expect(
      found.map(({ event }) => ({
        id: event?.id,
        type: event?.type,
        isJson: event?.isJson,
        data: plain(event?.data),
        metadata: plain(event?.metadata),
      })),
    ).toEqual(
      events.map(({ id, type, contentType, data, metadata }) => ({
        id,
        type,
        isJson: contentType === 'application/json',
        data: plain(data),
        metadata: plain(metadata),
      })),
    );
  });

  it('dates its events', async () => {
    const stream = newStream();
    const before = Date.now();
    await given.client.appendToStream(stream, jsonEvents(1), way);
    const after = Date.now();
    const [found] = await collect(given.client.readStream(stream));
    expect(found?.event?.created.getTime()).toBeGreaterThanOrEqual(before);
    expect(found?.event?.created.getTime()).toBeLessThanOrEqual(after);
  });

  describe('that expects', () => {
    it.each([ANY, NO_STREAM] as const)('%s begins a stream', async (expectedRevision) => {
      const options = { expectedRevision, ...way };
      const { nextExpectedRevision } = await given.client.appendToStream(
        newStream(),
        jsonEvents(1),
        options,
      );
      expect(nextExpectedRevision).toBe(0n);
    });

    it.each([ANY, STREAM_EXISTS, 3n] as const)(
      '%s goes on with a stream',
      async (expectedRevision) => {
        const stream = newStream();
        await given.client.appendToStream(stream, jsonEvents(4), way);
        const { nextExpectedRevision } = await given.client.appendToStream(stream, jsonEvents(2), {
          expectedRevision,
          ...way,
        });
        expect(nextExpectedRevision).toBe(5n);
      },
    );

    it.each([
      [NO_STREAM, 'exists', 3n],
      [1n, 'is further', 3n],
      [7n, 'is not as far', 3n],
    ] as const)('%s fails where the stream %s', async (expectedRevision, _case, actual) => {
      const stream = newStream();
      await given.client.appendToStream(stream, jsonEvents(4), way);
      const error = await refused(
        given.client.appendToStream(stream, jsonEvents(1), { expectedRevision, ...way }),
      );
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({
        streamName: stream,
        expectedVersion: expectedRevision,
        actualVersion: actual,
      });
      expect(await collect(given.client.readStream(stream))).toHaveLength(4);
    });

    it.each([STREAM_EXISTS, 0n] as const)(
      '%s fails where there is no stream',
      async (expectedRevision) => {
        const stream = newStream();
        const error = await refused(
          given.client.appendToStream(stream, jsonEvents(1), { expectedRevision, ...way }),
        );
        expect(error).toBeInstanceOf(WrongExpectedVersionError);
        expect(error).toMatchObject({
          streamName: stream,
          expectedVersion: expectedRevision,
          actualVersion: NO_STREAM,
        });
      },
    );

    it('stream_exists is content with metadata', async () => {
      const stream = newStream();
      await given.client.setStreamMetadata(stream, { maxCount: 10 });
      const { nextExpectedRevision } = await given.client.appendToStream(stream, jsonEvents(1), {
        expectedRevision: STREAM_EXISTS,
        ...way,
      });
      expect(nextExpectedRevision).toBe(0n);
    });

    it('too much returns a failure where the client is not to throw', async () => {
      const stream = newStream();
      const client = given.connect('&throwOnAppendFailure=false');
      await client.appendToStream(stream, jsonEvents(4), way);
      const { success } = await client.appendToStream(stream, jsonEvents(1), {
        expectedRevision: NO_STREAM,
        ...way,
      });
      expect(success).toBe(false);
    });
  });

  describe('that happened before', () => {
    it.each([ANY, NO_STREAM] as const)('is confirmed, expecting %s', async (expectedRevision) => {
      const stream = newStream();
      const events = jsonEvents(4);
      const options = { expectedRevision, ...way };
      const first = await given.client.appendToStream(stream, events, options);
      await given.client.appendToStream(stream, jsonEvents(1), way);
      expect(await given.client.appendToStream(stream, events, options)).toEqual(first);
      expect(await collect(given.client.readStream(stream))).toHaveLength(5);
    });

    it('is confirmed in part, when the part stands where it is expected', async () => {
      const stream = newStream();
      const [a, b, c] = jsonEvents(3);
      if (!a || !b || !c) throw new Error('three events were asked for');
      await given.client.appendToStream(stream, [a, b, c], way);
      const first = { expectedRevision: NO_STREAM, ...way } as const;
      const second = { expectedRevision: 0n, ...way } as const;
      expect((await given.client.appendToStream(stream, [a], first)).nextExpectedRevision).toBe(0n);
      expect((await given.client.appendToStream(stream, [b, c], second)).nextExpectedRevision).toBe(
        2n,
      );
      expect((await given.client.appendToStream(stream, [b], way)).nextExpectedRevision).toBe(1n);
      expect(await collect(given.client.readStream(stream))).toHaveLength(3);
    });

    it('is another where another revision is expected that holds', async () => {
      const stream = newStream();
      const [event] = jsonEvents(1);
      if (!event) throw new Error('an event was asked for');
      await given.client.appendToStream(stream, event, way);
      const { nextExpectedRevision } = await given.client.appendToStream(stream, event, {
        expectedRevision: 0n,
        ...way,
      });
      expect(nextExpectedRevision).toBe(1n);
    });

    it.each([ANY, NO_STREAM] as const)(
      'fails, expecting %s, when only some of its events stand there',
      async (expectedRevision) => {
        const stream = newStream();
        const events = jsonEvents(3);
        await given.client.appendToStream(stream, events.slice(0, 2), way);
        await expect(
          given.client.appendToStream(stream, events, { expectedRevision, ...way }),
        ).rejects.toThrow(WrongExpectedVersionError);
        expect(await collect(given.client.readStream(stream))).toHaveLength(2);
      },
    );

    it('in another stream is none of this one’s', async () => {
      const events = jsonEvents(2);
      const stream = newStream();
      await given.client.appendToStream(newStream(), events, way);
      await given.client.appendToStream(stream, events, way);
      expect(idsOf(await collect(given.client.readStream(stream)))).toEqual(idsOf(events));
    });
  });

  it('may hold the same event several times', async () => {
    const stream = newStream();
    const [event] = jsonEvents(1);
    if (!event) throw new Error('an event was asked for');
    const same = Array.from({ length: 6 }, () => event);
    const first = await given.client.appendToStream(stream, same, way);
    expect(first.nextExpectedRevision).toBe(5n);
    // Without an expectation, the first of them is what the server remembers.
    const again = await given.client.appendToStream(stream, same, way);
    expect(again.nextExpectedRevision).toBe(0n);
    const expecting = { expectedRevision: NO_STREAM, ...way } as const;
    const thrice = await given.client.appendToStream(stream, same, expecting);
    expect(thrice.nextExpectedRevision).toBe(5n);
  });

  it('of no events writes nothing', async () => {
    const stream = newStream();
    const { success } = await given.client.appendToStream(stream, [], way);
    expect(success).toBe(true);
    await expect(collect(given.client.readStream(stream))).rejects.toThrow(StreamNotFoundError);
    await given.client.appendToStream(stream, jsonEvents(2), way);
    const { nextExpectedRevision } = await given.client.appendToStream(stream, [], {
      expectedRevision: 1n,
      ...way,
    });
    expect(nextExpectedRevision).toBe(1n);
    // There is nothing by which it could be known to have been written before.
    await expect(
      given.client.appendToStream(stream, [], { expectedRevision: 0n, ...way }),
    ).rejects.toThrow(WrongExpectedVersionError);
  });

  it('after a tombstone fails, whatever it expects', async () => {
    const stream = newStream();
    await given.client.tombstoneStream(stream, { expectedRevision: NO_STREAM });
    for (const expectedRevision of [ANY, NO_STREAM, STREAM_EXISTS, 5n] as const) {
      const error = await refused(
        given.client.appendToStream(stream, jsonEvents(1), { expectedRevision, ...way }),
      );
      expect(error).toBeInstanceOf(StreamDeletedError);
      expect(error).toMatchObject({ streamName: stream });
    }
  });

  it('beyond a mebibyte fails and leaves nothing', async () => {
    const stream = newStream();
    const events = Array.from({ length: 5 }, () =>
      jsonEvent({ type: 'big', data: 'x'.repeat(250_000) }),
    );
    const error = await refused(given.client.appendToStream(stream, events, way));
    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(error).toMatchObject({ maxAppendSize: 1024 * 1024 });
    await expect(collect(given.client.readStream(stream))).rejects.toThrow(StreamNotFoundError);
  });

  it('below a mebibyte arrives, in however many messages', async () => {
    const stream = newStream();
    const options = { batchAppendSize: 1024, ...way };
    await given.client.appendToStream(stream, jsonEvents(2_000), options);
    const found = await collect(given.client.readStream(stream));
    expect(found.map(({ event }) => event?.data)).toEqual(
      [...Array(2_000).keys()].map((index) => ({ message: 'test', index })),
    );
  });

  it('whose deadline has passed fails', async () => {
    const stream = newStream();
    await expect(
      given.client.appendToStream(stream, jsonEvents(20_000), { deadline: 1, ...way }),
    ).rejects.toThrow(DeadlineExceededError);
  });

  it('to a stream without a name fails, and only that', async () => {
    const stream = newStream();
    const appends = ['', stream].map((name) =>
      given.client.appendToStream(name, jsonEvents(1), way),
    );
    const outcomes = await Promise.allSettled(appends);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await expect(appends[0]).rejects.toThrow(UnknownError);
  });

  it('with an id that is no UUID fails', async () => {
    const event = jsonEvent({ id: 'not-a-uuid', type: 'test', data: {} });
    await expect(given.client.appendToStream(newStream(), event, way)).rejects.toThrow(
      UnknownError,
    );
  });
});

it('takes thousands of appends at once, each once', async () => {
  const stream = newStream();
  const value = 'A'.repeat(904);
  const events = Array.from({ length: 3_000 }, () => jsonEvent({ type: 'test', data: { value } }));
  await Promise.all(events.map((event) => given.client.appendToStream(stream, event)));
  const found = await collect(given.client.readStream(stream));
  // The client lets later ones overtake the first, which asks what the server supports.
  expect(idsOf(found).toSorted()).toEqual(idsOf(events).toSorted());
  expect(revisionsOf(found)).toEqual([...found.keys()]);
});

/** Buffers and arrays of bytes alike. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

async function refused(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it was to fail'),
    (error: unknown) => error,
  );
}
