import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Network } from 'testcontainers';
import { EventStoreDbEventStore } from '../eventstoredb-event-store.ts';
import { makeAuthority, makeNodeCertificate } from './certificates.ts';
import { containerHost, freePort, ServerContainer, untilReady } from './server-container.ts';

/** Three EventStoreDB nodes in containers, with TLS and users. */
export type Cluster = {
  readonly connectionString: string;
  readonly nodes: readonly ServerContainer[];
  /** The node that takes writes now. */
  leader(): Promise<ServerContainer>;
  /** Resolves when there is a leader, and at least so many nodes are up. */
  ready(nodes: number): Promise<void>;
  stop(): Promise<void>;
};

const names = ['eventstoredb-1', 'eventstoredb-2', 'eventstoredb-3'];

/**
 * Clients reach each node at a port of this machine, which is also what the nodes tell them; among
 * themselves the nodes use their names.
 */
export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'eventstoredb-cluster-'));
  const network = await new Network().start();
  const nodes: ServerContainer[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.remove()));
    await network.stop();
    await rm(folder, { recursive: true });
  };
  try {
    const host = await containerHost();
    const authority = await makeAuthority();
    const authorityFile = join(folder, 'ca.crt');
    await writeFile(authorityFile, authority.certificate);
    const ports = [await freePort(), await freePort(), await freePort()];
    const starting = names.map(async (name, index) => {
      const port = ports[index] ?? 0;
      const addresses = new Set([name, host, 'localhost', '127.0.0.1']);
      const { certificate, key } = await makeNodeCertificate(authority, [...addresses]);
      const environment = nodeEnvironment(name, host, port);
      const files = {
        '/certificates/ca/ca.crt': authority.certificate,
        '/certificates/node/node.crt': certificate,
        '/certificates/node/node.key': key,
      };
      nodes.push(await ServerContainer.start({ name, network, port, environment, files }));
    });
    // Not `all`: a node that starts after another has failed has to be removed, too.
    const failed = (await Promise.allSettled(starting)).find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
    const hosts = ports.map((port) => `${host}:${port}`).join(',');
    // The password that EventStoreDB is born with.
    const connectionString = `esdb://admin:changeit@${hosts}?tls=true&tlsCAFile=${authorityFile}`;
    await untilReady(connectionString, names.length);
    return {
      connectionString,
      nodes,
      ready: (count) => untilReady(connectionString, count),
      leader: () => leaderOf(connectionString, nodes),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function nodeEnvironment(name: string, host: string, port: number): Record<string, string> {
  const others = names.filter((other) => other !== name).map((other) => `${other}:2113`);
  return {
    EVENTSTORE_CLUSTER_SIZE: String(names.length),
    EVENTSTORE_DISCOVER_VIA_DNS: 'false',
    EVENTSTORE_GOSSIP_SEED: others.join(','),
    EVENTSTORE_NODE_IP: '0.0.0.0',
    EVENTSTORE_REPLICATION_IP: '0.0.0.0',
    EVENTSTORE_NODE_HOST_ADVERTISE_AS: name,
    EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS: name,
    EVENTSTORE_ADVERTISE_HOST_TO_CLIENT_AS: host,
    EVENTSTORE_ADVERTISE_NODE_PORT_TO_CLIENT_AS: String(port),
    EVENTSTORE_TRUSTED_ROOT_CERTIFICATES_PATH: '/certificates/ca',
    EVENTSTORE_CERTIFICATE_FILE: '/certificates/node/node.crt',
    EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE: '/certificates/node/node.key',
  };
}

async function leaderOf(
  connectionString: string,
  nodes: readonly ServerContainer[],
): Promise<ServerContainer> {
  const store = new EventStoreDbEventStore({ connectionString });
  try {
    const { leader } = await store.health();
    const node = nodes.find(({ port }) => leader?.endsWith(`:${port}`));
    if (!node) throw new Error(`none of the nodes is the leader "${leader}"`);
    return node;
  } finally {
    await store.close();
  }
}
