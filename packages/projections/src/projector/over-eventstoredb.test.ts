import { sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, openEventStore } from '@satu-atap/event-store';
import { startTestServer } from '@satu-atap/event-store/test-server';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { dump } from '../testing/dump.ts';
import { testPlaces } from '../testing/places.ts';
import { appendHistories, publishSample, sampleHistories } from '../testing/sample-house.ts';
import { Projector } from './projector.ts';

const log = pino({ level: 'silent' });
const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(`EventStoreDB into ${place.name}`, () => {
    it('gives the rows that the embedded store gives, with the server restarted in between', async () => {
      const server = await startTestServer();
      const { connectionString } = server;
      const remote = await openEventStore({ connectionString });
      const embedded = new EmbeddedEventStore({ file: ':memory:' });
      const options = { offices: sampleOffices, log };
      try {
        const histories = sampleHistories(await publishSample(embedded), Array(30).keys(), 12);
        await publishSample(remote);
        await appendHistories(embedded, histories);
        await appendHistories(remote, histories.slice(0, 10));

        const projector = await Projector.open({
          ...(await place.fresh()),
          ...options,
          store: remote,
        });
        projector.run();
        await expect.poll(() => projector.status.live, { timeout: 10_000 }).toBe(true);
        await appendHistories(remote, histories.slice(10, 20));
        await server.restart();
        await appendHistories(remote, histories.slice(20));
        const head = await remote.head();
        await expect.poll(() => projector.status.position >= head, { timeout: 20_000 }).toBe(true);

        const other = await Projector.open({
          ...(await place.fresh()),
          ...options,
          store: embedded,
        });
        const rows = await dump(other.database);
        expect(rows.history).toHaveLength(30 * 12);
        expect(await dump(projector.database)).toEqual(rows);
        expect(await projector.rebuild()).toEqual({ events: 30 * 12 + 1 });
        expect(await dump(projector.database)).toEqual(rows);
        await other.close();
        await projector.close();
      } finally {
        await remote.close();
        await embedded.close();
        await server.stop();
      }
    });
  });
