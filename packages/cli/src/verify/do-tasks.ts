import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { compileOffices } from '@satu-atap/domain';
import {
  checkApplications,
  checkOtherStreams,
  EventStoreUnavailableError,
  openEventStore,
  openKeyRing,
  PublishedServices,
  threadFault,
  unsealed,
  verifyLog,
  type CheckedPart,
} from '@satu-atap/event-store';
import type { ReadModelsLocation } from '@satu-atap/projections';
import type { VerifyReport, VerifySetting, VerifyTask } from './verify-task.ts';

/** Events that are told of together where nothing was found: each telling stops the work for a moment. */
const toldTogether = 2000;

// What a thread of `satu-atap verify` does: one task after the other, as it is told.
const { events, keys, offices: definitions, calendars, until } = workerData as VerifySetting;
if (!parentPort) throw new Error('this is not a worker thread');
const port = parentPort;
const report = (one: VerifyReport) => port.postMessage(one);

let task: VerifyTask | undefined;
const store = unsealed(await openEventStore(events), openKeyRing(keys), {
  // What cannot be opened is checked as far as it can be read; the check of applications names it.
  onDamaged: ({ message }) => {
    if (task?.check === 'applications') report({ told: 'box-damaged', reason: message });
  },
});
const offices = compileOffices(definitions, calendars);
let services: PublishedServices | undefined;
try {
  for (;;) {
    [task] = (await once(port, 'message')) as [VerifyTask | undefined];
    if (!task) break;
    await work(task);
    report({ told: 'done' });
  }
} catch (error) {
  report({ told: 'failed', ...threadFault(error) });
}
await store.close();
// Not `port.close()`: a client that still looks for a node would keep the thread alive.
process.exit();

async function work(asked: VerifyTask): Promise<void> {
  if (asked.check === 'applications') {
    // Compiled once for all that this thread checks.
    services ??= await PublishedServices.read(store, until);
    await tell(checkApplications({ store, services, offices, until, share: asked.share }));
  } else if (asked.check === 'other-streams') {
    await tell(checkOtherStreams({ store, until }));
  } else if (asked.check === 'integrity') {
    report({ told: 'integrity', log: await verifyLog(store.raw) });
  } else await compare(asked.readModels);
}

async function compare(readModels: ReadModelsLocation): Promise<void> {
  // Loaded by the one thread that needs it: that takes longer than checking a few thousand events.
  const { compareReadModels, ReadModelsUnavailableError } = await import('@satu-atap/projections');
  try {
    const compared = await compareReadModels({
      store,
      offices,
      readModels,
      onProgress: ({ rows, events: folded }) => report({ told: 'rows', rows, folded }),
      onDifference: (difference) => reportAndWait({ told: 'row-difference', difference }),
    });
    report({ told: 'compared', compared });
  } catch (error) {
    if (!(error instanceof ReadModelsUnavailableError)) throw error;
    throw new EventStoreUnavailableError(error.message, { cause: error.cause });
  }
}

async function tell(parts: AsyncIterable<CheckedPart>): Promise<void> {
  let part: CheckedPart | undefined;
  for await (const next of parts) {
    part = part ? both(part, next) : next;
    if (part.events < toldTogether && part.findings.length === 0) continue;
    await reportAndWait({ told: 'part', part });
    part = undefined;
  }
  if (part) await reportAndWait({ told: 'part', part });
}

function both(one: CheckedPart, other: CheckedPart): CheckedPart {
  return {
    streams: one.streams + other.streams,
    events: one.events + other.events,
    unchecked: one.unchecked + other.unchecked,
    findings: [...one.findings, ...other.findings],
  };
}

/** Goes on when it was heard. */
async function reportAndWait(one: VerifyReport): Promise<void> {
  const heard = once(port, 'message');
  report(one);
  await heard;
}
