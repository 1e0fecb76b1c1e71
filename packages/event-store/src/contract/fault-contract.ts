import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStream, type EventStore } from '../event-store.ts';
import { all, ids } from './given.ts';
import { Load } from './load.ts';

/** A server that tests may disturb. */
export type FaultyServer = {
  /** Opens the store on it, with this deadline for every call, in milliseconds. */
  open(deadline: number): EventStore;
  /** By what a reader calls them. Each disturbs, and resolves once the server is well again. */
  faults: Readonly<Record<string, () => Promise<void>>>;
  stop(): Promise<void>;
};

/** Long enough for an answer on a busy machine, short enough to pass while a server is silent. */
const deadline = 1500;
/** What a timer may be late on a busy machine, in milliseconds. */
const late = 1000;

/**
 * What an event store promises while its server is disturbed, under load: nothing that was
 * acknowledged is lost, nothing is doubled, nothing reaches a projection out of order, and every
 * call ends within its deadline.
 *
 * @param names the faults that the server has
 */
export function eventStoreFaults(
  name: string,
  names: readonly string[],
  startServer: () => Promise<FaultyServer>,
): void {
  describe(`the ${name} event store while its server is disturbed`, { timeout: 60_000 }, () => {
    let server: FaultyServer;
    let store: EventStore;
    beforeEach(async () => {
      server = await startServer();
      store = server.open(deadline);
    });
    afterEach(async () => {
      await store.close();
      await server.stop();
    });

    it.each(names)('loses, doubles and reorders nothing: %s', async (fault) => {
      const load = await Load.start(store);
      try {
        await load.until((acknowledged) => acknowledged >= 50);
        await server.faults[fault]?.();
        const before = load.acknowledged;
        await load.until((acknowledged) => acknowledged >= before + 50);
        const { streams, slowest } = await load.stop();

        const fresh = server.open(deadline);
        for (const { stream, acknowledged, sent } of streams) {
          const stored = ids(await readStream(fresh, stream));
          expect(stored.slice(0, acknowledged.length)).toEqual(acknowledged);
          // What was sent last may have happened without an answer.
          expect(sent.slice(0, stored.length)).toEqual(stored);
        }
        const stored = await all(fresh, { streams: [load.prefix] });
        await load.followed(stored.length);
        expect(load.seen).toEqual(stored);
        expect(slowest).toBeLessThan(deadline + late);
        await fresh.close();
      } finally {
        load.abandon();
      }
    });
  });
}
