import {
  END,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  START,
  StreamDeletedError,
  streamNameFilter,
  UnknownError,
  type AllStreamResolvedEvent,
  type Filter,
  type Position,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { once, type EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  collect,
  givenServer,
  idsOf,
  jsonEvents,
  linkTo,
  newStream,
  revisionsOf,
  take,
} from './official-client.ts';

const given = givenServer();

/** A subscription's messages as they come, in order. */
function record(subscription: AsyncIterable<ResolvedEvent> & EventEmitter) {
  const messages: string[] = [];
  const events: ResolvedEvent[] = [];
  for (const name of ['confirmation', 'caughtUp', 'fellBehind']) {
    subscription.on(name, () => messages.push(name));
  }
  subscription.on('data', (event: ResolvedEvent) => {
    messages.push(`event ${event.event?.revision}`);
    events.push(event);
  });
  subscription.on('error', (error: Error) => messages.push(error.constructor.name));
  return { messages, events };
}

/** Where $all ends at present. */
async function end(): Promise<Position> {
  const { position } = await given.client.appendToStream(newStream(), jsonEvents(1));
  if (!position) throw new Error('an append has a position');
  return position;
}

describe('a subscription to a stream', () => {
  it('confirms, gives what is there, tells that it has caught up, and gives what comes', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(2));
    const subscription = given.client.subscribeToStream(stream);
    const { messages } = record(subscription);
    await once(subscription, 'caughtUp');
    await given.client.appendToStream(stream, jsonEvents(2));
    await expect.poll(() => messages).toHaveLength(6);
    expect(messages).toEqual([
      'confirmation',
      'event 0',
      'event 1',
      'caughtUp',
      'event 2',
      'event 3',
    ]);
    await subscription.unsubscribe();
  });

  it.each([
    [START, [0, 1, 2, 3, 4]],
    [1n, [2, 3, 4]],
    [END, [4]],
  ] as const)('from %s gives what lies after it', async (fromRevision, revisions) => {
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(4));
    const subscription = given.client.subscribeToStream(stream, { fromRevision });
    const { events } = record(subscription);
    await once(subscription, 'caughtUp');
    await given.client.appendToStream(stream, jsonEvents(1));
    await expect.poll(() => revisionsOf(events)).toEqual(revisions);
    await subscription.unsubscribe();
  });

  it('waits for a stream that is not there yet', async () => {
    const stream = newStream();
    const subscription = given.client.subscribeToStream(stream);
    const { messages } = record(subscription);
    await once(subscription, 'confirmation');
    await given.client.appendToStream(newStream(), jsonEvents(1));
    await given.client.appendToStream(stream, jsonEvents(1));
    await expect.poll(() => messages).toContain('event 0');
    await subscription.unsubscribe();
  });

  it('ends with an error at a tombstone, before or after', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(1));
    const subscription = given.client.subscribeToStream(stream);
    const { messages } = record(subscription);
    await once(subscription, 'caughtUp');
    await given.client.tombstoneStream(stream);
    await expect.poll(() => messages).toContain('StreamDeletedError');
    await expect(collect(given.client.subscribeToStream(stream))).rejects.toThrow(
      StreamDeletedError,
    );
  });

  it('goes on with a stream that was deleted and written to again', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(2));
    const subscription = given.client.subscribeToStream(stream);
    const { messages } = record(subscription);
    await once(subscription, 'caughtUp');
    await given.client.deleteStream(stream);
    await given.client.appendToStream(stream, jsonEvents(1));
    await expect.poll(() => messages).toContain('event 2');
    await subscription.unsubscribe();
  });

  it('follows links', async () => {
    const [target, links] = [newStream(), newStream()];
    await given.client.appendToStream(target, jsonEvents(2));
    await given.client.appendToStream(links, linkTo(target, 1));
    const subscription = given.client.subscribeToStream(links, { resolveLinkTos: true });
    const [resolved] = await take(subscription, 1);
    expect(resolved?.event).toMatchObject({ streamId: target, revision: 1n });
    expect(resolved?.link).toMatchObject({ streamId: links, revision: 0n });
  });

  it('ends quietly when it is no longer wanted', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(3));
    const subscription = given.client.subscribeToStream(stream);
    const { messages } = record(subscription);
    await once(subscription, 'caughtUp');
    await Promise.all([once(subscription, 'end'), subscription.unsubscribe()]);
    await given.client.appendToStream(stream, jsonEvents(1));
    expect(messages).not.toContain('event 3');
  });
});

describe('a subscription to $all', () => {
  it('from the start gives what a read gives, and then what comes', async () => {
    await given.client.appendToStream(newStream(), jsonEvents(3));
    const there = await collect(given.client.readAll());
    const subscription = given.client.subscribeToAll();
    const { events } = record(subscription);
    await once(subscription, 'caughtUp');
    expect(events).toEqual(there);
    const more = jsonEvents(2);
    await given.client.appendToStream(newStream(), more);
    await expect.poll(() => idsOf(events.slice(there.length))).toEqual(idsOf(more));
    await subscription.unsubscribe();
  });

  it('from the end gives only what comes', async () => {
    await given.client.appendToStream(newStream(), jsonEvents(3));
    const subscription = given.client.subscribeToAll({ fromPosition: END });
    const { messages, events } = record(subscription);
    await once(subscription, 'caughtUp');
    const more = jsonEvents(2);
    await given.client.appendToStream(newStream(), more);
    await expect.poll(() => idsOf(events)).toEqual(idsOf(more));
    expect(messages.filter((message) => message === 'caughtUp')).toHaveLength(1);
    await subscription.unsubscribe();
  });

  it('from a position gives what lies after it', async () => {
    const fromPosition = await end();
    const events = jsonEvents(4);
    await given.client.appendToStream(newStream(), events);
    const subscription = given.client.subscribeToAll({ fromPosition });
    expect(idsOf(await take(subscription, 4))).toEqual(idsOf(events));
  });

  it('from a position that is not reached yet gives what comes', async () => {
    const { commit } = await end();
    const beyond = commit + 1_000_000n;
    const subscription = given.client.subscribeToAll({
      fromPosition: { commit: beyond, prepare: beyond },
    });
    const { events } = record(subscription);
    await once(subscription, 'caughtUp');
    const appended = jsonEvents(1);
    await given.client.appendToStream(newStream(), appended);
    await expect.poll(() => idsOf(events)).toEqual(idsOf(appended));
    await subscription.unsubscribe();
  });

  it('loses nothing to a reader that takes its time', async () => {
    const fromPosition = await end();
    const stream = newStream();
    const subscription = given.client.subscribeToAll(
      { fromPosition, filter: streamNameFilter({ prefixes: [stream] }) },
      { highWaterMark: 4 },
    );
    const appending = Promise.all(
      Array.from({ length: 40 }, () => given.client.appendToStream(stream, jsonEvents(25))),
    );
    const revisions: number[] = [];
    for await (const { event } of subscription) {
      revisions.push(Number(event?.revision));
      if (revisions.length % 50 === 0) await new Promise(setImmediate);
      if (revisions.length === 1_000) break;
    }
    await appending;
    expect(revisions).toEqual([...Array(1_000).keys()]);
  });
});

describe('a filter', () => {
  const types = { wanted: 'wanted_filter_a', unwanted: 'other' };
  const name = newStream('wanted');

  it.each<[string, Filter]>([
    ['prefixes of stream names', streamNameFilter({ prefixes: ['nothing', name] })],
    ['a regular expression of stream names', streamNameFilter({ regex: `^${name}_[ab]$` })],
    ['prefixes of event types', eventTypeFilter({ prefixes: ['wanted_filter'] })],
    ['a regular expression of event types', eventTypeFilter({ regex: '^wanted_[A-z]*$' })],
  ])('of %s gives what matches, before and after', async (_, filter) => {
    const fromPosition = await end();
    const before = jsonEvents(8, types.wanted);
    const after = jsonEvents(8, types.wanted);
    const others = () => given.client.appendToStream(newStream(), jsonEvents(8, types.unwanted));
    await others();
    await given.client.appendToStream(`${name}_a`, before);
    const subscription = given.client.subscribeToAll({ fromPosition, filter });
    const { events } = record(subscription);
    await once(subscription, 'caughtUp');
    await others();
    await given.client.appendToStream(`${name}_b`, after);
    await expect.poll(() => events).toHaveLength(16);
    expect(idsOf(events)).toEqual(idsOf([...before, ...after]));
    await subscription.unsubscribe();
  });

  it('can exclude the server’s own events', async () => {
    const stream = newStream();
    const fromPosition = await end();
    await given.client.setStreamMetadata(stream, { maxCount: 100 });
    await given.client.appendToStream(stream, jsonEvents(3));
    const filter = excludeSystemEvents();
    const subscription = given.client.subscribeToAll({ fromPosition, filter });
    const taken = await take(subscription, 3);
    expect(taken.map(({ event }) => event?.streamId)).toEqual([stream, stream, stream]);
  });

  it('never gives epochs', async () => {
    const filter = streamNameFilter({ prefixes: ['$epoch', '$$$stats'] });
    const subscription = given.client.subscribeToAll({ filter });
    const { events } = record(subscription);
    await once(subscription, 'caughtUp');
    expect(events.map(({ event }) => event?.type)).toEqual(['$metadata']);
    await subscription.unsubscribe();
  });

  it('that is no regular expression fails', async () => {
    const filter = streamNameFilter({ regex: '(' });
    await expect(collect(given.client.subscribeToAll({ filter }))).rejects.toThrow(UnknownError);
  });
});

describe('the checkpoints of a filtered subscription', () => {
  type Checkpoint = { position: Position; events: number };

  /** Follows $all through a filter until so many events have come. */
  async function follow(
    fromPosition: Position,
    {
      stream,
      count,
      interval,
      window,
    }: { stream: string; count: number; interval: number; window?: number },
  ) {
    const checkpoints: Checkpoint[] = [];
    const events: AllStreamResolvedEvent[] = [];
    const filter = streamNameFilter({
      prefixes: [stream],
      checkpointInterval: interval,
      ...(window === undefined ? {} : { maxSearchWindow: window }),
      checkpointReached: (_, position) => {
        checkpoints.push({ position, events: events.length });
      },
    });
    const subscription = given.client.subscribeToAll({ fromPosition, filter });
    subscription.on('data', (event: AllStreamResolvedEvent) => events.push(event));
    await once(subscription, 'caughtUp');
    await expect.poll(() => events, { interval: 5 }).toHaveLength(count);
    return { checkpoints, events, unsubscribe: () => subscription.unsubscribe() };
  }

  it.each([
    { interval: 2, window: 1 },
    { interval: 8, window: 1 },
    { interval: 2, window: 32 },
    { interval: 4, window: 64 },
  ])(
    'come after every $interval windows of $window events that were looked at',
    async ({ interval, window }) => {
      const fromPosition = await end();
      const stream = newStream();
      const skipped = 4 * interval * window;
      await given.client.appendToStream(newStream(), jsonEvents(skipped));
      await given.client.appendToStream(stream, jsonEvents(1));
      const { checkpoints, unsubscribe } = await follow(fromPosition, {
        stream,
        count: 1,
        interval,
        window,
      });
      await unsubscribe();
      expect(checkpoints.map(({ events }) => events)).toEqual([0, 0, 0, 0]);
      const commits = checkpoints.map(({ position }) => position.commit);
      expect(new Set(commits).size).toBe(4);
      expect(commits.toSorted((a, b) => Number(a - b))).toEqual(commits);
    },
  );

  it('carry what an interval had too much over to the next', async () => {
    const fromPosition = await end();
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(100));
    // Pages end at 32 matching events; the intervals at 40, 80 and so on end within the second and third.
    const asked = { stream, count: 100, interval: 1, window: 40 };
    const { checkpoints, unsubscribe } = await follow(fromPosition, asked);
    await unsubscribe();
    expect(checkpoints.map(({ events }) => events)).toEqual([64, 96]);
  });

  it('are counted on when the subscription goes live', async () => {
    const fromPosition = await end();
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(36));
    const following = await follow(fromPosition, { stream, count: 36, interval: 2 });
    for (let written = 36; written < 196; written += 20) {
      await given.client.appendToStream(stream, jsonEvents(20));
      await expect.poll(() => following.events, { interval: 5 }).toHaveLength(written + 20);
    }
    await following.unsubscribe();
    expect(following.checkpoints.map(({ events }) => events)).toEqual([64, 128, 192]);
  });

  it('once live, lie at the event with which the interval ends', async () => {
    const fromPosition = await end();
    const stream = newStream();
    const following = await follow(fromPosition, { stream, count: 0, interval: 1, window: 4 });
    await given.client.appendToStream(newStream(), jsonEvents(3));
    const last = await end();
    await expect.poll(() => following.checkpoints).toEqual([{ position: last, events: 0 }]);
    await following.unsubscribe();
  });

  it('are safe to resume from: nothing is lost', async () => {
    const fromPosition = await end();
    const stream = newStream();
    const sizes = [3, 40, 1, 70, 33];
    for (const size of sizes) {
      await given.client.appendToStream(newStream(), jsonEvents(size));
      await given.client.appendToStream(stream, jsonEvents(size));
    }
    const count = sizes.reduce((sum, size) => sum + size);
    const all = await follow(fromPosition, { stream, count, interval: 1, window: 7 });
    await all.unsubscribe();
    expect(all.checkpoints.length).toBeGreaterThan(20);
    const samples = all.checkpoints.filter((_, index) => index % 4 === 0);
    for (const { position, events } of samples) {
      const rest = await follow(position, { stream, count: count - events, interval: 1 });
      await rest.unsubscribe();
      expect(idsOf(rest.events)).toEqual(idsOf(all.events.slice(events)));
    }
  });

  it('hold the subscription up while they are handled', async () => {
    const fromPosition = await end();
    const stream = newStream();
    await given.client.appendToStream(stream, [
      ...jsonEvents(130),
      jsonEvent({ type: 'last', data: {} }),
    ]);
    let handling = false;
    const filter = streamNameFilter({
      prefixes: [stream],
      checkpointReached: async () => {
        handling = true;
        await new Promise(setImmediate);
        handling = false;
      },
    });
    const seen: boolean[] = [];
    const subscription = given.client.subscribeToAll({ fromPosition, filter });
    subscription.on('data', () => seen.push(handling));
    await expect.poll(() => seen).toHaveLength(131);
    expect(seen).not.toContain(true);
    await subscription.unsubscribe();
  });
});
