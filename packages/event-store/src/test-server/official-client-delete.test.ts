import {
  ANY,
  jsonEvent,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
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
} from './official-client.ts';

const given = givenServer();

async function newStreamOf(count: number): Promise<string> {
  const stream = newStream();
  await given.client.appendToStream(stream, jsonEvents(count));
  return stream;
}

const readStream = (stream: string) => collect(given.client.readStream(stream));

/** The metadata stream as it is, of which readers see the newest event alone. */
async function metadataWritten(stream: string): Promise<unknown[]> {
  const all = await collect(given.client.readAll());
  return all
    .filter(({ event }) => event?.streamId === `$$${stream}`)
    .map(({ event }) => event?.data);
}

describe('a deleted stream', () => {
  it('is not found any more', async () => {
    const stream = await newStreamOf(4);
    const { position } = await given.client.deleteStream(stream);
    expect(position?.commit).toBeGreaterThan(0n);
    await expect(readStream(stream)).rejects.toThrow(StreamNotFoundError);
    const backwards = given.client.readStream(stream, {
      direction: 'backwards',
      fromRevision: 'end',
    });
    await expect(collect(backwards)).rejects.toThrow(StreamNotFoundError);
  });

  it('stays in $all until it is scavenged, with its deletion', async () => {
    const stream = await newStreamOf(2);
    await given.client.deleteStream(stream);
    const all = await collect(given.client.readAll());
    expect(all.filter(({ event }) => event?.streamId === stream)).toHaveLength(2);
    expect(await metadataWritten(stream)).toEqual([{ $tb: 2 ** 63 }]);
  });

  it('is deleted at the expected revision only', async () => {
    const stream = await newStreamOf(4);
    const error: unknown = await given.client
      .deleteStream(stream, { expectedRevision: 2n })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 2n, actualVersion: 3n });
    await given.client.deleteStream(stream, { expectedRevision: 3n });
    await expect(readStream(stream)).rejects.toThrow(StreamNotFoundError);
  });

  it.each([ANY, NO_STREAM, 0n] as const)(
    'must have existed, whatever is expected: %s',
    async (expectedRevision) => {
      const stream = newStream();
      await expect(given.client.deleteStream(stream, { expectedRevision })).rejects.toThrow(
        WrongExpectedVersionError,
      );
    },
  );

  it('may have had nothing but metadata', async () => {
    const stream = newStream();
    await given.client.setStreamMetadata(stream, { cacheControl: 10 });
    await given.client.deleteStream(stream, { expectedRevision: NO_STREAM });
  });

  it.each([ANY, NO_STREAM, 1n] as const)(
    'goes on after its last revision when it is written to again, expecting %s',
    async (expectedRevision) => {
      const stream = await newStreamOf(2);
      await given.client.deleteStream(stream);
      const events = jsonEvents(3);
      const { nextExpectedRevision } = await given.client.appendToStream(stream, events, {
        expectedRevision,
      });
      expect(nextExpectedRevision).toBe(4n);
      const found = await readStream(stream);
      expect(idsOf(found)).toEqual(idsOf(events));
      expect(revisionsOf(found)).toEqual([2, 3, 4]);
      expect((await given.client.getStreamMetadata(stream)).metadata).toEqual({
        truncateBefore: 2,
      });
    },
  );

  it('begins anew once only', async () => {
    const stream = await newStreamOf(2);
    await given.client.deleteStream(stream);
    await given.client.appendToStream(stream, jsonEvents(1), { expectedRevision: NO_STREAM });
    await expect(
      given.client.appendToStream(stream, jsonEvents(1), { expectedRevision: NO_STREAM }),
    ).rejects.toThrow(WrongExpectedVersionError);
  });

  it('does not exist for an append that wants it to', async () => {
    const stream = await newStreamOf(2);
    await given.client.deleteStream(stream);
    await expect(
      given.client.appendToStream(stream, jsonEvents(1), { expectedRevision: 'stream_exists' }),
    ).rejects.toThrow(StreamDeletedError);
  });

  it('is back, empty, when its metadata is set', async () => {
    const stream = await newStreamOf(2);
    await given.client.deleteStream(stream);
    await given.client.setStreamMetadata(stream, { maxCount: 100 });
    expect(await readStream(stream)).toEqual([]);
    expect((await given.client.getStreamMetadata(stream)).metadata).toEqual({
      maxCount: 100,
      truncateBefore: 2,
    });
  });
});

describe('a tombstone', () => {
  it('ends a stream for ever', async () => {
    const stream = await newStreamOf(4);
    const { position } = await given.client.tombstoneStream(stream);
    expect(position?.commit).toBeGreaterThan(0n);
    await expect(readStream(stream)).rejects.toThrow(StreamDeletedError);
    await expect(given.client.appendToStream(stream, jsonEvents(1))).rejects.toThrow(
      StreamDeletedError,
    );
    await expect(given.client.deleteStream(stream)).rejects.toThrow(StreamDeletedError);
    await expect(given.client.tombstoneStream(stream)).rejects.toThrow(StreamDeletedError);
    await expect(given.client.getStreamMetadata(stream)).rejects.toThrow(StreamDeletedError);
  });

  it('lies in $all at the greatest revision there is', async () => {
    const stream = await newStreamOf(1);
    await given.client.tombstoneStream(stream);
    const [last] = await collect(
      given.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }),
    );
    expect(last?.event).toMatchObject({
      type: '$streamDeleted',
      streamId: stream,
      revision: 2n ** 63n - 1n,
    });
  });

  it('is set at the expected revision only', async () => {
    const stream = await newStreamOf(4);
    for (const expectedRevision of [2n, NO_STREAM] as const) {
      await expect(given.client.tombstoneStream(stream, { expectedRevision })).rejects.toThrow(
        WrongExpectedVersionError,
      );
    }
    await given.client.tombstoneStream(stream, { expectedRevision: 3n });
    await expect(readStream(stream)).rejects.toThrow(StreamDeletedError);
  });

  it.each([ANY, NO_STREAM] as const)(
    'can be set where no stream ever was, expecting %s',
    async (expectedRevision) => {
      const stream = newStream();
      await given.client.tombstoneStream(stream, { expectedRevision });
      await expect(readStream(stream)).rejects.toThrow(StreamDeletedError);
    },
  );
});

describe('a stream’s metadata', () => {
  it('is none until it is set', async () => {
    const stream = await newStreamOf(1);
    expect(await given.client.getStreamMetadata(stream)).toEqual({ streamName: stream });
    const missing = newStream();
    expect(await given.client.getStreamMetadata(missing)).toEqual({ streamName: missing });
  });

  it('is what was set last', async () => {
    const stream = newStream();
    const acl = { readRoles: ['admin'], writeRoles: ['admin'], metaReadRoles: ['admin'] };
    const first = { maxAge: 20, cacheControl: 15, truncateBefore: 1, maxCount: 12, acl };
    await given.client.setStreamMetadata(stream, first);
    expect((await given.client.getStreamMetadata(stream)).metadata).toEqual(first);
    const second = { maxCount: 11, turkey: '🍗' };
    await given.client.setStreamMetadata(stream, second);
    expect((await given.client.getStreamMetadata(stream)).metadata).toEqual(second);
  });

  it('is set at the expected revision of the metadata only', async () => {
    const stream = newStream();
    await expect(
      given.client.setStreamMetadata(stream, {}, { expectedRevision: 2n }),
    ).rejects.toThrow(WrongExpectedVersionError);
    await given.client.setStreamMetadata(stream, {}, { expectedRevision: NO_STREAM });
    await given.client.setStreamMetadata(stream, {}, { expectedRevision: 0n });
  });

  it('limits how many events are given: the newest', async () => {
    const stream = newStream();
    await given.client.setStreamMetadata(stream, { maxCount: 2 });
    await given.client.appendToStream(stream, jsonEvents(20));
    expect(revisionsOf(await readStream(stream))).toEqual([18, 19]);
    const backwards = given.client.readStream(stream, {
      direction: 'backwards',
      fromRevision: 'end',
    });
    expect(revisionsOf(await collect(backwards))).toEqual([19, 18]);
  });

  it('truncates the beginning', async () => {
    const stream = await newStreamOf(5);
    await given.client.setStreamMetadata(stream, { truncateBefore: 3 });
    expect(revisionsOf(await readStream(stream))).toEqual([3, 4]);
    await given.client.setStreamMetadata(stream, { truncateBefore: 9 });
    expect(await readStream(stream)).toEqual([]);
  });

  it('hides events that are too old', async () => {
    const stream = await newStreamOf(2);
    await given.client.setStreamMetadata(stream, { maxAge: 1 });
    expect(await readStream(stream)).toHaveLength(2);
    await expect.poll(() => readStream(stream), { timeout: 3_000, interval: 100 }).toEqual([]);
    await given.client.appendToStream(stream, jsonEvents(1));
    expect(revisionsOf(await readStream(stream))).toEqual([2]);
  });

  it('that is no object limits nothing', async () => {
    const stream = await newStreamOf(2);
    const nonsense = jsonEvent({ type: '$metadata', data: '{"$tb":1' });
    await given.client.appendToStream(`$$${stream}`, nonsense);
    expect(await readStream(stream)).toHaveLength(2);
  });
});
