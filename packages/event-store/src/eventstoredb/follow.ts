import { setTimeout as delay } from 'node:timers/promises';
import {
  EventStoreAccessDeniedError,
  EventStoreUnavailableError,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store.ts';
import { Connection } from './connection.ts';
import { subscribeOnce, type OneSubscription } from './subscription.ts';

export type Following = {
  connectionString: string;
  /** How long the server may be silent before it has caught up, in milliseconds. */
  deadline: number;
  /** How long it may be silent afterwards, in milliseconds. */
  quiet: number;
  /** How long to go on without a batch, in milliseconds. */
  patience: number;
  /** Aborts when the server says nothing to others. */
  renewal: () => AbortSignal;
};

/** What is followed; `asWritten` as `readAll` has it. */
export type Followed = SubscribeOptions & { asWritten?: boolean };

/** How long to wait before a dropped subscription is taken up again, in milliseconds; doubles. */
const backOff = { first: 100, most: 10_000 };

/**
 * Takes a dropped subscription up again where it was: every event once.
 *
 * @throws EventStoreUnavailableError when nothing came for as long as it has patience
 */
export async function* follow(
  options: Followed,
  { connectionString, deadline, quiet, patience, renewal }: Following,
): AsyncGenerator<SubscriptionBatch> {
  const { signal } = options;
  let { after } = options;
  let live = false;
  let wait = backOff.first;
  let heardAt = performance.now();
  while (!signal.aborted) {
    const connection = new Connection(connectionString);
    try {
      const subscribing: OneSubscription = {
        ...options,
        patience: Math.min(deadline, heardAt + patience - performance.now()),
        quiet,
        after,
        live,
        signal: AbortSignal.any([signal, renewal()]),
      };
      for await (const batch of subscribeOnce(connection, subscribing)) {
        wait = backOff.first;
        ({ position: after, live } = batch);
        yield batch;
        heardAt = performance.now();
      }
    } catch (error) {
      if (!(error instanceof EventStoreUnavailableError)) throw error;
      if (error instanceof EventStoreAccessDeniedError) throw error;
      live = false;
      if (performance.now() - heardAt + wait >= patience) throw error;
      await delay(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 2, backOff.most);
    } finally {
      await connection.close();
    }
  }
}
