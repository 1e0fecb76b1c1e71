import type { CompiledService } from '@satu-atap/domain';
import { people, sampleCalendar, sampleOffices } from '@satu-atap/domain/testing';
import { CalendarCatalogue, EmbeddedEventStore } from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadModelsLocation } from '../database/open-read-models.ts';
import { readModelsOf } from '../read-models-of.ts';
import { dump } from '../testing/dump.ts';
import { testPlaces } from '../testing/places.ts';
import { appendHistories, publishSample, sampleHistories } from '../testing/sample-house.ts';
import { Projector } from './projector.ts';

const log = pino({ level: 'silent' });
let store: EmbeddedEventStore;
let service: CompiledService;
let location: ReadModelsLocation;

beforeEach(async () => {
  store = new EmbeddedEventStore({ file: ':memory:' });
  await publishCalendar('2026-01-01T00:00:00Z');
  service = await publishSample(store);
});
afterEach(() => store.close());

/** Publishes the calendar as it is known from an instant on, with more holidays. */
async function publishCalendar(at: string, ...dates: string[]) {
  const holidays = [
    ...sampleCalendar.holidays,
    ...dates.map((date) => ({ date, name: 'Libur tambahan' })),
  ];
  const instant = Temporal.Instant.from(at);
  const calendars = new CalendarCatalogue(store);
  const published = await calendars.publish(
    { ...sampleCalendar, holidays },
    people.system,
    instant,
  );
  if ('refusal' in published) throw new Error('the calendar was not published');
}

const open = (at: ReadModelsLocation) =>
  Projector.open({ ...at, store, offices: sampleOffices, log });

async function caughtUp(projector: Projector): Promise<void> {
  const head = await store.head();
  await expect.poll(() => projector.status.position >= head, { timeout: 10_000 }).toBe(true);
}

const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(
    `a calendar that changes, on ${place.name}`,
    () => {
      beforeEach(async () => {
        location = await place.fresh();
      });

      it('moves the due dates of open applications, and gives the rows that a rebuild gives', async () => {
        // Open from early January; some end before the calendar changes, some after.
        await appendHistories(store, sampleHistories(service, Array(8).keys(), 18));
        await appendHistories(store, sampleHistories(service, [8, 9, 10, 11], 5));
        const projector = await open(location);
        projector.run();
        await caughtUp(projector);
        const models = readModelsOf(() => projector.database);
        const dueDates = async () => {
          const { items } = await models.clocks.list({}, { limit: 100 });
          return new Map(
            items.map(({ application, clock, dueAt }) => [`${application} ${clock}`, dueAt]),
          );
        };
        const before = await dueDates();
        expect([...before.values()].some((due) => due !== undefined)).toBe(true);

        const next = ['08', '09', '12', '13', '14'].map((day) => `2026-01-${day}`);
        await publishCalendar('2026-01-07T00:00:00Z', ...next);
        await caughtUp(projector);
        const after = await dueDates();
        expect(
          [...after].filter(([clock, due]) => due !== before.get(clock)).length,
        ).toBeGreaterThan(0);

        await appendHistories(store, sampleHistories(service, [20, 21], 12));
        await caughtUp(projector);
        const live = await dump(projector.database);
        await projector.close();

        // A restart counts on as before, and so does a projector that begins from zero.
        const reopened = await open(location);
        expect(await dump(reopened.database)).toEqual(live);
        expect(await reopened.rebuild()).toMatchObject({ events: expect.any(Number) as number });
        expect(await dump(reopened.database)).toEqual(live);
        await reopened.close();
      });

      it('leaves ended applications as they were held against what was known then', async () => {
        const [ended] = sampleHistories(service, [3], 40);
        if (!ended) throw new Error('no history');
        await appendHistories(store, [ended]);
        const projector = await open(location);
        projector.run();
        await caughtUp(projector);
        const rows = async () => (await dump(projector.database)).applications;
        const before = await rows();
        expect(before).toMatchObject([{ ended: 1 }]);
        await publishCalendar('2027-01-01T00:00:00Z', '2026-01-08', '2026-01-09');
        await caughtUp(projector);
        expect(await rows()).toEqual(before);
        await projector.close();
      });
    },
  );
