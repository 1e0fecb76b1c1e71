import { status } from '@grpc/grpc-js';
import {
  DeadlineExceededError,
  jsonEvent,
  NotLeaderError,
  streamNameFilter,
  UnavailableError,
  type EventStoreDBClient,
  type Position,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  collect,
  givenServer,
  jsonEvents,
  newStream,
  revisionsOf,
  unary,
} from './official-client.ts';
import { serverFeatures } from './protocol.ts';
import { CallError } from './statuses.ts';

const given = givenServer();

const append = (client: EventStoreDBClient, stream: string, options = {}) =>
  client.appendToStream(stream, jsonEvents(1), options);
const count = async (stream: string) =>
  (await collect(given.connect().readStream(stream)).catch(() => [])).length;

describe('silence', () => {
  it('lets a call run into its deadline, and others be answered', async () => {
    const stream = newStream();
    await append(given.client, stream);
    const release = given.server.faults.silence('append');
    await expect(append(given.client, stream, { ...unary, deadline: 30 })).rejects.toThrow(
      DeadlineExceededError,
    );
    await append(given.client, stream);
    release();
    expect(await count(stream)).toBe(2);
  });

  it('falls over open streams, and when it ends they go on', async () => {
    const stream = newStream();
    await append(given.client, stream);
    const subscription = given.client.subscribeToStream(stream);
    const events: ResolvedEvent[] = [];
    subscription.on('data', (event: ResolvedEvent) => events.push(event));
    await once(subscription, 'caughtUp');

    const release = given.server.faults.silence();
    const waiting = append(given.client, stream);
    // Long enough for an answer that was on its way.
    const deadline = { ...unary, deadline: 30 };
    await expect(append(given.client, newStream(), deadline)).rejects.toThrow(
      DeadlineExceededError,
    );
    expect(events).toHaveLength(1);
    release();
    expect(await waiting).toMatchObject({ nextExpectedRevision: 1n });
    await expect.poll(() => events).toHaveLength(2);
    await subscription.unsubscribe();
  });

  it('of reads alone keeps from subscribers what is written meanwhile', async () => {
    const stream = newStream();
    const subscription = given.client.subscribeToStream(stream);
    const events: ResolvedEvent[] = [];
    subscription.on('data', (event: ResolvedEvent) => events.push(event));
    await once(subscription, 'caughtUp');
    const release = given.server.faults.silence('read');
    await append(given.client, stream);
    // An answer over the same connection, behind whatever was on its way.
    await append(given.client, stream);
    expect(events).toHaveLength(0);
    release();
    await expect.poll(() => events).toHaveLength(2);
    await subscription.unsubscribe();
  });

  it('leaves undone what was given up meanwhile', async () => {
    const stream = newStream();
    await append(given.client, stream);
    const release = given.server.faults.silence('append', 'delete');
    const deadline = { ...unary, deadline: 30 };
    const givenUp = [
      append(given.client, stream, deadline),
      given.client.deleteStream(stream, deadline),
    ];
    for (const { status: outcome } of await Promise.allSettled(givenUp)) {
      expect(outcome).toBe('rejected');
    }
    // Over the same connection, so after the server has heard of it.
    await append(given.client, newStream());
    release();
    await append(given.client, newStream(), unary);
    expect(await count(stream)).toBe(1);
  });
});

it('slowness delays each answer', async () => {
  const release = given.server.faults.slow(60);
  const before = performance.now();
  const stream = newStream();
  await append(given.client, stream, unary);
  expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  const twenty = Array.from({ length: 20 }, () => append(given.client, stream));
  // Answers wait beside each other, not one after the other.
  await Promise.all(twenty);
  release();
  expect(await count(stream)).toBe(21);
});

describe('a failure', () => {
  it('is what every call meets that it is meant for', async () => {
    const stream = newStream();
    await append(given.client, stream);
    const exhausted = new CallError(status.RESOURCE_EXHAUSTED, 'Too much.');
    const release = given.server.faults.fail(exhausted, 'append', 'read');
    await expect(append(given.client, stream, unary)).rejects.toMatchObject({ code: 8 });
    await expect(collect(given.client.readStream(stream))).rejects.toMatchObject({ code: 8 });
    await append(given.client, stream);
    release();
    expect(await count(stream)).toBe(2);
  });

  it('can be that another node leads', async () => {
    const leader = { host: 'elsewhere', port: 2113 };
    const release = given.server.faults.notLeader(leader, 'batchAppend');
    await expect(append(given.connect(), newStream())).rejects.toThrow(NotLeaderError);
    release();
    const open = given.connect();
    await append(open, newStream());
    const releaseLater = given.server.faults.notLeader(leader, 'batchAppend');
    await expect(append(open, newStream())).rejects.toMatchObject({
      leader: { address: 'elsewhere', port: 2113 },
    });
    releaseLater();
  });
});

describe.each([
  ['batchAppend', {}],
  ['append', unary],
] as const)('a lost answer of %s', (method, way) => {
  it('leaves the event written, and its writer in doubt', async () => {
    const stream = newStream();
    await append(given.client, stream, way);
    const release = given.server.faults.loseAnswers(method);
    const [event] = jsonEvents(1);
    if (!event) throw new Error('an event was asked for');
    const options = { expectedRevision: 0n, ...way };
    await expect(given.client.appendToStream(stream, event, options)).rejects.toThrow(
      UnavailableError,
    );
    release();
    expect(await count(stream)).toBe(2);
    await expect
      .poll(() => given.client.appendToStream(stream, event, options).catch(String))
      .toMatchObject({ nextExpectedRevision: 1n });
    expect(await count(stream)).toBe(2);
  });
});

describe('open calls', () => {
  it('can be dropped', async () => {
    const subscription = given.client.subscribeToAll();
    subscription.resume();
    await once(subscription, 'caughtUp');
    const dropped = once(subscription, 'error');
    given.server.faults.dropCalls();
    expect((await dropped)[0]).toBeInstanceOf(UnavailableError);
  });

  it('can be ended as if all had been said', async () => {
    const subscription = given.client.subscribeToAll();
    subscription.resume();
    await once(subscription, 'caughtUp');
    const ended = once(subscription, 'end');
    given.server.faults.endStreams('read');
    await ended;
  });

  it('end with their connection when it is cut', async () => {
    const stream = newStream();
    await append(given.client, stream);
    const release = given.server.faults.silence('batchAppend');
    const waiting = append(given.client, stream).catch((error: unknown) => error);
    const subscription = given.client.subscribeToStream(stream);
    const dropped = once(subscription, 'error');
    await once(subscription, 'confirmation');
    given.server.faults.cutConnections();
    expect(await waiting).toBeInstanceOf(UnavailableError);
    expect((await dropped)[0]).toBeInstanceOf(UnavailableError);
    release();
    await expect.poll(() => append(given.client, stream).catch(String)).toHaveProperty('success');
  });
});

it('refused connections are accepted again afterwards, on the same port', async () => {
  const stream = newStream();
  await append(given.client, stream);
  const accept = await given.server.faults.refuseConnections();
  await expect(append(given.connect(), stream, unary)).rejects.toMatchObject({
    code: status.UNAVAILABLE,
  });
  await accept();
  await append(given.connect(), stream);
});

describe('what the server says it supports', () => {
  it('can be less than it does', async () => {
    const release = given.server.faults.supportMethods(new serverFeatures.SupportedMethods());
    const lost = given.server.faults.fail(new CallError(status.INTERNAL, 'unused'), 'batchAppend');
    await append(given.connect(), newStream());
    lost();
    release();
  });

  it('can be an error', async () => {
    const error = new CallError(status.INTERNAL, 'Out of order.');
    const release = given.server.faults.supportMethods(error);
    await expect(append(given.connect(), newStream())).rejects.toMatchObject({
      code: status.INTERNAL,
    });
    release();
  });
});

describe('a subscriber that is too slow', () => {
  /** Reads nothing until much more has come than the connection holds. */
  async function dawdle() {
    const stream = newStream();
    const filter = streamNameFilter({ prefixes: [stream] });
    const subscription = given.client.subscribeToAll({ fromPosition: 'end', filter });
    const messages: string[] = [];
    for (const name of ['caughtUp', 'fellBehind', 'error']) {
      subscription.on(name, () => messages.push(name));
    }
    await once(subscription, 'caughtUp');
    const event = () => jsonEvent({ type: 'big', data: 'x'.repeat(20_000) });
    for (let written = 0; written < 200; written += 20) {
      await given.client.appendToStream(stream, Array.from({ length: 20 }, event));
    }
    return { subscription, messages };
  }

  it('falls behind, and catches up without a loss', async () => {
    const { subscription, messages } = await dawdle();
    const events: ResolvedEvent[] = [];
    subscription.on('data', (each: ResolvedEvent) => events.push(each));
    await expect.poll(() => events).toHaveLength(200);
    await expect.poll(() => messages).toEqual(['caughtUp', 'fellBehind', 'caughtUp']);
    expect(revisionsOf(events)).toEqual([...events.keys()]);
    await subscription.unsubscribe();
  });

  it('can be dropped instead', async () => {
    const release = given.server.faults.dropSlowConsumers();
    const { subscription, messages } = await dawdle();
    subscription.resume();
    await expect.poll(() => messages).toEqual(['caughtUp', 'error']);
    release();
  });
});

it('a checkpoint ahead of the next event makes who resumes after it miss the event', async () => {
  const stream = newStream();
  const release = given.server.faults.checkpointsAhead();
  const checkpoints: Position[] = [];
  const filter = streamNameFilter({
    prefixes: [stream],
    checkpointReached: (_, position) => {
      checkpoints.push(position);
    },
  });
  const first = given.client.subscribeToAll({ filter });
  first.resume();
  await once(first, 'caughtUp');
  await first.unsubscribe();
  release();
  const ahead = checkpoints.at(-1);
  if (!ahead) throw new Error('a checkpoint was sent when it went live');

  const { position } = await append(given.client, stream);
  expect(position).toEqual(ahead);
  await append(given.client, stream);
  const second = given.client.subscribeToAll({ fromPosition: ahead, filter });
  const events: ResolvedEvent[] = [];
  second.on('data', (event: ResolvedEvent) => events.push(event));
  await once(second, 'caughtUp');
  expect(revisionsOf(events)).toEqual([1]);
  await second.unsubscribe();
});
