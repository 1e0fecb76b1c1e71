import { status } from '@grpc/grpc-js';
import {
  DeadlineExceededError,
  EventStoreDBClient,
  FOLLOWER,
  LEADER,
  NotLeaderError,
  StreamNotFoundError,
  UnavailableError,
  type NodePreference,
} from '@eventstore/db-client';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestCluster, type ClusterNode, type TestCluster } from './cluster.ts';
import { collect, givenServer, jsonEvents, newStream, unary } from './official-client.ts';

const given = givenServer();

describe('a connection string', () => {
  it.each([
    ['esdb', (address: string) => `esdb://${address}?tls=false`],
    [
      'esdb with credentials, which do not count',
      (address: string) => `esdb://a:b@${address}?tls=false`,
    ],
    ['esdb+discover', (address: string) => `esdb+discover://${address}?tls=false`],
    ['several nodes', (address: string) => `esdb://localhost:1,${address}?tls=false`],
  ])('of %s reaches the server', async (_, connectionString) => {
    const { host, port } = given.server;
    const client = EventStoreDBClient.connectionString(connectionString(`${host}:${port}`));
    const stream = newStream();
    await client.appendToStream(stream, jsonEvents(1));
    expect(await collect(client.readStream(stream))).toHaveLength(1);
    await client.dispose();
  });
});

describe('the server', () => {
  it('tells that it takes appends in batches, with deadlines', async () => {
    const { serverVersion, supports } = await capabilities(given.client);
    expect(serverVersion).toBe('23.10.0');
    const method = { path: '/event_store.client.streams.Streams/BatchAppend' };
    expect(supports(method)).toBe(true);
    expect(supports(method, 'deadline_duration')).toBe(true);
  });

  it('has no services but those it offers', async () => {
    await expect(given.client.listProjections()).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });

  it('meets deadlines of calls', async () => {
    const release = given.server.faults.silence();
    await expect(
      given.client.appendToStream(newStream(), jsonEvents(1), { ...unary, deadline: 50 }),
    ).rejects.toThrow(DeadlineExceededError);
    release();
  });

  it('serves a client again that has disposed of its calls', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(1));
    const subscription = given.client.subscribeToStream(stream);
    const ended = once(subscription, 'end');
    subscription.resume();
    await once(subscription, 'caughtUp');
    await given.client.dispose();
    await ended;
    await given.client.appendToStream(stream, jsonEvents(1));
    expect(await collect(given.client.readStream(stream))).toHaveLength(2);
  });

  it('keeps the events over a restart, and the client finds it again', async () => {
    const stream = newStream();
    await given.client.appendToStream(stream, jsonEvents(3));
    await given.server.restart();
    await expect
      .poll(() => given.client.appendToStream(stream, jsonEvents(1)).catch(() => undefined))
      .toMatchObject({ nextExpectedRevision: 3n });
    expect(await collect(given.client.readStream(stream))).toHaveLength(4);
  });

  it('leaves the connection alone for errors that it does not cause', async () => {
    await given.client.appendToStream(newStream(), jsonEvents(1));
    const before = await capabilities(given.client);
    await expect(collect(given.client.readStream(newStream()))).rejects.toThrow(
      StreamNotFoundError,
    );
    expect(await capabilities(given.client)).toBe(before);
  });
});

type Capabilities = {
  serverVersion: string;
  supports: (method: { path: string }, feature?: string) => boolean;
};

/** What the client has learnt of the server; it asks anew with each connection. */
async function capabilities(client: EventStoreDBClient): Promise<Capabilities> {
  return (client as unknown as { capabilities: Promise<Capabilities> }).capabilities;
}

describe('a cluster', () => {
  let cluster: TestCluster;
  const clients: EventStoreDBClient[] = [];
  beforeEach(async () => {
    cluster = await startTestCluster(3);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.dispose()));
    await cluster.close();
  });

  function connect(nodePreference: NodePreference = LEADER): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(
      `${cluster.connectionString}&nodePreference=${nodePreference}&discoveryInterval=10`,
    );
    clients.push(client);
    return client;
  }

  const endpoint = ({ host, port }: ClusterNode) => ({ address: host, port });
  const others = () => cluster.nodes.filter((node) => node !== cluster.leader);
  const leader = () => {
    if (!cluster.leader) throw new Error('the cluster has a leader');
    return cluster.leader;
  };
  /** The client reconnects after an error, not before. */
  const insist = <Answer>(call: () => Promise<Answer>) =>
    expect.poll(() => call().then(() => 'done', String), { timeout: 3_000 }).toBe('done');

  it('is found by the gossip of any of its nodes', async () => {
    for (const { host, port } of cluster.nodes) {
      const client = EventStoreDBClient.connectionString(
        `esdb+discover://${host}:${port}?tls=false`,
      );
      clients.push(client);
      await client.appendToStream(newStream(), jsonEvents(1), { requiresLeader: true });
    }
  });

  it('lets followers take appends and reads, and all see the same', async () => {
    const stream = newStream();
    await connect(FOLLOWER).appendToStream(stream, jsonEvents(2));
    expect(await collect(connect(FOLLOWER).readStream(stream))).toHaveLength(2);
    expect(await collect(connect(LEADER).readStream(stream))).toHaveLength(2);
  });

  it('refers who wants the leader from followers to it', async () => {
    const stream = newStream();
    const requiresLeader = true;
    const wants = [
      (client: EventStoreDBClient) => collect(client.readStream(stream, { requiresLeader })),
      (client: EventStoreDBClient) => collect(client.subscribeToAll({ requiresLeader })),
      (client: EventStoreDBClient) =>
        client.appendToStream(stream, jsonEvents(1), { requiresLeader, ...unary }),
      (client: EventStoreDBClient) =>
        client.appendToStream(stream, jsonEvents(1), { requiresLeader }),
      (client: EventStoreDBClient) => client.deleteStream(stream, { requiresLeader }),
    ];
    await connect().appendToStream(stream, jsonEvents(1));
    for (const want of wants) {
      const error: unknown = await want(connect(FOLLOWER)).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(NotLeaderError);
      expect(error).toMatchObject({ leader: endpoint(leader()) });
    }
  });

  it('is written to again after such a referral, at the leader', async () => {
    const client = connect(FOLLOWER);
    const options = { requiresLeader: true, ...unary };
    const append = () => client.appendToStream(newStream(), jsonEvents(1), options);
    await expect(append()).rejects.toThrow(NotLeaderError);
    await append();
  });

  it('has another leader when one is elected', async () => {
    const client = connect();
    await client.appendToStream(newStream(), jsonEvents(1));
    const [follower] = others();
    if (!follower) throw new Error('there are followers');
    await cluster.elect(follower);
    const append = () =>
      client.appendToStream(newStream(), jsonEvents(1), { requiresLeader: true, ...unary });
    await expect(append()).rejects.toMatchObject({ leader: endpoint(follower) });
    await append();
  });

  it('goes on without its leader, with everything that was written', async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, jsonEvents(3));
    const lost = leader();
    await cluster.stop(lost);
    await insist(() => client.appendToStream(stream, jsonEvents(1)));
    expect(leader()).not.toBe(lost);
    expect(await collect(client.readStream(stream))).toHaveLength(4);
    await cluster.start(lost);
    expect(lost.state).toBe('follower');
  });

  it('breaks off what a lost node was giving', async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, jsonEvents(2_000));
    const reading = async () => {
      for await (const { event } of client.readStream(stream)) {
        if (event?.revision === 12n) await cluster.stop(leader());
      }
    };
    await expect(reading()).rejects.toThrow(UnavailableError);
    await insist(() => client.appendToStream(stream, jsonEvents(1)));
  });

  it('serves nobody while most nodes are lost, and everybody afterwards', async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, jsonEvents(1), unary);
    const [one, another] = others();
    if (!one || !another) throw new Error('there are followers');
    await cluster.stop(one);
    await cluster.stop(another);
    expect(cluster.leader).toBeUndefined();
    await expect(client.appendToStream(stream, jsonEvents(1), unary)).rejects.toThrow(
      UnavailableError,
    );
    await expect(client.appendToStream(stream, jsonEvents(1), unary)).rejects.toThrow(
      'Failed to discover',
    );
    await cluster.start(one);
    await insist(() => client.appendToStream(stream, jsonEvents(1), unary));
  });
});
