import { office, sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReadModels, type ReadModelsLocation } from '../database/open-read-models.ts';
import { tableKeys } from '../database/table-keys.ts';
import { Projector } from '../projector/projector.ts';
import { testPlaces } from '../testing/places.ts';
import { appendHistories, publishSample, sampleHistories } from '../testing/sample-house.ts';
import { compareReadModels } from './compare-read-models.ts';
import type { RowDifference } from './compare-tables.ts';

const log = pino({ level: 'silent' });
let location: ReadModelsLocation;
let store: EmbeddedEventStore;

beforeEach(async () => {
  store = new EmbeddedEventStore({ file: ':memory:' });
  const service = await publishSample(store);
  await appendHistories(store, sampleHistories(service, Array(30).keys(), 18));
});
afterEach(async () => store.close());

const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

/** Read models, as a projector left them. */
async function build(): Promise<void> {
  const projector = await Projector.open({ ...location, store, offices: sampleOffices, log });
  await projector.close();
}

async function compare(offices = sampleOffices) {
  const differences: RowDifference[] = [];
  const onDifference = (one: RowDifference) => void differences.push(one);
  const compared = await compareReadModels({ store, offices, readModels: location, onDifference });
  return { compared, differences };
}

/** Changes rows behind the projector's back. */
async function tamper(statement: string): Promise<void> {
  const place = openReadModels(location);
  const lease = await place.lease();
  const writer = lease?.writer((await place.generations()).at(-1) ?? 0);
  await writer?.executeQuery(sql.raw(statement).compile(writer));
  await writer?.destroy();
  await lease?.release();
  await place.close();
}

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(`read models on ${place.name}`, () => {
    beforeEach(async () => {
      location = await place.fresh();
      await build();
    });

    it('are what the events say: every row is compared', async () => {
      const { compared, differences } = await compare();
      expect(differences).toEqual([]);
      expect(compared).toMatchObject({ outcome: 'compared', events: 541, differences: 0 });
      expect(compared.outcome === 'compared' && compared.rows).toBeGreaterThan(700);
    });

    it('are compared where they stand, though events came after', async () => {
      const [more] = sampleHistories(await publishSample(store), [99], 5);
      if (more) await appendHistories(store, [more]);
      const { compared, differences } = await compare();
      expect(differences).toEqual([]);
      expect(compared).toMatchObject({ outcome: 'compared', events: 541 });
    });

    it('differ in a column: it is named, with what it is and what it should be', async () => {
      await tamper(
        `UPDATE applications SET channel = 'fax' WHERE revision > 0 AND channel = 'online'`,
      );
      const { differences } = await compare();
      expect(differences).toHaveLength(30);
      const [one] = differences;
      expect(one).toEqual({
        table: 'applications',
        key: { id: one?.application },
        application: expect.stringMatching(/^[0-9a-f-]{36}$/),
        difference: 'otherwise',
        column: 'channel',
        is: 'fax',
        shouldBe: 'online',
      });
    });

    it('have a row too few, or one too many, wherever it sorts', async () => {
      await tamper(`DELETE FROM history WHERE revision = 3`);
      await tamper(`INSERT INTO figure_marks (office, events) VALUES ('zzz', 1)`);
      await tamper(`INSERT INTO figure_marks (office, events) VALUES ('aaa', 1)`);
      const { compared, differences } = await compare();
      expect(compared).toMatchObject({ differences: 32 });
      expect(differences.filter(({ difference }) => difference === 'missing')).toHaveLength(30);
      expect(differences.slice(-2)).toEqual([
        { table: 'figure_marks', key: { office: 'aaa' }, difference: 'extra' },
        { table: 'figure_marks', key: { office: 'zzz' }, difference: 'extra' },
      ]);
    });

    it('were made by other offices: they are to be built anew, and are not compared', async () => {
      const others = new Map(
        [...sampleOffices].map(([id, one]) => [id, { ...one, digest: '0'.repeat(64) }]),
      );
      expect((await compare(others)).compared).toEqual({ outcome: 'made-otherwise' });
      expect(others.has(office)).toBe(true);
    });

    it('cannot be made again of events that follow nothing', async () => {
      const [orphan] = sampleHistories(await publishSample(store), [77], 3);
      const event = orphan?.events[1];
      if (orphan && event) await store.append(orphan.stream, [event], 'no-stream');
      await tamper(`UPDATE checkpoint SET position = '9999999999999999'`);
      expect((await compare()).compared).toMatchObject({ outcome: 'cannot-be-made' });
    });

    it('are not there', async () => {
      location = await place.fresh();
      expect((await compare()).compared).toEqual({ outcome: 'none' });
    });
  });

it('knows every table that the projections make', async () => {
  const [sqlite] = places;
  location = (await sqlite?.fresh()) ?? { folder: '' };
  await build();
  const place = openReadModels(location);
  const reader = place.reader(1);
  const tables = await sql<{ name: string }>`
    SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'checkpoint'`.execute(reader);
  expect(tables.rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(tableKeys).toSorted());
  await reader.destroy();
  await place.close();
});
