import {
  isRefused,
  serviceDefinition,
  type Actor,
  type ApplicationCommand,
} from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applicationStream } from './application-memory.ts';
import { commandHandler, type CommandHandler, type CommandRequest } from './command-handler.ts';
import { EmbeddedEventStore } from './embedded/embedded-event-store.ts';
import { derivedId } from './event-ids.ts';
import { readStream, WrongExpectedRevisionError, type EventStore } from './event-store.ts';
import { ServiceCatalogue } from './service-catalogue.ts';

const application = derivedId('application');
const note = (text: string): ApplicationCommand => ({ type: 'add-note', data: { text } });
const submit: ApplicationCommand = {
  type: 'submit',
  data: {
    service: samplePermit.id,
    office,
    applicant: { id: people.applicant.id, name: 'Pemohon' },
    channel: 'online',
    data: { address: 'Jalan Melati 1', floorArea: 90 },
  },
};

let store: EmbeddedEventStore;
let services: ServiceCatalogue;

beforeEach(async () => {
  store = new EmbeddedEventStore({ file: ':memory:' });
  services = new ServiceCatalogue(store);
  const definition = serviceDefinition.parse(samplePermit);
  await services.publish(definition, people.system, Temporal.Instant.from('2026-01-01T00:00:00Z'));
});
afterEach(() => store.close());

/** A handler as a process of its own has it: with a memory that no other shares. */
const handler = (over: EventStore = store, now = '2026-03-02T02:00:00Z'): CommandHandler =>
  commandHandler({
    store: over,
    services,
    offices: sampleOffices,
    now: () => Temporal.Instant.from(now),
  });

const give = (
  commands: CommandHandler,
  command: ApplicationCommand,
  more: Partial<CommandRequest> & { actor?: Actor } = {},
) =>
  commands({
    application,
    command,
    actor: people.applicant,
    id: derivedId('command', JSON.stringify(command)),
    ...more,
  });

const stored = () => readStream(store, applicationStream(application));

describe('the command handler', () => {
  it('records who, when and where beside every event', async () => {
    const result = await give(handler(), submit);
    expect(result).toMatchObject({ revision: 0, recorded: 1, updatedAt: '2026-03-02T02:00:00Z' });
    const [event] = await stored();
    expect(event?.metadata).toEqual({
      actor: people.applicant,
      occurredAt: '2026-03-02T02:00:00Z',
      office,
      command: derivedId('command', JSON.stringify(submit)),
    });
  });

  it('answers with the application as its events tell it', async () => {
    const first = handler();
    await give(first, submit);
    const result = await give(first, note('Catatan.'));
    const afresh = await give(handler(), note('Catatan.'));
    if (isRefused(result) || isRefused(afresh)) throw new Error('refused');
    expect(afresh.application).toEqual(result.application);
    expect(afresh).toMatchObject({ revision: 1, recorded: 0, position: result.position });
  });

  it('refuses what was never published, an office that is not there, a file that is not there', async () => {
    const commands = handler();
    const other = { ...submit, data: { ...submit.data, service: 'dpmptsp.unknown' } };
    expect(await give(commands, other as ApplicationCommand)).toMatchObject({
      refusal: { type: 'unknown-service', service: 'dpmptsp.unknown' },
    });
    const elsewhere = { ...submit, data: { ...submit.data, office: 'mpp-nowhere' } };
    expect(await give(commands, elsewhere as ApplicationCommand)).toMatchObject({
      refusal: { type: 'unknown-office', office: 'mpp-nowhere' },
    });
    expect(await give(commands, note('x'))).toMatchObject({
      refusal: { type: 'application-not-found' },
    });
    expect(await stored()).toEqual([]);
  });

  it('writes to the stream of the application alone, whatever name it is given', async () => {
    const commands = handler();
    await give(commands, submit);
    for (const other of ['', '$all', `${application}\n`, `${application}-2`, '../service-x']) {
      await expect(give(commands, submit, { application: other })).rejects.toThrow(TypeError);
    }
    const written = [];
    for await (const batch of store.readAll({ streams: ['application'] })) written.push(...batch);
    expect(written.map(({ stream }) => stream)).toEqual([applicationStream(application)]);
  });

  it('gives the events of two applications ids of their own, even under one command id', async () => {
    const commands = handler();
    const other = derivedId('other');
    for (const id of [application, other]) await give(commands, submit, { application: id });
    const [first] = await stored();
    const [second] = await readStream(store, applicationStream(other));
    expect(second?.metadata).toEqual(first?.metadata);
    expect(second?.id).not.toBe(first?.id);
  });

  it('keeps the version that an application began under', async () => {
    const commands = handler();
    await give(commands, submit);
    const newer = serviceDefinition.parse({ ...samplePermit, title: { id: 'Baru', en: 'New' } });
    const published = await services.publish(newer, people.system, Temporal.Now.instant());
    expect(published).toMatchObject({ isNew: true, service: { version: 2 } });
    expect(await give(handler(), note('x'))).toMatchObject({ service: { version: 1 } });
  });
});

describe('two processes on one application', () => {
  it('decide again on what the other recorded', async () => {
    const [one, other] = [handler(), handler()];
    await give(one, submit);
    await give(other, note('dari yang lain'));
    // The first still remembers revision 0.
    expect(await give(one, note('dari yang satu'))).toMatchObject({ revision: 2, recorded: 1 });
    expect((await stored()).map(({ type }) => type)).toEqual([
      'ApplicationSubmitted',
      'NoteAdded',
      'NoteAdded',
    ]);
  });

  it('look again before they refuse', async () => {
    const [one, other] = [handler(), handler()];
    await give(one, submit);
    const withdrawn = await give(other, { type: 'take-step', data: { action: 'withdraw' } });
    expect(withdrawn).toMatchObject({ revision: 1 });
    expect(await give(one, { type: 'take-step', data: { action: 'send' } })).toMatchObject({
      refusal: { type: 'application-ended', outcome: 'withdrawn' },
    });
    const seen = { expectedRevision: 1, id: derivedId('a') };
    expect(await give(one, note('x'), seen)).toMatchObject({ revision: 2 });
  });

  it('lose nothing and double nothing, however many write at once', async () => {
    const handlers = Array.from({ length: 4 }, () => handler());
    const [first] = handlers;
    if (first) await give(first, submit);
    const results = await Promise.all(
      handlers.flatMap((commands, process) =>
        Array.from({ length: 10 }, (_, n) => give(commands, note(`${process}-${n}`))),
      ),
    );
    const recorded = results.filter((result) => !isRefused(result));
    const refusals = results.filter(isRefused).map(({ refusal }) => refusal.type);
    expect(new Set(refusals).difference(new Set(['too-much-contention'])).size).toBe(0);
    const notes = (await stored()).slice(1).map(({ data }) => data['text']);
    expect(notes).toHaveLength(recorded.length);
    expect(new Set(notes).size).toBe(notes.length);
  });

  it('give up after a while, when the store is always ahead', async () => {
    await give(handler(), submit);
    const ahead: EventStore['append'] = () =>
      Promise.reject(new WrongExpectedRevisionError('s', 0, 1));
    expect(await give(handler(withAppend(ahead)), note('x'))).toMatchObject({
      refusal: { type: 'too-much-contention' },
    });
  });
});

describe('a command that is sent again', () => {
  it('is answered as it was, by the same process and by another, even after the file moved on', async () => {
    const commands = handler();
    const first = await give(commands, submit, { fingerprint: 'a' });
    await give(commands, note('x'));
    for (const other of [commands, handler()]) {
      const again = await give(other, submit, { fingerprint: 'a' });
      if (isRefused(first) || isRefused(again)) throw new Error('refused');
      expect(again).toMatchObject({ recorded: 0, position: first.position });
    }
    expect(await stored()).toHaveLength(2);
  });

  it('at the same time in two processes happens once', async () => {
    const results = await Promise.all(
      [handler(), handler()].map((commands) => give(commands, submit, { fingerprint: 'a' })),
    );
    expect(results.some(isRefused)).toBe(false);
    expect(await stored()).toHaveLength(1);
  });

  it('with another content under the same id is refused, also at the same time', async () => {
    await give(handler(), submit);
    const id = derivedId('one key');
    const results = await Promise.all([
      give(handler(), note('satu'), { id, fingerprint: 'one' }),
      give(handler(), note('dua'), { id, fingerprint: 'two' }),
    ]);
    const refusals = results.filter(isRefused).map(({ refusal }) => refusal);
    expect(refusals).toEqual([{ type: 'idempotency-key-reused' }]);
    expect(await stored()).toHaveLength(2);
  });

  it('is not held against a stale revision that it made stale itself', async () => {
    const commands = handler();
    await give(commands, submit);
    const request = { expectedRevision: 0, id: derivedId('with If-Match') };
    expect(await give(commands, note('x'), request)).toMatchObject({ revision: 1, recorded: 1 });
    expect(await give(commands, note('x'), request)).toMatchObject({ revision: 1, recorded: 0 });
    expect(await give(commands, note('y'), { expectedRevision: 0 })).toMatchObject({
      refusal: { type: 'stale-revision', expected: 0, actual: 1 },
    });
  });
});

/** The store with another append. */
function withAppend(append: EventStore['append']): EventStore {
  return {
    append,
    read: (...args) => store.read(...args),
    readAll: (...args) => store.readAll(...args),
    subscribe: (...args) => store.subscribe(...args),
    head: () => store.head(),
    health: () => store.health(),
    close: () => store.close(),
  };
}
