import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe } from 'vitest';
import { eventStoreContract } from '../../contract/event-store-contract.ts';
import { eventStoreFaults } from '../../contract/fault-contract.ts';
import { EventStoreDbEventStore } from '../eventstoredb-event-store.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { on, whatIsMissing } from './runtime.ts';
import { hookTimeout, type ServerContainer } from './server-container.ts';

const missing = await whatIsMissing();

describe.skipIf(missing !== undefined)(
  `on three EventStoreDB nodes with TLS in containers${on(missing)}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster();
      return () => cluster.stop();
    }, hookTimeout);

    const open = (deadline?: number) =>
      new EventStoreDbEventStore({
        connectionString: cluster.connectionString,
        ...(deadline === undefined ? {} : { deadline }),
      });

    eventStoreContract('EventStoreDB', () => open());

    const faults = {
      'a follower is killed, the others go on, and it comes back': async () => {
        const leader = await cluster.leader();
        await loseAndRegain(cluster.nodes.find((node) => node !== leader));
      },
      'the leader is killed, another is elected, and it comes back': async () => {
        await loseAndRegain(await cluster.leader());
      },
      'the leader is silent for five seconds': async () => {
        const leader = await cluster.leader();
        await leader.pause();
        await delay(5000);
        await leader.unpause();
        await cluster.ready(3);
      },
    };
    eventStoreFaults('EventStoreDB', Object.keys(faults), async () => ({
      open,
      faults,
      stop: async () => {},
    }));

    async function loseAndRegain(node: ServerContainer | undefined): Promise<void> {
      await node?.kill();
      await cluster.ready(2);
      await node?.startAgain();
      await cluster.ready(3);
    }
  },
);
