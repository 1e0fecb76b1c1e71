import { eventStoreFaults } from '../contract/fault-contract.ts';
import { startTestServer } from '../test-server/index.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';

eventStoreFaults('EventStoreDB', ['the server is restarted'], async () => {
  const server = await startTestServer();
  const { connectionString } = server;
  return {
    open: (deadline) => new EventStoreDbEventStore({ connectionString, deadline }),
    faults: { 'the server is restarted': () => server.restart() },
    stop: () => server.stop(),
  };
});
