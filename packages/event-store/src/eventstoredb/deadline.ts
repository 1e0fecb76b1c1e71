import { EventStoreUnavailableError } from '../event-store.ts';

/**
 * What the work gives, if it does so in time. The client has calls without a deadline of their own.
 *
 * @param deadline in milliseconds
 * @throws EventStoreUnavailableError when time is up; the work may still be done
 */
export async function withDeadline<T>(deadline: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new EventStoreUnavailableError(`no answer in ${deadline} ms`));
  const timer = setTimeout(late, deadline);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
