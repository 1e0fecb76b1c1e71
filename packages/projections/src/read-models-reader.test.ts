import { sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReadModels, type ReadModelsLocation } from './database/open-read-models.ts';
import { ReadModelsUnavailableError } from './database/read-models-database.ts';
import { Projector } from './projector/projector.ts';
import { ReadModelsReader } from './read-models-reader.ts';
import { readModelsOf } from './read-models-of.ts';
import { testPlaces } from './testing/places.ts';
import { appendHistories, publishSample, sampleHistories } from './testing/sample-house.ts';

const log = pino({ level: 'silent' });
const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(`a reader on ${place.name}`, () => {
    let store: EmbeddedEventStore;
    let location: ReadModelsLocation;
    let histories: ReturnType<typeof sampleHistories>;

    beforeEach(async () => {
      store = new EmbeddedEventStore({ file: ':memory:' });
      location = await place.fresh();
      histories = sampleHistories(await publishSample(store), Array(20).keys(), 12);
      await appendHistories(store, histories.slice(0, 10));
    });
    afterEach(() => store.close());

    const openReader = () => ReadModelsReader.open({ readModels: location, log });
    const openProjector = () => Projector.open({ ...location, store, offices: sampleOffices, log });

    it('waits for the first complete copy, and then follows what the projector writes', async () => {
      const opening = openReader();
      const projector = await openProjector();
      projector.run();
      const reader = await opening;
      const readModels = readModelsOf(() => reader.database);
      expect((await readModels.applications.list({}, { limit: 99 })).items).toHaveLength(10);

      await appendHistories(store, histories.slice(10));
      const head = await store.head();
      await expect.poll(() => readModels.position(), { timeout: 10_000 }).toBe(head);
      await expect.poll(() => reader.status.position, { timeout: 10_000 }).toBe(head);
      // On SQLite the projector is in the one process there is, and tells nobody.
      const told = 'postgres' in location ? { live: true } : {};
      await expect
        .poll(() => reader.status, { timeout: 10_000 })
        .toMatchObject({ position: head, ...told });
      await reader.close();
      await projector.close();
    });

    it('is answered without a break while a rebuild takes the place of what it reads', async () => {
      const projector = await openProjector();
      projector.run();
      const reader = await openReader();
      const readModels = readModelsOf(() => reader.database);
      const before = reader.database;
      const rebuilding = projector.rebuild();
      for (let answers = 0; answers < 50 || reader.database === before; answers++) {
        const { items } = await readModels.applications.list({}, { limit: 99 });
        expect(items).toHaveLength(10);
        // Lets timers run: SQLite's answers come without waiting.
        await new Promise(setImmediate);
      }
      expect(await rebuilding).toEqual({ events: 121 });
      // What a query has begun to use still answers.
      expect(await readModelsOf(() => before).position()).toBe(await store.head());
      await reader.close();
      await projector.close();
    });

    it('does not read a copy whose tables it does not know, and says that there is none', async () => {
      const at = openReadModels(location);
      const lease = await at.lease();
      const build = await lease?.build(1, {
        projections: [],
        fingerprint: 'applications@0 jakarta:1',
      });
      await build?.complete();
      await build?.close();
      await lease?.release();
      await at.close();
      const said: string[] = [];
      const listening = pino({ level: 'info' }, { write: (line) => void said.push(line) });
      const opening = ReadModelsReader.open({ readModels: location, log: listening });
      await expect
        .poll(() => said.join(''), { timeout: 10_000 })
        .toContain('waiting for read models');

      const projector = await openProjector();
      expect(projector.generation).toBe(2);
      const reader = await opening;
      expect(
        (await readModelsOf(() => reader.database).applications.list({}, { limit: 99 })).items,
      ).toHaveLength(10);
      await reader.close();
      await projector.close();
    });

    it.skipIf(!place.outage)(
      'fails while the server is away, says so, and goes on by itself',
      async () => {
        const projector = await openProjector();
        projector.run();
        const reader = await openReader();
        const readModels = readModelsOf(() => reader.database);
        await place.outage?.begin();
        await expect(readModels.position()).rejects.toThrow(ReadModelsUnavailableError);
        await expect
          .poll(() => reader.status, { timeout: 10_000 })
          .toMatchObject({
            live: false,
            error: expect.stringContaining('PostgreSQL cannot be reached'),
          });
        await place.outage?.end();
        const head = await store.head();
        await expect
          .poll(() => readModels.position().catch(String), { timeout: 10_000 })
          .toBe(head);
        await expect.poll(() => reader.status, { timeout: 10_000 }).toMatchObject({ live: true });
        await reader.close();
        await projector.close();
      },
    );
  });
