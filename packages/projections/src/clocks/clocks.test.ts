import { people, sampleOffices } from '@satu-atap/domain/testing';
import { derivedId, EmbeddedEventStore } from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { Projector } from '../projector/projector.ts';
import { readModelsOf } from '../read-models-of.ts';
import { dump } from '../testing/dump.ts';
import { testPlaces } from '../testing/places.ts';
import { appendHistories, publishSample, sampleHistories } from '../testing/sample-house.ts';

const log = pino({ level: 'silent' });
const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(`clocks on ${place.name}`, () => {
    it('lists what is parked, and does not hold up what else is due, live and rebuilt', async () => {
      const store = new EmbeddedEventStore({ file: ':memory:' });
      const service = await publishSample(store);
      const histories = sampleHistories(service, Array(12).keys(), 8);
      await appendHistories(store, histories);
      const projector = await Projector.open({
        ...(await place.fresh()),
        store,
        offices: sampleOffices,
        log,
      });
      projector.run();
      const { clocks } = readModelsOf(() => projector.database);
      const allDue = async (at: string) => clocks.due(Temporal.Instant.from(at), 500);
      const [first] = (await allDue('2026-12-01T00:00:00Z')).filter(
        ({ clock, mark }) => clock === 'service' && mark === 'warned',
      );
      if (!first) throw new Error('no warning is due');
      expect(await clocks.parked()).toBe(0);

      // Its warning could not be recorded: it is tried again at the end of the year.
      const stream = `application-${first.application}`;
      const retryAt = '2026-12-24T00:00:00.000Z';
      const parked = {
        mark: 'warned',
        dueAt: new Date(first.at).toISOString(),
        attempts: 3,
        retryAt,
        reason: 'failed',
      };
      const command = derivedId('park', first.application);
      const occurredAt = '2026-03-01T00:00:00Z';
      const event = {
        id: derivedId(command, 0),
        type: 'ClockParked',
        data: { clock: 'service', ...parked },
        metadata: { actor: people.system, occurredAt, command },
      };
      await store.append(stream, [event], 7);
      const head = await store.head();
      await expect.poll(() => projector.status.position >= head).toBe(true);

      const { items } = await clocks.list({ status: 'parked' }, { limit: 10 });
      expect(items).toMatchObject([
        {
          application: first.application,
          clock: 'service',
          parked: { ...parked, since: occurredAt },
        },
      ]);
      expect(await clocks.parked()).toBe(1);
      const marks = async (at: string) =>
        (await allDue(at)).filter(
          ({ application, clock }) => application === first.application && clock === 'service',
        );
      // What comes after it by the same clock is not held up.
      expect(await marks('2026-12-01T00:00:00Z')).toMatchObject([{ mark: 'breached' }]);

      const live = await dump(projector.database);
      await projector.rebuild();
      expect(await dump(projector.database)).toEqual(live);
      await projector.close();
      await store.close();
    });

    it("says what the database's clock says", async () => {
      const store = new EmbeddedEventStore({ file: ':memory:' });
      const options = { ...(await place.fresh()), store, offices: sampleOffices, log };
      const projector = await Projector.open(options);
      const before = Temporal.Now.instant().epochMilliseconds;
      const time = await readModelsOf(() => projector.database).time();
      const after = Temporal.Now.instant().epochMilliseconds;
      // The server here is on this machine.
      expect(time.epochMilliseconds).toBeGreaterThanOrEqual(before - 1);
      expect(time.epochMilliseconds).toBeLessThanOrEqual(after + 1);
      await projector.close();
      await store.close();
    });
  });
