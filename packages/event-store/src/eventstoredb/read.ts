import { StreamNotFoundError, type StreamingRead } from '@eventstore/db-client';
import type { Deadline } from './deadline.ts';
import { isTransient } from './translate.ts';

/**
 * Everything that a read gives, read again when the connection is lost on the way; nothing when
 * there is no such stream. Reads to the end or cancels: the client leaves a call open that a
 * `for await` has left early.
 *
 * @throws EventStoreUnavailableError when time is up
 */
export async function readToEnd<Resolved>(
  read: () => StreamingRead<Resolved>,
  deadline: Deadline,
): Promise<Resolved[]> {
  for (;;) {
    try {
      return await readOnce(read(), deadline);
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      if (!isTransient(error)) throw error;
      await deadline.beforeAnotherAttempt(error);
    }
  }
}

async function readOnce<Resolved>(
  reading: StreamingRead<Resolved>,
  deadline: Deadline,
): Promise<Resolved[]> {
  const found: Resolved[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Resolved[]>();
  reading.on('data', (event: Resolved) => found.push(event));
  reading.on('end', () => resolve(found));
  // Stays: an error that comes after the last look would end the process.
  reading.on('error', reject);
  try {
    return await deadline.within(promise);
  } catch (error) {
    reading.cancel().catch(() => undefined);
    reading.destroy();
    throw error;
  }
}
