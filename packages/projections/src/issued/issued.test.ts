import { serviceDefinition } from '@satu-atap/domain';
import { marketStall, office, people, sampleOffices } from '@satu-atap/domain/testing';
import {
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
} from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { Projector } from '../projector/projector.ts';
import { readModelsOf } from '../read-models-of.ts';
import { testPlaces } from '../testing/places.ts';

const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

/** A store with applications that were granted a stall, and are numbered in this order. */
async function granted(applications: readonly string[]): Promise<EmbeddedEventStore> {
  const store = new EmbeddedEventStore({ file: ':memory:' });
  const services = new ServiceCatalogue(store);
  const now = Temporal.Instant.from('2026-03-02T02:00:00Z');
  await services.publish(serviceDefinition.parse(marketStall), people.system, now);
  const commands = commandHandler({ store, services, offices: sampleOffices, now: () => now });
  const applicant = { id: people.applicant.id, name: 'Pemohon' };
  const data = { service: marketStall.id, office, applicant, data: { weeks: 4 } } as const;
  for (const application of applications) {
    const submit = { type: 'submit', data: { ...data, channel: 'online' } } as const;
    const grant = { type: 'take-step', data: { action: 'grant' } } as const;
    const id = (command: string) => derivedId(application, command);
    await commands({ application, command: submit, actor: people.applicant, id: id('submit') });
    await commands({ application, command: grant, actor: people.frontDesk, id: id('grant') });
  }
  return store;
}

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(`applications in ${place.name}`, () => {
    it('are found by the number of a document, also among other filters', async () => {
      const [first = '', second = ''] = [0, 1].map((number) => derivedId('stall', number));
      const store = await granted([first, second]);
      const log = pino({ level: 'silent' });
      const projector = await Projector.open({
        ...(await place.fresh()),
        store,
        offices: sampleOffices,
        log,
      });
      try {
        const { applications } = readModelsOf(() => projector.database);
        const found = async (filter: Parameters<typeof applications.list>[0]) =>
          (await applications.list(filter, { limit: 10 })).items.map(({ id }) => id);
        const number = '503/0002/MPP-JAKARTA/DPMPTSP/MARKET-STALL/III/2026';
        expect(await found({ number })).toEqual([second]);
        expect(await found({ number: ` ${number.toLowerCase()} ` })).toEqual([second]);
        expect(await found({ number, ended: true, office })).toEqual([second]);
        expect(await found({ number, office: 'mpp-jayapura' })).toEqual([]);
        expect(await found({ number: '503/0003' })).toEqual([]);
        expect(await found({ office })).toHaveLength(2);
      } finally {
        await projector.close();
        await store.close();
      }
    });
  });
