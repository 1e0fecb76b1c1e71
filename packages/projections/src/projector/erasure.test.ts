import { serviceDefinition, type CompiledService } from '@satu-atap/domain';
import { people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import {
  EmbeddedEventStore,
  erasePersonalData,
  openKeyRing,
  ServiceCatalogue,
  unsealed,
  type PlainEventStore,
} from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadModelsLocation } from '../database/open-read-models.ts';
import { dump } from '../testing/dump.ts';
import { testPlaces } from '../testing/places.ts';
import { sampleHistories } from '../testing/sample-house.ts';
import { Projector } from './projector.ts';

const log = pino({ level: 'silent' });
const definition = serviceDefinition.parse({
  ...samplePermit,
  form: { ...samplePermit.form, address: { ...samplePermit.form.address, personal: true } },
});
const isPersonal = (field: string) => definition.form[field]?.personal === true;

let location: ReadModelsLocation;
let raw: EmbeddedEventStore;
let store: PlainEventStore;
let services: ServiceCatalogue;
let service: CompiledService;

beforeEach(async () => {
  raw = new EmbeddedEventStore({ file: ':memory:' });
  store = unsealed(raw, openKeyRing({ file: ':memory:' }));
  services = new ServiceCatalogue(store);
  const now = Temporal.Instant.from('2026-01-05T00:00:00Z');
  const published = await services.publish(definition, people.system, now);
  if ('refusal' in published) throw new Error(published.refusal.type);
  ({ service } = published);
});
afterEach(() => store.close());

const open = () => Projector.open({ ...location, store, offices: sampleOffices, log });

async function caughtUp(projector: Projector): Promise<void> {
  const head = await store.head();
  await expect.poll(() => projector.status.position >= head, { timeout: 10_000 }).toBe(true);
}

/** Applications whose ids and applicants are their seeds', stored as the command handler does. */
async function givenApplications(count: number): Promise<void> {
  for (const { stream, events } of sampleHistories(service, Array(count).keys(), 18)) {
    const [submitted] = events.map(({ data }) => data as { applicant?: { id: string } });
    const personal = { applicant: submitted?.applicant?.id ?? '', isPersonal };
    await store.append(stream, await store.seal(stream, events, personal), 'no-stream');
  }
}

/** Applicants whose files have all ended: of the others nothing may be erased. */
async function erase(applicants: Iterable<number>): Promise<string[]> {
  const done: string[] = [];
  for (const seed of applicants) {
    const applicant = `applicant-${seed}`;
    const erased = await erasePersonalData(
      { applicant, legalGround: 'UU 27/2022', reason: 'diminta', actor: people.system },
      {
        store,
        services,
        documents: { remove: async () => {} },
        now: () => Temporal.Instant.from('2026-06-01T00:00:00Z'),
        grace: 0,
      },
    );
    if ('applications' in erased) done.push(...erased.applications);
  }
  return done;
}

const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

type Rows = Awaited<ReturnType<typeof dump>>;
type Row = Record<string, unknown>;
const factsOf = (row: Row) => JSON.parse(row['facts'] as string) as Row;

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(
    `erasing personal data, on ${place.name}`,
    () => {
      beforeEach(async () => {
        location = await place.fresh();
      });

      it('rewrites the rows of that applicant and no others, live as from zero', async () => {
        await givenApplications(30);
        const projector = await open();
        projector.run();
        await caughtUp(projector);
        const before: Rows = await dump(projector.database);
        const erased = await erase(Array(20).keys());
        expect(erased.length).toBeGreaterThan(3);
        expect(erased.length).toBeLessThan(30);
        await caughtUp(projector);
        const after: Rows = await dump(projector.database);

        const { applications: rowsBefore, history: _, ...othersBefore } = before;
        const { applications: rowsAfter, history, ...othersAfter } = after;
        expect(othersAfter).toEqual(othersBefore);
        const isErased = (row: unknown) => erased.includes((row as Row)['id'] as string);
        const isKept = (row: unknown) => !isErased(row);
        expect(rowsAfter.filter(isKept)).toEqual(rowsBefore.filter(isKept));
        const erasedBefore = rowsBefore.filter(isErased) as Row[];
        for (const [index, row] of (rowsAfter.filter(isErased) as Row[]).entries()) {
          const old = erasedBefore[index] ?? {};
          const { applicant_name: name, facts: __, ...rest } = row;
          const { applicant_name: oldName, facts: ___, ...oldRest } = old;
          expect([name, oldName]).toEqual([null, 'Pemohon']);
          expect(rest).toEqual(oldRest);
          const [now, then] = [factsOf(row), factsOf(old)];
          expect(now['data']).not.toHaveProperty('address');
          expect(then['data']).toHaveProperty('address');
          expect(now['steps']).toEqual(then['steps']);
          expect(now['clocks']).toEqual(then['clocks']);
          expect(now['erased']).toEqual(expect.arrayContaining(['applicant.name', 'data.address']));
        }
        const said = (history as Row[])
          .filter((row) => erased.includes(row['application'] as string))
          .map((row) => JSON.stringify(row));
        expect(said.length).toBeGreaterThan(0);
        for (const word of ['Pemohon', 'address\\":', '\\"box\\"']) {
          expect(said.filter((row) => row.includes(word))).toEqual([]);
        }

        await projector.rebuild();
        expect(await dump(projector.database)).toEqual(after);
        await projector.close();
      });

      it('comes to the same when it happens while nobody projects', async () => {
        await givenApplications(12);
        const early = await open();
        await early.close();
        await erase(Array(12).keys());
        const projector = await open();
        projector.run();
        await caughtUp(projector);
        const live = await dump(projector.database);
        await projector.rebuild();
        expect(await dump(projector.database)).toEqual(live);
        await projector.close();
      });
    },
  );

it('goes on past a box that somebody altered, and tells of it', async () => {
  await givenApplications(2);
  const [damaged] = sampleHistories(service, [0], 18);
  const told: string[] = [];
  const alter: EmbeddedEventStore = new Proxy(raw, {
    get(target, name) {
      if (name !== 'readAll' && name !== 'subscribe') {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      if (name === 'subscribe') return target.subscribe.bind(target);
      return async function* readAll(options: Parameters<EmbeddedEventStore['readAll']>[0]) {
        for await (const batch of target.readAll(options)) {
          yield batch.map((event) =>
            event.stream === damaged?.stream && event.revision === 0
              ? {
                  ...event,
                  data: {
                    ...event.data,
                    sealed: { ...(event.data['sealed'] as object), box: 'AAAA' },
                  },
                }
              : event,
          );
        }
      };
    },
  });
  const sqlite = places.find(({ name }) => name === 'SQLite');
  if (!sqlite) throw new Error('there is always SQLite');
  location = await sqlite.fresh();
  const reading = unsealed(alter, store.keys, { onDamaged: ({ message }) => told.push(message) });
  const projector = await Projector.open({
    ...location,
    store: reading,
    offices: sampleOffices,
    log,
  });
  const rows = (await dump(projector.database)).applications as Row[];
  expect(new Set(rows.map((row) => row['applicant_name']))).toEqual(new Set(['Pemohon', null]));
  expect(told[0]).toMatch(`${damaged?.stream}@0 ApplicationSubmitted`);
  await projector.close();
});
