import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { faultOf } from '@satu-atap/event-store';
import type { VerifyReport, VerifySetting, VerifyTask } from './verify-task.ts';

/** Most of what a thread reads is done with at once: with room for it, little lives to be moved. In MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 64 };

/**
 * Does the tasks in threads, each of which takes the next when it is done with one, and hands on what each
 * tells, one after the other.
 *
 * @param tasks the longest first, so that no thread begins with it when the others are done
 * @param jobs how many threads, at the most
 * @param hear resolves when what was told is dealt with: the thread waits for it
 * @throws Error of the first thread that fails, or ends before it is done; the others are ended then
 */
export async function runTasks(
  tasks: readonly VerifyTask[],
  setting: VerifySetting,
  jobs: number,
  hear: (report: VerifyReport) => Promise<void>,
): Promise<void> {
  const left = [...tasks];
  const threads = Array.from({ length: Math.min(jobs, tasks.length) }, () => {
    const file = new URL('verify-worker.ts', import.meta.url);
    return new Worker(file, { workerData: setting, resourceLimits });
  });
  try {
    await Promise.all(threads.map((thread) => follow(thread, left, hear)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** @param left tasks that no thread has taken yet */
async function follow(
  thread: Worker,
  left: VerifyTask[],
  hear: (report: VerifyReport) => Promise<void>,
): Promise<void> {
  let isDone = false;
  let last: Promise<void> = Promise.resolve();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const send = (message: VerifyTask | 'heard' | undefined) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- of windows, not of threads
    thread.postMessage(message);
  };
  const giveNext = () => {
    const task = left.shift();
    isDone = task === undefined;
    send(task);
  };
  thread.on('message', (report: VerifyReport) => {
    if (report.told === 'failed') reject(faultOf(report));
    last = last.then(() => hear(report));
    last.catch(reject);
    if (report.told === 'done') giveNext();
    else if (report.told === 'part' || report.told === 'row-difference') {
      void last.then(
        () => send('heard'),
        () => undefined,
      );
    }
  });
  giveNext();
  await Promise.race([once(thread, 'exit'), failed]);
  await last;
  if (!isDone) throw new Error('a thread of the check ended before it was done');
}
