import {
  isRefused,
  serviceDefinition,
  type ApplicationCommand,
  type IssuedOutput,
} from '@satu-atap/domain';
import { marketStall, office, people, sampleOffices } from '@satu-atap/domain/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applicationStream } from './application-memory.ts';
import { commandHandler, type CommandHandler } from './command-handler.ts';
import { EmbeddedEventStore } from './embedded/embedded-event-store.ts';
import { EventStoreDbEventStore } from './eventstoredb/eventstoredb-event-store.ts';
import { derivedId } from './event-ids.ts';
import { EventStoreUnavailableError, readStream, type EventStore } from './event-store.ts';
import { numberPrefix, numberStream } from './number-register.ts';
import { ServiceCatalogue } from './service-catalogue.ts';
import { startTestServer } from './test-server/index.ts';

const issuing: ApplicationCommand = { type: 'take-step', data: { action: 'grant' } };
const stream = numberStream({ service: marketStall.id, output: 'permit', office, year: 2026 });
const applications = (count: number) =>
  Array.from({ length: count }, (_, number) => derivedId('application', number));

/** Both adapters; each test begins with an empty store. */
const adapters = {
  embedded: async () => ({
    opened: new EmbeddedEventStore({ file: ':memory:' }),
    stop: async () => undefined,
  }),
  EventStoreDB: async () => {
    const server = await startTestServer();
    const opened = new EventStoreDbEventStore({ connectionString: server.connectionString });
    return { opened, stop: () => server.stop() };
  },
};

describe.each(Object.entries(adapters))('over %s', (...[, open]) => {
  let store: EventStore;
  let stop: () => Promise<unknown>;
  let services: ServiceCatalogue;

  beforeEach(async () => {
    ({ opened: store, stop } = await open());
    services = new ServiceCatalogue(store);
    const definition = serviceDefinition.parse(marketStall);
    await services.publish(
      definition,
      people.system,
      Temporal.Instant.from('2026-01-01T00:00:00Z'),
    );
  });
  afterEach(async () => {
    await store.close();
    await stop();
  });

  /** A handler as a process of its own has it: with memories that no other shares. */
  const handler = (over: EventStore = store, now = '2026-03-02T02:00:00Z'): CommandHandler =>
    commandHandler({
      store: over,
      services,
      offices: sampleOffices,
      now: () => Temporal.Instant.from(now),
    });

  const give = (
    commands: CommandHandler,
    application: string,
    command: ApplicationCommand,
    id = derivedId(application, JSON.stringify(command)),
  ) => commands({ application, command, actor: people.frontDesk, id });

  async function submit(commands: CommandHandler, ids: readonly string[]): Promise<void> {
    const applicant = { id: people.applicant.id, name: 'Pemohon' };
    const data = { service: marketStall.id, office, applicant, data: { weeks: 4 } } as const;
    await Promise.all(
      ids.map((id) =>
        commands({
          application: id,
          command: { type: 'submit', data: { ...data, channel: 'online' } },
          actor: people.applicant,
          id: derivedId(id, 'submit'),
        }),
      ),
    );
  }

  /** The permit's number that a command led to. */
  function numberOf(result: Awaited<ReturnType<CommandHandler>>): IssuedOutput['number'] {
    if (isRefused(result)) throw new Error(result.refusal.type);
    return result.application.issued?.find(({ output }) => output === 'permit')?.number;
  }

  const reservations = async () =>
    (await readStream(store, stream)).map(({ data }) => [data['sequence'], data['application']]);

  describe('the numbers of a series', () => {
    test('are those of the documents, in their order, each with the event that reserved it', async () => {
      const ids = applications(3);
      const commands = handler();
      await submit(commands, ids);
      for (const [index, id] of ids.entries()) {
        const number = numberOf(await give(commands, id, issuing));
        expect(number).toMatchObject({
          sequence: index + 1,
          series: stream.replace(numberPrefix, ''),
        });
        expect(number?.text).toBe(
          `503/000${index + 1}/${office.toUpperCase()}/DPMPTSP/MARKET-STALL/III/2026`,
        );
      }
      expect(await reservations()).toEqual(ids.map((id, index) => [index + 1, id]));
      const [event] = await readStream(store, stream);
      expect(event?.metadata).toMatchObject({ actor: people.frontDesk, office });
    });

    test('are given once each, without one left out, however many processes issue at once', async () => {
      const ids = applications(50);
      await submit(handler(), ids);
      const processes = [handler(), handler()];
      const results = await Promise.all(
        ids.map((id, index) => give(processes[index % 2] ?? handler(), id, issuing)),
      );
      const sequences = results.map((result) => numberOf(result)?.sequence ?? 0);
      expect(sequences.toSorted((a, b) => a - b)).toEqual(ids.map((_, index) => index + 1));
      const reserved = await reservations();
      expect(reserved).toHaveLength(50);
      expect(new Map(reserved.map(([sequence, id]) => [id, sequence]))).toEqual(
        new Map(ids.map((id, index) => [id, sequences[index]])),
      );
    });

    test('give one to an application that two processes decide on at once', async () => {
      const ids = applications(20);
      await submit(handler(), ids);
      const processes = [handler(), handler(), handler()];
      const results = await Promise.all(
        ids.flatMap((id) =>
          processes.map((commands, index) => give(commands, id, issuing, derivedId(id, index))),
        ),
      );
      for (const [index, id] of ids.entries()) {
        const events = await readStream(store, applicationStream(id));
        expect(events.filter(({ type }) => type === 'StepTaken')).toHaveLength(1);
        const numbers = results
          .slice(index * 3, index * 3 + 3)
          .flatMap((result) => (isRefused(result) ? [] : (numberOf(result)?.sequence ?? 0)));
        expect(numbers).toHaveLength(1);
      }
      expect((await reservations()).map(([sequence]) => sequence)).toEqual(
        ids.map((_, index) => index + 1),
      );
    });

    test('begin anew with the year', async () => {
      const [first = '', second = ''] = applications(2);
      await submit(handler(), [first, second]);
      await give(handler(), first, issuing);
      const later = await give(handler(store, '2027-01-01T02:00:00Z'), second, issuing);
      expect(numberOf(later)).toMatchObject({
        sequence: 1,
        series: expect.stringMatching(/2027$/) as string,
      });
    });
  });

  describe('a number that was reserved before its process ended', () => {
    /** The store of a process that is killed when it has reserved a number. */
    const killed = (): EventStore => ({
      append: async (to, events, expected) => {
        const isNumber = to.startsWith(numberPrefix);
        if (isNumber) return store.append(to, events, expected);
        throw new EventStoreUnavailableError('killed');
      },
      read: (...args) => store.read(...args),
      readAll: (...args) => store.readAll(...args),
      subscribe: (...args) => store.subscribe(...args),
      head: () => store.head(),
      health: () => store.health(),
      close: () => store.close(),
    });

    test('is found again and used by the next attempt, whichever command that is', async () => {
      const [first = '', second = ''] = applications(2);
      await submit(handler(), [first, second]);
      await expect(give(handler(killed()), first, issuing)).rejects.toThrow('killed');
      expect(numberOf(await give(handler(), second, issuing))?.sequence).toBe(2);
      expect(numberOf(await give(handler(), first, issuing, derivedId('again')))?.sequence).toBe(1);
      expect(await reservations()).toHaveLength(2);
    });

    test('is found again where it was the answer of the store that was lost', async () => {
      const [first = '', second = ''] = applications(2);
      await submit(handler(), [first, second]);
      const lost: EventStore = {
        ...killed(),
        append: async (to, events, expected) => {
          await store.append(to, events, expected);
          throw new EventStoreUnavailableError('no answer');
        },
      };
      const commands = handler(lost);
      await expect(give(commands, first, issuing)).rejects.toThrow('no answer');
      await expect(give(commands, second, issuing)).rejects.toThrow('no answer');
      expect(numberOf(await give(handler(), second, issuing))?.sequence).toBe(2);
      expect(numberOf(await give(handler(), first, issuing))?.sequence).toBe(1);
    });

    test('is a gap that its event explains, where the document never comes about', async () => {
      const [first = '', second = ''] = applications(2);
      await submit(handler(), [first, second]);
      await expect(give(handler(killed()), first, issuing)).rejects.toThrow('killed');
      const refuse = { type: 'take-step', data: { action: 'judge' } } as const;
      await give(handler(), first, refuse);
      await give(handler(), second, issuing);
      expect(await reservations()).toEqual([
        [1, first],
        [2, second],
      ]);
    });
  });

  test('a command that is sent again is answered with the same number, by any process', async () => {
    const [id = ''] = applications(1);
    const commands = handler();
    await submit(commands, [id]);
    const number = numberOf(await give(commands, id, issuing));
    for (const other of [commands, handler()]) {
      expect(numberOf(await give(other, id, issuing))).toEqual(number);
    }
    expect(await reservations()).toHaveLength(1);
  });

  test('nobody gets a number for what is refused, even by one who remembers another state', async () => {
    const [id = ''] = applications(1);
    const behind = handler();
    await submit(behind, [id]);
    await give(handler(), id, { type: 'take-step', data: { action: 'judge' } });
    expect(await give(behind, id, issuing)).toMatchObject({
      refusal: { type: 'application-ended' },
    });
    expect(await reservations()).toEqual([]);
  });
});
