import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { compileOffices } from '@satu-atap/domain';
import {
  checkApplications,
  checkOtherStreams,
  EventStoreUnavailableError,
  openEventStore,
  openKeyRing,
  unsealed,
  verifyLog,
  type CheckedPart,
} from '@satu-atap/event-store';
import { compareReadModels, ReadModelsUnavailableError } from '@satu-atap/projections';
import type { VerifyReport, VerifySetting, VerifyTask } from './verify-task.ts';

// A thread that does one part of `satu-atap verify`: see run-tasks.ts.
const {
  task,
  events,
  keys,
  offices: definitions,
  calendars,
  until,
} = workerData as VerifySetting & {
  task: VerifyTask;
};
const port = parentPort;
if (!port) throw new Error('this is not a worker thread');
const report = (one: VerifyReport) => port.postMessage(one);

const store = unsealed(openEventStore(events), openKeyRing(keys), {
  // What cannot be opened is checked as far as it can be read; the check of applications names it.
  onDamaged: ({ message }) => {
    if (task.check === 'applications') report({ told: 'box-damaged', reason: message });
  },
});
try {
  await work();
  report({ told: 'done' });
} catch (error) {
  const isAway =
    error instanceof EventStoreUnavailableError || error instanceof ReadModelsUnavailableError;
  const fault = error instanceof Error ? error : new Error(String(error));
  report({ told: 'failed', error: fault, isAway });
}
await store.close();
// Not `port.close()`: a client that still looks for a node would keep the thread alive.
process.exit();

async function work(): Promise<void> {
  const offices = compileOffices(definitions, calendars);
  if (task.check === 'applications') {
    await tell(checkApplications({ store, offices, until, share: task.share }));
  } else if (task.check === 'other-streams') {
    await tell(checkOtherStreams({ store, until }));
  } else if (task.check === 'integrity') {
    report({ told: 'integrity', log: await verifyLog(store.raw) });
  } else {
    const { readModels } = task;
    const compared = await compareReadModels({
      store,
      offices,
      readModels,
      onProgress: ({ rows, events: folded }) => report({ told: 'rows', rows, folded }),
      onDifference: async (difference) => {
        const heard = once(port as NonNullable<typeof port>, 'message');
        report({ told: 'row-difference', difference });
        await heard;
      },
    });
    report({ told: 'compared', compared });
  }
}

async function tell(parts: AsyncIterable<CheckedPart>): Promise<void> {
  for await (const part of parts) {
    const heard = once(port as NonNullable<typeof port>, 'message');
    report({ told: 'part', part });
    await heard;
  }
}
