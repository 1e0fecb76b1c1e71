import {
  readApplicationEvent,
  serviceDefinition,
  type Actor,
  type ApplicationCommand,
} from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applicationStream } from '../application-memory.ts';
import { readApplication } from '../applications-of-service.ts';
import { commandHandler, type CommandHandler } from '../command-handler.ts';
import { EmbeddedEventStore } from '../embedded/embedded-event-store.ts';
import { derivedId } from '../event-ids.ts';
import { readStream, start, type EventStore, type RecordedEvent } from '../event-store.ts';
import { ServiceCatalogue } from '../service-catalogue.ts';
import { tryApplication } from '../try-application.ts';
import type { SealedDataError } from './box.ts';
import { openKeyRing } from './open-key-ring.ts';
import { unsealed, type PlainEventStore } from './plain-event-store.ts';

const definition = serviceDefinition.parse({
  ...samplePermit,
  form: {
    ...samplePermit.form,
    address: { ...samplePermit.form.address, personal: true },
    fireSafety: { ...samplePermit.form.fireSafety, personal: true },
  },
});
const submit: ApplicationCommand = {
  type: 'submit',
  data: {
    service: definition.id,
    office,
    applicant: { id: people.applicant.id, name: 'Budi Santoso' },
    channel: 'online',
    data: { address: 'Jalan Kenanga 7', floorArea: 90 },
  },
};
const attach: ApplicationCommand = {
  type: 'attach-document',
  data: {
    document: '6f1c31de-8f0a-5f8d-9d3c-0a4c1f1e7a01',
    requirement: 'site-plan',
    name: 'ktp-budi.pdf',
    mediaType: 'application/pdf',
    bytes: 10,
    sha256: '0'.repeat(64),
  },
};

let raw: EmbeddedEventStore;
let store: PlainEventStore;
let commands: CommandHandler;

beforeEach(async () => {
  raw = new EmbeddedEventStore({ file: ':memory:' });
  store = unsealed(raw, openKeyRing({ file: ':memory:' }));
  const services = new ServiceCatalogue(store);
  const published = Temporal.Instant.from('2026-01-01T00:00:00Z');
  await services.publish(definition, people.system, published);
  const now = () => Temporal.Instant.from('2026-03-02T02:00:00Z');
  commands = commandHandler({ store, services, offices: sampleOffices, now });
});
afterEach(() => store.close());

const give = (application: string, command: ApplicationCommand, actor: Actor = people.applicant) =>
  commands({ application, command, actor, id: derivedId(application, command.type) });

const eventsOf = (from: EventStore, application: string) =>
  readStream(from, applicationStream(application));

async function given(name: string): Promise<string> {
  const application = derivedId('application', name);
  expect(await give(application, submit)).toHaveProperty('recorded', 1);
  expect(await give(application, attach)).toHaveProperty('recorded', 1);
  return application;
}

/** A store whose events of an application somebody altered. */
function altered(alter: (event: RecordedEvent) => RecordedEvent): EventStore {
  return {
    append: () => Promise.reject(new Error('only read')),
    head: () => raw.head(),
    health: () => raw.health(),
    close: async () => {},
    async *read(stream, options) {
      for await (const batch of raw.read(stream, options)) yield batch.map(alter);
    },
    async *readAll(options) {
      for await (const batch of raw.readAll(options)) yield batch.map(alter);
    },
    async *subscribe(options) {
      for await (const batch of raw.subscribe(options)) {
        yield { ...batch, events: batch.events.map(alter) };
      }
    },
  };
}

type Box = { key: string; fields: string[]; box: string };
const boxOf = ({ data }: RecordedEvent) => data['sealed'] as Box;
const withBox = (event: RecordedEvent, change: Partial<Box>): RecordedEvent => ({
  ...event,
  data: { ...event.data, sealed: { ...boxOf(event), ...change } },
});

describe('what is personal in stored events', () => {
  it('lies there sealed: the applicant’s name, flagged fields and file names', async () => {
    const application = await given('one');
    const [submitted, attached] = await eventsOf(raw, application);
    expect(submitted?.data).toMatchObject({
      applicant: { id: people.applicant.id },
      data: { floorArea: 90 },
      sealed: { fields: ['applicant.name', 'data.address'] },
    });
    expect(attached?.data).toMatchObject({ sealed: { fields: ['name'] } });
    const bytes = JSON.stringify(await eventsOf(raw, application));
    for (const word of ['Budi', 'Kenanga', 'ktp-budi']) expect(bytes).not.toContain(word);
  });

  it('is read in the clear, exactly as it was given, by every kind of read', async () => {
    const application = await given('one');
    const stream = applicationStream(application);
    const plain = await eventsOf(store, application);
    expect(plain[0]?.data).toMatchObject({
      applicant: { name: 'Budi Santoso' },
      data: { address: 'Jalan Kenanga 7', floorArea: 90 },
    });
    expect(plain[0]?.data).not.toHaveProperty('sealed');
    expect(plain[1]?.data).toEqual(attach.data);
    const all: RecordedEvent[] = [];
    for await (const batch of store.readAll({ streams: [stream] })) all.push(...batch);
    expect(all).toEqual(plain);
    const followed: RecordedEvent[] = [];
    const { signal } = new AbortController();
    for await (const { events, live } of store.subscribe({
      after: start,
      streams: [stream],
      signal,
    })) {
      followed.push(...events);
      if (live) break;
    }
    expect(followed).toEqual(plain);
  });

  it('is known to the command handler, whose later events are sealed with the same key', async () => {
    const application = await given('one');
    const [submitted, attached] = await eventsOf(raw, application);
    expect(boxOf(attached as RecordedEvent).key).toBe(boxOf(submitted as RecordedEvent).key);
    expect(await readApplication(store, application)).toMatchObject({
      applicant: { name: 'Budi Santoso' },
      documents: [{ name: 'ktp-budi.pdf' }],
    });
  });

  it('is gone once the key is erased: the rest of the file stays as it was', async () => {
    const application = await given('one');
    const before = await eventsOf(raw, application);
    const key = boxOf(before[0] as RecordedEvent).key;
    await store.keys.erase([key]);
    const fresh = unsealed(raw, store.keys);
    const read = await readApplication(fresh, application);
    expect(read?.applicant).toEqual({ id: people.applicant.id });
    expect(read?.data).toEqual({ floorArea: 90 });
    expect(read?.documents[0]).not.toHaveProperty('name');
    expect(read?.erased).toEqual([
      'applicant.name',
      'data.address',
      'documents.6f1c31de-8f0a-5f8d-9d3c-0a4c1f1e7a01.name',
    ]);
    expect(await eventsOf(raw, application)).toEqual(before);
    const services = new ServiceCatalogue(fresh);
    const draft = await services.version(definition.id, 1);
    const now = Temporal.Instant.from('2026-04-01T00:00:00Z');
    const setting = { store: fresh, services, offices: sampleOffices, draft, now };
    expect(await tryApplication(application, setting)).toEqual({ erased: true });
  });

  it('is read as before where an earlier version left it in the clear', async () => {
    const application = derivedId('application', 'old');
    const services = new ServiceCatalogue(raw);
    const earlier = commandHandler({ store: raw, services, offices: sampleOffices });
    const id = derivedId('old');
    await earlier({ application, command: submit, actor: people.applicant, id });
    expect(await readApplication(store, application)).toMatchObject({
      applicant: { name: 'Budi Santoso' },
      data: { address: 'Jalan Kenanga 7' },
    });
  });
});

describe('a box that somebody altered', () => {
  /** Reads an application from altered events; every event that opens must say what was given. */
  async function readAltered(application: string, alter: (event: RecordedEvent) => RecordedEvent) {
    return readApplication(unsealed(altered(alter), store.keys), application);
  }

  it('does not open: any byte of it, its fields, its key, or its event', async () => {
    const application = await given('one');
    const [first] = await eventsOf(raw, application);
    const { box } = boxOf(first as RecordedEvent);
    const at = `application-${application}@0 ApplicationSubmitted`;
    const bytes = Buffer.from(box, 'base64');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.byteLength - 1),
        fc.integer({ min: 1, max: 255 }),
        async (index, flip) => {
          const other = Buffer.from(bytes);
          other[index] = (other[index] ?? 0) ^ flip;
          const changed = other.toString('base64');
          await expect(
            readAltered(application, (event) =>
              event.revision === 0 ? withBox(event, { box: changed }) : event,
            ),
          ).rejects.toThrow(at);
        },
      ),
      { numRuns: 60 },
    );
    const others: ((event: RecordedEvent) => RecordedEvent)[] = [
      (event) => withBox(event, { fields: ['data.address', 'applicant.name'] }),
      (event) => withBox(event, { fields: ['applicant.name'] }),
      (event) => withBox(event, { box: '' }),
      (event) => withBox(event, { box: '%%%' }),
      (event) => withBox(event, { box: Buffer.alloc(27).toString('base64') }),
      (event) => withBox(event, { fields: ['__proto__.x'] }),
      (event) => ({ ...event, id: derivedId('another') }),
      (event) => ({ ...event, data: { ...event.data, sealed: 'yes' } }),
      (event) => ({ ...event, data: { ...event.data, sealed: null } }),
    ];
    for (const alter of others) {
      await expect(
        readAltered(application, (event) => (event.revision === 0 ? alter(event) : event)),
      ).rejects.toThrow('application-');
    }
  });

  it('does not open in another event, nor with another key', async () => {
    const one = await given('one');
    const two = await given('two');
    const boxes = (await eventsOf(raw, two)).map(boxOf);
    const swap = (event: RecordedEvent) => withBox(event, boxes[event.revision] ?? {});
    await expect(readAltered(one, swap)).rejects.toThrow(`application-${one}@0`);
    const { id } = await store.keys.keyFor('somebody else');
    const rekeyed = (event: RecordedEvent) => withBox(event, { key: id });
    await expect(readAltered(one, rekeyed)).rejects.toThrow(`application-${one}@0`);
  });

  it('is told of and left closed where a reader goes on, never given in part', async () => {
    const application = await given('one');
    const told: SealedDataError[] = [];
    const damaged = altered((event) =>
      event.revision === 0 ? withBox(event, { box: Buffer.alloc(60).toString('base64') }) : event,
    );
    const reader = unsealed(damaged, store.keys, { onDamaged: (error) => told.push(error) });
    const events = (await eventsOf(reader, application)).map(readApplicationEvent);
    expect(told.map(({ name }) => name)).toEqual(['SealedDataError']);
    expect(events[0]?.event.data).not.toHaveProperty('applicant.name');
    expect(events[1]?.event.data).toMatchObject({ name: 'ktp-budi.pdf' });
  });
});

it('stops a reader whose key ring is not the one of these events, saying which key is missing', async () => {
  const application = await given('one');
  const [first] = await eventsOf(raw, application);
  const stranger = unsealed(raw, openKeyRing({ file: ':memory:' }));
  await expect(readApplication(stranger, application)).rejects.toThrow(
    `application-${application}@0 is sealed with the key ${boxOf(first as RecordedEvent).key}`,
  );
});
