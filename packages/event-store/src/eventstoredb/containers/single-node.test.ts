import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe } from 'vitest';
import { eventStoreContract } from '../../contract/event-store-contract.ts';
import { eventStoreFaults } from '../../contract/fault-contract.ts';
import { EventStoreDbEventStore } from '../eventstoredb-event-store.ts';
import { on, whatIsMissing } from './runtime.ts';
import { hookTimeout } from './server-container.ts';
import { startSingleNode, type SingleNode } from './single-node.ts';

const missing = await whatIsMissing();

describe.skipIf(missing !== undefined)(`on one EventStoreDB in a container${on(missing)}`, () => {
  let node: SingleNode;
  beforeAll(async () => {
    node = await startSingleNode();
    return () => node.stop();
  }, hookTimeout);

  const open = (deadline?: number) =>
    new EventStoreDbEventStore({
      connectionString: node.connectionString,
      ...(deadline === undefined ? {} : { deadline }),
    });

  eventStoreContract('EventStoreDB', () => open());

  const faults = {
    'silent for three seconds': async () => {
      await node.pause();
      await delay(3000);
      await node.unpause();
    },
    'killed and started again': () => node.restart(),
  };
  eventStoreFaults('EventStoreDB', Object.keys(faults), async () => ({
    open,
    faults,
    stop: async () => {},
  }));
});
