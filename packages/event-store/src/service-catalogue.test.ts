import {
  isRefused,
  serviceDefinition,
  type Actor,
  type ServiceCommand,
  type ServiceDefinition,
} from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandHandler } from './command-handler.ts';
import { EmbeddedEventStore } from './embedded/embedded-event-store.ts';
import { derivedId } from './event-ids.ts';
import { readStream, type EventStore } from './event-store.ts';
import { EventStoreDbEventStore } from './eventstoredb/eventstoredb-event-store.ts';
import { servicePrefix, ServiceCatalogue } from './service-catalogue.ts';
import { startTestServer, type TestServer } from './test-server/index.ts';

const now = Temporal.Instant.from('2026-01-05T01:00:00Z');
const reason = { id: 'Salah biaya', en: 'Wrong fee' };
const administrator: Actor = { id: 'adm', roles: ['unit-administrator'], unit: 'dpmptsp' };
const order = (command: ServiceCommand) => ({ command, actor: administrator, now });
const withdraw = (version: number) => order({ type: 'withdraw', data: { version, reason } });
const retire = (from: string) =>
  order({ type: 'retire', data: { from, reason, legalBasis: 'Perwali 7/2026' } });

catalogue('embedded', () => new EmbeddedEventStore({ file: ':memory:' }));

describe('over the wire', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());
  catalogue(
    'EventStoreDB',
    () => new EventStoreDbEventStore({ connectionString: server.connectionString }),
  );
});

function catalogue(name: string, open: () => EventStore) {
  describe(`the catalogue of services on the ${name} event store`, () => {
    let store: EventStore;
    let services: ServiceCatalogue;
    let permit: ServiceDefinition;
    let count = 0;
    beforeEach(() => {
      store = open();
      services = new ServiceCatalogue(store);
      count += 1;
      permit = serviceDefinition.parse({ ...samplePermit, id: `dpmptsp.permit-${count}` });
    });
    afterEach(() => store.close());

    const titled = (en: string) => ({ ...permit, title: { id: 'Izin', en } });
    const publish = async (definition: ServiceDefinition, by = services) => {
      const published = await by.publish(definition, administrator, now);
      if (isRefused(published)) throw new Error(published.refusal.type);
      return published;
    };
    const stored = async () =>
      (await readStream(store, servicePrefix + permit.id)).map(({ type }) => type);
    const begins = async (timeZone = 'Asia/Jakarta', at = now) => {
      const service = await services.forSubmission(permit.id, timeZone, at);
      return isRefused(service) ? service.refusal.type : service.version;
    };

    it('counts versions by themselves, whatever else its stream holds', async () => {
      await publish(permit);
      await services.handle(permit.id, retire('2026-02-01'));
      await services.handle(permit.id, order({ type: 'reinstate', data: { reason } }));
      const second = await publish(titled('Second'));
      await services.handle(permit.id, withdraw(2));
      const third = await publish(titled('Third'));
      expect([second.service.version, third.service.version]).toEqual([2, 3]);
      expect(third.standing.revision).toBe(5);
      expect(await stored()).toEqual([
        'ServicePublished',
        'ServiceRetired',
        'ServiceReinstated',
        'ServicePublished',
        'VersionWithdrawn',
        'ServicePublished',
      ]);
      for (const by of [services, new ServiceCatalogue(store)]) {
        expect((await by.newest(permit.id))?.version).toBe(3);
        expect((await by.version(permit.id, 2)).definition.title.en).toBe('Second');
        await expect(by.version(permit.id, 4)).rejects.toThrow('has no version 4');
      }
    });

    it('knows at once what another process recorded', async () => {
      await publish(permit);
      const other = new ServiceCatalogue(store);
      await publish(titled('Second'), other);
      expect(await begins()).toBe(2);
      await other.handle(permit.id, withdraw(2));
      expect(await begins()).toBe(1);
      expect(await services.forMigration(permit.id, 2)).toMatchObject({
        refusal: { type: 'version-withdrawn', version: 2, reason },
      });
      await other.handle(permit.id, retire('2026-01-05'));
      expect(await begins()).toBe('service-retired');
    });

    it('ends a service at the midnight of each office, with nobody doing anything', async () => {
      await publish(permit);
      await services.handle(permit.id, retire('2026-03-01'));
      const at = Temporal.Instant.from('2026-02-28T15:30:00Z');
      expect(await begins('Asia/Jayapura', at)).toBe('service-retired');
      expect(await begins('Asia/Makassar', at)).toBe(1);
    });

    it('records what was sent twice once, when the first answer was lost', async () => {
      const lost: Pick<EventStore, 'append' | 'read'> = {
        read: (...given) => store.read(...given),
        append: async (...given) => {
          await store.append(...given);
          throw new Error('killed');
        },
      };
      await expect(publish(permit, new ServiceCatalogue(lost))).rejects.toThrow('killed');
      expect(await publish(permit)).toMatchObject({ isNew: false, service: { version: 1 } });
      await expect(new ServiceCatalogue(lost).handle(permit.id, withdraw(1))).rejects.toThrow(
        'killed',
      );
      expect(await services.handle(permit.id, withdraw(1))).toMatchObject({ recorded: 0 });
      expect(await stored()).toEqual(['ServicePublished', 'VersionWithdrawn']);
    });

    it('gives each of those who publish at once a version, and one to the same content', async () => {
      const catalogues = Array.from({ length: 4 }, () => new ServiceCatalogue(store));
      const same = await Promise.all(catalogues.map((by) => publish(permit, by)));
      expect(same.map(({ service }) => service.version)).toEqual([1, 1, 1, 1]);
      expect(await stored()).toEqual(['ServicePublished']);
      const others = await Promise.all(
        catalogues.map((by, index) => publish(titled(`At once ${index}`), by)),
      );
      expect(new Set(others.map(({ service }) => service.version))).toEqual(new Set([2, 3, 4, 5]));
    });

    it('lets running applications go on where nobody can begin any more', async () => {
      await publish(permit);
      const handle = commandHandler({ store, services, offices: sampleOffices, now: () => now });
      const give = (of: string, command: Parameters<typeof handle>[0]['command']) =>
        handle({
          application: derivedId(permit.id, of),
          command,
          actor: people.applicant,
          id: derivedId(permit.id, of, command.type),
        });
      const submit = {
        type: 'submit',
        data: {
          service: permit.id,
          office,
          applicant: { id: people.applicant.id, name: 'Pemohon' },
          channel: 'online',
          data: { address: 'Jalan Melati 1', floorArea: 90 },
        },
      } as const;
      await give('running', submit);
      await services.handle(permit.id, retire('2026-01-05'));
      await services.handle(permit.id, withdraw(1));
      const note = { type: 'add-note', data: { text: 'Catatan.' } } as const;
      expect(await give('running', note)).toMatchObject({ recorded: 1, service: { version: 1 } });
      expect(await give('new', submit)).toMatchObject({ refusal: { type: 'service-retired' } });
      // The same submission again is the one that was taken.
      expect(await give('running', submit)).toMatchObject({ recorded: 0, revision: 1 });
    });

    it('names no stream but that of a service', async () => {
      for (const id of ['', 'x', '../service-x.y', 'a.b\n']) {
        await expect(services.newest(id)).rejects.toThrow(/unit\.service/);
      }
    });
  });
}
