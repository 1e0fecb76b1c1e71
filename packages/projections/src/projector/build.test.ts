import { sampleOffices } from '@satu-atap/domain/testing';
import {
  EmbeddedEventStore,
  EventStoreUnavailableError,
  type Position,
  type ReadAllOptions,
} from '@satu-atap/event-store';
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

/** A store that is away after every so many batches. */
class OftenAway extends EmbeddedEventStore {
  /** After what it was asked for events. */
  readonly asked: (Position | undefined)[] = [];
  batches = Infinity;

  override async *readAll(options?: ReadAllOptions) {
    this.asked.push(options?.after);
    let given = 0;
    for await (const batch of super.readAll(options)) {
      if (given++ === this.batches) throw new EventStoreUnavailableError('the store is away');
      yield batch;
    }
  }
}

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(`building on ${place.name}`, () => {
    it('goes on from where it stood when the event store comes back', async () => {
      const store = new OftenAway({ file: ':memory:' });
      await appendHistories(
        store,
        sampleHistories(await publishSample(store), Array(200).keys(), 18),
      );
      const options = { store, offices: sampleOffices, log };
      store.batches = 2;
      const built = await Projector.open({ ...(await place.fresh()), ...options });
      const asked = store.asked.splice(0);
      store.batches = Infinity;
      const undisturbed = await Projector.open({ ...(await place.fresh()), ...options });

      expect(built.generation).toBe(1);
      // It has gone away several times, and nothing was asked for again.
      expect(asked.length).toBeGreaterThan(1);
      const goesOn = asked.every(
        (after, index) => index === 0 || (after ?? '') > (asked[index - 1] ?? ''),
      );
      expect(goesOn).toBe(true);
      expect(await dump(built.database)).toEqual(await dump(undisturbed.database));
      await built.close();
      await undisturbed.close();
      await store.close();
    });

    it('can be given up while it waits, and leaves nothing half made', async () => {
      const store = new OftenAway({ file: ':memory:' });
      await publishSample(store);
      const location = await place.fresh();
      const options = { ...location, store, offices: sampleOffices, log };
      const waiting = new AbortController();
      store.batches = 0;
      const opening = Projector.open({ ...options, signal: waiting.signal });
      await expect.poll(() => store.asked.length, { timeout: 10_000 }).toBeGreaterThan(0);
      waiting.abort(new Error('stopping'));
      await expect(opening).rejects.toThrow('stopping');

      store.batches = Infinity;
      const projector = await Projector.open(options);
      expect(projector.generation).toBe(1);
      await projector.close();
      await store.close();
    });
  });
