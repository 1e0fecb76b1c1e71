import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { appendContract } from './append-contract.ts';
import { concurrencyContract } from './concurrency-contract.ts';
import { namesContract } from './names-contract.ts';
import { readByStreamContract } from './read-by-stream-contract.ts';
import { readContract } from './read-contract.ts';
import { subscribeContract } from './subscribe-contract.ts';

/** The store of the test that is running. */
export type OpenStore = () => EventStore;

/**
 * What every event store promises, as tests: an adapter adopts all of it in one line. The tests use
 * streams of their own, so the store may be a server that others use at the same time.
 *
 * @param open opens the store anew, on the same events or on none; called before each test
 */
export function eventStoreContract(
  name: string,
  open: () => EventStore | Promise<EventStore>,
): void {
  describe(`the ${name} event store`, { timeout: 30_000 }, () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const opened: OpenStore = () => store;

    it('says that it is well while it is open', async () => {
      expect(await store.health()).toMatchObject({ connected: true });
      await store.close();
      expect(await store.health()).toEqual({ connected: false, error: 'it is closed' });
    });
    describe('append', () => {
      appendContract(opened);
    });
    describe('read', () => {
      readContract(opened);
    });
    describe('read by stream', () => {
      readByStreamContract(opened);
    });
    describe('subscribe', () => {
      subscribeContract(opened);
    });
    describe('names', () => {
      namesContract(opened);
    });
    describe('many at once', () => {
      concurrencyContract(opened);
    });
  });
}
