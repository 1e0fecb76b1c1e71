import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventStoreContract } from '../contract/event-store-contract.ts';
import { EventStoreAccessDeniedError } from '../event-store.ts';
import { testCertificates, type TestCertificates } from '../test-server/certificates.ts';
import {
  startTestCluster,
  startTestServer,
  type TestCluster,
  type TestServer,
} from '../test-server/index.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

/** Of `admin`, as connection strings write it. */
const password = encodeURIComponent('sand:i@1');

const open = (connectionString: string) => new EventStoreDbEventStore({ connectionString });

describe('over the wire', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  eventStoreContract('EventStoreDB', () => open(server.connectionString));
});

describe('over TLS', () => {
  let folder: string;
  let certificates: TestCertificates;
  let server: TestServer;
  let cluster: TestCluster;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'satu-atap-tls-'));
    certificates = await testCertificates();
    const { ca, server: node, user } = certificates;
    await writeFile(join(folder, 'ca.crt'), ca.certificate);
    await writeFile(join(folder, 'user.crt'), user.certificate);
    await writeFile(join(folder, 'user.key'), user.key);
    const tls = { ...node, clientCa: ca.certificate };
    const users = { admin: 'sand:i@1', reader: 'changeit' };
    server = await startTestServer({ tls, users });
    cluster = await startTestCluster(3, { tls, users });
  });
  afterAll(async () => {
    await server.stop();
    await cluster.close();
    await rm(folder, { recursive: true });
  });

  const ca = () => `tlsCAFile=${encodeURIComponent(join(folder, 'ca.crt'))}`;
  const address = () => `${server.host}:${server.port}`;
  const nodes = () => cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(',');

  describe('with a password', () => {
    eventStoreContract('EventStoreDB', () => open(`esdb://admin:${password}@${address()}?${ca()}`));
  });

  describe('with a certificate, in a cluster', () => {
    eventStoreContract('EventStoreDB', () => {
      const user = ['userCertFile', 'userKeyFile'].map((option, index) => {
        const file = join(folder, index === 0 ? 'user.crt' : 'user.key');
        return `${option}=${encodeURIComponent(file)}`;
      });
      return open(`esdb://${nodes()}?${ca()}&${user.join('&')}`);
    });
  });

  it('finds the leader by the name of the cluster', async () => {
    const [seed] = cluster.nodes;
    const store = open(`esdb+discover://admin:${password}@${seed?.host}:${seed?.port}?${ca()}`);
    const { leader } = cluster;
    expect(await store.health()).toEqual({
      connected: true,
      leader: `${leader?.host}:${leader?.port}`,
      nodes: { all: 3, alive: 3 },
    });
    await store.close();
  });

  it.each([
    ['a wrong password', () => `esdb://admin:changeit@${address()}?${ca()}&defaultDeadline=500`],
    ['nobody’s name', () => `esdb://nobody:changeit@${address()}?${ca()}&defaultDeadline=500`],
    ['too few rights', () => `esdb://reader:changeit@${address()}?${ca()}&defaultDeadline=500`],
  ])('is refused at once for %s, and says so', async (_, connectionString) => {
    const store = open(connectionString());
    await expect(store.head()).rejects.toThrow(EventStoreAccessDeniedError);
    expect(await store.health()).toEqual({ connected: false, error: 'it refuses the credentials' });
    await store.close();
  });

  it('talks to no server that its authority has not signed', async () => {
    const others = await testCertificates();
    const file = join(folder, 'others.crt');
    await writeFile(file, others.ca.certificate);
    const connectionString = `esdb://admin:${password}@${address()}?tlsCAFile=${encodeURIComponent(file)}`;
    const store = open(`${connectionString}&defaultDeadline=500`);
    await expect(store.head()).rejects.toThrow('EventStoreDB did not answer');
    await store.close();
  });
});

const named = process.env['EVENTSTOREDB_URL'];

describe.skipIf(named === undefined)(
  'on the server that EVENTSTOREDB_URL=esdb://… names (skipped when it names none)',
  () => {
    eventStoreContract('EventStoreDB', () => open(named ?? ''));
  },
);
