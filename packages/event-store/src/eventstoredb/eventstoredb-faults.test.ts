import { setTimeout as delay } from 'node:timers/promises';
import { eventStoreFaults } from '../contract/fault-contract.ts';
import {
  startTestServer,
  unavailable,
  type Faults,
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
