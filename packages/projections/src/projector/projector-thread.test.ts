import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writtenBook } from '@satu-atap/domain';
import { people, sampleCalendar, sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadModelsLocation } from '../database/open-read-models.ts';
import { readModelsOf } from '../read-models-of.ts';
import { dump } from '../testing/dump.ts';
import { testPlaces } from '../testing/places.ts';
import { appendHistories, publishSample, sampleHistories } from '../testing/sample-house.ts';
import { ProjectorThread } from './projector-thread.ts';

let folder: string;
let events: string;
let store: EmbeddedEventStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'satu-atap-thread-'));
  events = join(folder, 'events.sqlite');
  // So long between looks that only being told can explain a quick answer.
  store = new EmbeddedEventStore({ file: events, pollInterval: 60_000 });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(
    `a projector in a thread of its own, on ${place.name}`,
    () => {
      let location: ReadModelsLocation;
      beforeEach(async () => {
        location = await place.fresh();
      });
      const open = () =>
        ProjectorThread.open({
          events: { file: events },
          readModels: location,
          offices: sampleOffices,
          calendars: writtenBook([sampleCalendar]),
          logLevel: 'silent',
        });
      const appendHistory = async (seed: number) =>
        appendHistories(store, sampleHistories(await publishSample(store), [seed], 12));

      it('is told of commits, and read from this side', async () => {
        const thread = await open();
        const readModels = readModelsOf(() => thread.database);
        thread.run();
        await appendHistory(1);
        const head = await store.head();
        await expect.poll(() => readModels.position(), { timeout: 10_000 }).toBe(head);
        expect((await readModels.applications.list({}, { limit: 9 })).items).toHaveLength(1);
        await expect.poll(() => thread.status).toMatchObject({ live: true });
        await thread.close();
      });

      it('rebuilds into a copy that takes the place of the one that is read', async () => {
        await appendHistory(1);
        const thread = await open();
        thread.run();
        const before = await dump(thread.database);
        const replaced = thread.database;
        expect(await thread.rebuild()).toEqual({ events: 13 });
        await expect.poll(() => thread.database !== replaced).toBe(true);
        expect(await dump(thread.database)).toEqual(before);

        await appendHistory(2);
        const head = await store.head();
        const readModels = readModelsOf(() => thread.database);
        await expect.poll(() => readModels.position(), { timeout: 10_000 }).toBe(head);
        await thread.close();
      });

      it('says what it stumbles over', async () => {
        const thread = await open();
        thread.run();
        const metadata = { actor: people.system, occurredAt: 'yesterday', command: '?' };
        const id = '0190a8e4-6b1a-7c3e-9f00-000000000001';
        await store.append(
          'application-1',
          [{ id, type: 'Rained', data: {}, metadata }],
          'no-stream',
        );
        await expect
          .poll(() => thread.status.error, { timeout: 10_000 })
          .toContain('application-1@0: unknown event type "Rained"');
        await thread.close();
      });

      it('does not open read models that it cannot build', async () => {
        const metadata = { actor: people.system, occurredAt: 'yesterday', command: '?' };
        const id = '0190a8e4-6b1a-7c3e-9f00-000000000001';
        await store.append(
          'application-1',
          [{ id, type: 'Rained', data: {}, metadata }],
          'no-stream',
        );
        await expect(open()).rejects.toThrow('unknown event type "Rained"');
      });

      it.runIf(place.name === 'PostgreSQL')(
        'reads what another keeps, and takes over from it',
        async () => {
          const first = await open();
          first.run();
          const second = await open();
          second.run();
          await appendHistory(1);
          const readModels = readModelsOf(() => second.database);
          const head = await store.head();
          await expect.poll(() => readModels.position(), { timeout: 10_000 }).toBe(head);
          await expect.poll(() => second.status, { timeout: 10_000 }).toMatchObject({ live: true });
          await expect(second.rebuild()).rejects.toThrow('another projector is active');

          await first.close();
          await appendHistory(2);
          const next = await store.head();
          await expect.poll(() => readModels.position(), { timeout: 10_000 }).toBe(next);
          expect(await second.rebuild()).toEqual({ events: 25 });
          await second.close();
        },
      );
    },
  );
