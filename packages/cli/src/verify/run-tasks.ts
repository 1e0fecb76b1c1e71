import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EventStoreUnavailableError } from '@satu-atap/event-store';
import type { VerifyReport, VerifySetting, VerifyTask } from './verify-task.ts';

/**
 * Does every task in a thread of its own, and hands on what each tells, one after the other.
 *
 * @param hear resolves when what was told is dealt with: the thread waits for it
 * @throws Error of the first thread that fails, or ends before it is done; the others are ended then
 */
export async function runTasks(
  tasks: readonly VerifyTask[],
  setting: VerifySetting,
  hear: (report: VerifyReport) => Promise<void>,
): Promise<void> {
  const threads = tasks.map((task) => {
    const workerData = { ...setting, task };
    return new Worker(new URL('verify-worker.ts', import.meta.url), { workerData });
  });
  try {
    await Promise.all(threads.map((thread) => follow(thread, hear)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

async function follow(thread: Worker, hear: (report: VerifyReport) => Promise<void>) {
  let isDone = false;
  let last: Promise<void> = Promise.resolve();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const goOn = () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- of windows, not of threads
    thread.postMessage('heard');
  };
  thread.on('message', (report: VerifyReport) => {
    if (report.told === 'failed') reject(faultOf(report));
    if (report.told === 'done') isDone = true;
    last = last.then(() => hear(report));
    last.catch(reject);
    if (report.told === 'part' || report.told === 'row-difference') {
      void last.then(goOn, () => undefined);
    }
  });
  await Promise.race([once(thread, 'exit'), failed]);
  await last;
  if (!isDone) throw new Error('a thread of the check ended before it was done');
}

/** A fault keeps its kind on the way out of a thread. */
function faultOf({ error, isAway }: Extract<VerifyReport, { told: 'failed' }>): Error {
  return isAway ? new EventStoreUnavailableError(error.message, { cause: error.cause }) : error;
}
