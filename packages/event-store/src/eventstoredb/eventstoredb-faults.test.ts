import { setTimeout as delay } from 'node:timers/promises';
import { eventStoreFaults } from '../contract/fault-contract.ts';
import {
  startTestCluster,
  startTestServer,
  unavailable,
  type ClusterNode,
  type Faults,
  type TestCluster,
  type TestServer,
} from '../test-server/index.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

/** Longer than the deadline of the suite's calls, in milliseconds. */
const long = 2000;
/** Time for a few calls, in milliseconds. */
const short = 300;

type Disturb = (server: TestServer) => Promise<void>;

const faults: Record<string, Disturb> = {
  'it is restarted': (server) => server.restart(),
  'it falls silent for longer than a deadline': lasting((on) => on.silence(), long),
  'it falls silent for a moment': lasting((on) => on.silence(), short),
  'it answers no append for longer than a deadline': lasting(
    (on) => on.silence('batchAppend'),
    long,
  ),
  'it answers no read for longer than a deadline': lasting((on) => on.silence('read'), long),
  'it becomes slow': lasting((on) => on.slow(100), long),
  'it is slower than a deadline': lasting((on) => on.slow(long), long),
  'it drops every call, again and again': repeated((on) => on.dropCalls()),
  'it ends every stream as if all were said, again and again': repeated((on) => on.endStreams()),
  'its connections are cut, again and again': repeated((on) => on.cutConnections()),
  'it does what is asked and loses the answers': lasting((on) => on.loseAnswers(), short),
  'it drops calls, with checkpoints where the next event begins': whileDropping((on) =>
    on.checkpointsAhead(),
  ),
  'it is unavailable for a while': lasting((on) => on.fail(unavailable('Starting.')), short),
  'it takes no connections for longer than a deadline': async ({ faults: on }) => {
    const accept = await on.refuseConnections();
    await delay(long);
    await accept();
  },
  'it says that another node leads, which is not so': (server) =>
    lasting((on) => on.notLeader(server), short)(server),
};

eventStoreFaults('EventStoreDB', Object.keys(faults), async () => {
  const server = await startTestServer();
  const { connectionString } = server;
  return {
    open: (deadline) => new EventStoreDbEventStore({ connectionString, deadline }),
    faults: Object.fromEntries(
      Object.entries(faults).map(([name, disturb]) => [name, () => disturb(server)]),
    ),
    stop: () => server.stop(),
  };
});

/** Older servers go wrong where a subscription is taken up again. */
function whileDropping(begin: (on: Faults) => () => void): Disturb {
  return async (server) => {
    const end = begin(server.faults);
    for (let times = 0; times < 20; times++) {
      server.faults.dropCalls(undefined, 'read');
      await delay(50);
    }
    end();
  };
}

const clusterFaults: Record<string, (cluster: TestCluster) => Promise<void>> = {
  'a follower is stopped and started': (cluster) => {
    const follower = cluster.nodes.find((node) => node !== cluster.leader);
    return stopped(cluster, follower);
  },
  'the leader is stopped and started': (cluster) => stopped(cluster, cluster.leader),
  'the leader stays away': async (cluster) => {
    if (cluster.leader) await cluster.stop(cluster.leader);
  },
  'another leader is elected': async (cluster) => {
    const [other] = cluster.nodes.filter((node) => node !== cluster.leader);
    if (other) await cluster.elect(other);
  },
  'a node that led falls silent and stays so': async (cluster) => {
    const { leader } = cluster;
    const [other] = cluster.nodes.filter((node) => node !== leader);
    leader?.faults.silence();
    if (other) await cluster.elect(other);
  },
};

eventStoreFaults('EventStoreDB cluster', Object.keys(clusterFaults), async () => {
  const cluster = await startTestCluster(3);
  const connectionString = `${cluster.connectionString}&gossipTimeout=1`;
  return {
    open: (deadline) => new EventStoreDbEventStore({ connectionString, deadline }),
    faults: Object.fromEntries(
      Object.entries(clusterFaults).map(([name, disturb]) => [name, () => disturb(cluster)]),
    ),
    stop: () => cluster.close(),
  };
});

async function stopped(cluster: TestCluster, node: ClusterNode | undefined): Promise<void> {
  if (!node) throw new Error('there is no such node');
  await cluster.stop(node);
  await delay(short);
  await cluster.start(node);
}

function lasting(begin: (on: Faults) => () => void, milliseconds: number): Disturb {
  return async (server) => {
    const end = begin(server.faults);
    await delay(milliseconds);
    end();
  };
}

function repeated(disturb: (on: Faults) => void): Disturb {
  return async (server) => {
    for (let times = 0; times < 5; times++) {
      disturb(server.faults);
      await delay(50);
    }
  };
}
