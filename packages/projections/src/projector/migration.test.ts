import { serviceDefinition } from '@satu-atap/domain';
import { people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import {
  applicationStream,
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
  type NewEvent,
} from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModelsOf } from '../read-models-of.ts';
import { dump } from '../testing/dump.ts';
import { testPlaces } from '../testing/places.ts';
import { appendHistories, publishSample, sampleHistories } from '../testing/sample-house.ts';
import { Projector } from './projector.ts';

const log = pino({ level: 'silent' });
const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

const { intake, ...others } = samplePermit.workflow.states;
/** `intake` under another name and in other hands' time: as it would stand in version 2. */
const renamed = serviceDefinition.parse({
  ...samplePermit,
  standard: { time: { amount: 9, unit: 'working-days' }, warnAt: 0.8 },
  workflow: {
    ...samplePermit.workflow,
    states: JSON.parse(
      JSON.stringify({
        ...others,
        'front-desk-check': { ...intake, standard: { amount: 3, unit: 'working-days' } },
      }).replaceAll('"target":"intake"', '"target":"front-desk-check"'),
    ) as unknown,
  },
});

describe('applications that moved to a later version of their service', () => {
  let store: EmbeddedEventStore;
  let migrate: (application: string) => Promise<unknown>;

  beforeEach(async () => {
    store = new EmbeddedEventStore({ file: ':memory:' });
    const service = await publishSample(store);
    await appendHistories(store, sampleHistories(service, Array(40).keys(), 9));
    await appendHistories(store, [inIntake(service)]);
    const services = new ServiceCatalogue(store);
    await services.publish(renamed, people.system, Temporal.Instant.from('2026-01-06T00:00:00Z'));
    const now = () => Temporal.Instant.from('2026-02-20T02:00:00Z');
    const commands = commandHandler({ store, services, offices: sampleOffices, now });
    const mapping = { intake: 'front-desk-check' };
    const data = { to: 2, mapping, orderedBy: 'kepala-dinas' };
    migrate = (application) =>
      commands({
        application,
        command: { type: 'migrate', data },
        actor: people.system,
        id: derivedId('migrate', application),
      });
  });
  afterEach(() => store.close());

  const inIntakeId = derivedId('in intake');
  function inIntake({ id, version, digest }: { id: string; version: number; digest: string }) {
    const event = (type: string, data: NewEvent['data'], index: number): NewEvent => ({
      id: derivedId(inIntakeId, index),
      type,
      data,
      metadata: {
        actor: people.frontDesk,
        occurredAt: `2026-02-1${6 + index}T02:00:00Z`,
        command: derivedId('command', index),
      },
    });
    const submitted = {
      office: people.frontDesk.office,
      service: { id, version, digest },
      applicant: { id: 'applicant-1', name: 'Pemohon' },
      channel: 'counter',
      data: { address: 'Jalan Melati 1', floorArea: 90 },
      state: 'preparing',
    };
    const events = [
      event('ApplicationSubmitted', submitted, 0),
      event('StepTaken', { action: 'send', from: 'preparing', to: 'intake' }, 1),
      event('OfficerAssigned', { state: 'intake', officer: people.frontDesk.id }, 2),
    ];
    return { stream: applicationStream(inIntakeId), events };
  }

  for (const place of places)
    describe.skipIf(place.unavailable !== undefined)(`on ${place.name}`, () => {
      it('give the same rows live and from zero', async () => {
        const options = { store, offices: sampleOffices, log };
        const live = await Projector.open({ ...(await place.fresh()), ...options });
        live.run();
        const before = await dump(live.database);
        for (const { id } of before.applications as { id: string }[]) await migrate(id);
        const head = await store.head();
        await expect.poll(() => live.status.position >= head, { timeout: 10_000 }).toBe(true);
        const rebuilt = await Projector.open({ ...(await place.fresh()), ...options });
        const after = await dump(live.database);
        expect(after.history.length).toBeGreaterThan(before.history.length + 10);
        expect(await dump(rebuilt.database)).toEqual(after);
        await live.close();
        await rebuilt.close();
      });

      it('stand on the worklist, with their clocks, where the new version has them', async () => {
        const options = { store, offices: sampleOffices, log };
        const projector = await Projector.open({ ...(await place.fresh()), ...options });
        projector.run();
        await migrate(inIntakeId);
        const head = await store.head();
        await expect.poll(() => projector.status.position >= head, { timeout: 10_000 }).toBe(true);

        const models = readModelsOf(() => projector.database);
        const { items } = await models.worklist.of(people.frontDesk, {}, { limit: 100 });
        expect(items.find(({ application }) => application.id === inIntakeId)).toMatchObject({
          application: { serviceVersion: 2, states: ['front-desk-check'] },
          enteredAt: '2026-02-17T02:00:00.000Z',
          assignee: people.frontDesk.id,
        });
        expect(await models.clocks.of(inIntakeId)).toMatchObject([
          { clock: 'service', standard: { amount: 9 }, startedAt: '2026-02-17T02:00:00.000Z' },
          { clock: 'state:intake#1', standard: { amount: 3 }, dueAt: '2026-02-20T09:30:00.000Z' },
        ]);
        const history = await models.history.of(inIntakeId, { limit: 10 });
        expect(history.items.at(-1)).toMatchObject({
          type: 'ApplicationMigrated',
          from: ['intake'],
          to: ['front-desk-check'],
          data: { orderedBy: 'kepala-dinas', mapping: { intake: 'front-desk-check' } },
        });
        const counts = await models.counts.list({});
        const standing = counts.filter(({ state }) => state === 'front-desk-check');
        expect(standing.reduce((sum, { applications }) => sum + applications, 0)).toBe(1);
        await projector.close();
      });
    });
});
