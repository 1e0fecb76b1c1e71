import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefused, serviceDefinition } from '@satu-atap/domain';
import { marketStall, office, people, sampleOffices } from '@satu-atap/domain/testing';
import {
  applicationStream,
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  EventStoreUnavailableError,
  numberPrefix,
  ServiceCatalogue,
  type EventStore,
} from '@satu-atap/event-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { printNumbers } from './numbers.ts';

const series = `dpmptsp.market-stall.permit.${office}.2026`;
const [first, second, third] = [0, 1, 2].map((number) => derivedId('application', number));

let folder = '';
let store: EmbeddedEventStore;
let services: ServiceCatalogue;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-numbers-'));
  store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  services = new ServiceCatalogue(store);
  const definition = serviceDefinition.parse(marketStall);
  await services.publish(definition, people.system, Temporal.Instant.from('2026-01-01T00:00:00Z'));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Submits an application and grants it. */
async function grant(application: string | undefined, over: EventStore = store): Promise<void> {
  if (application === undefined) throw new Error('no application');
  const now = () => Temporal.Instant.from('2026-03-02T02:00:00Z');
  const commands = commandHandler({ store: over, services, offices: sampleOffices, now });
  const applicant = { id: people.applicant.id, name: 'Pemohon' };
  const data = { service: marketStall.id, office, applicant, data: { weeks: 4 } } as const;
  for (const command of [
    { type: 'submit', data: { ...data, channel: 'counter' } },
    { type: 'take-step', data: { action: 'grant' } },
  ] as const) {
    const id = derivedId(application, command.type);
    const actor = command.type === 'submit' ? people.applicant : people.frontDesk;
    const result = await commands({ application, command, actor, id });
    if (isRefused(result)) throw new Error(result.refusal.type);
  }
}

/** A store that cannot be reached any more once a number is reserved. */
function lostAfterReserving(): EventStore {
  let reserved = false;
  return {
    append: async (stream, events, expected) => {
      if (reserved) throw new EventStoreUnavailableError('lost');
      reserved = stream.startsWith(numberPrefix);
      return store.append(stream, events, expected);
    },
    read: (...args) => store.read(...args),
    readAll: (...args) => store.readAll(...args),
    subscribe: (...args) => store.subscribe(...args),
    head: () => store.head(),
    health: () => store.health(),
    close: () => store.close(),
  };
}

async function printed(options: { gaps?: true } = {}) {
  const lines: string[] = [];
  const isSound = await printNumbers(marketStall.id, { data: folder, ...options }, (line) => {
    lines.push(line);
  });
  return { isSound, lines };
}

const text = (sequence: number) =>
  `503/000${sequence}/${office.toUpperCase()}/DPMPTSP/MARKET-STALL/III/2026`;

describe('satu-atap numbers', () => {
  test('lists every number with its document, and says of a gap for whom it was reserved', async () => {
    await grant(first);
    await expect(grant(second, lostAfterReserving())).rejects.toThrow('lost');
    await grant(third);
    const gap = `  2  not issued: reserved at 2026-03-02T02:00:00Z by ${people.frontDesk.id}, application ${second}`;
    expect(await printed()).toEqual({
      isSound: true,
      lines: [
        `${series}: 3 reserved, 2 issued, 1 not`,
        `  1  ${text(1)}  issued on 2026-03-02, application ${first}`,
        gap,
        `  3  ${text(3)}  issued on 2026-03-02, application ${third}`,
      ],
    });
    expect((await printed({ gaps: true })).lines.slice(1)).toEqual([gap]);
  });

  test('names a document whose number is reserved for another application', async () => {
    await grant(first);
    await store.append(
      applicationStream(second ?? ''),
      [
        {
          id: derivedId('forged'),
          type: 'OutputIssued',
          data: {
            output: 'permit',
            issuedOn: '2026-03-02',
            number: { text: text(1), series, sequence: 1 },
          },
          metadata: {
            actor: people.frontDesk,
            occurredAt: '2026-03-02T03:00:00Z',
            command: derivedId('forged', 'command'),
          },
        },
      ],
      'no-stream',
    );
    const { isSound, lines } = await printed();
    expect(isSound).toBe(false);
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toBe(`NOT RESERVED: ${text(1)}, of application ${second}`);
  });

  test('says so where there is none, and what a service is called', async () => {
    expect((await printed()).lines).toEqual(['dpmptsp.market-stall: no number was reserved']);
    await expect(printNumbers('market', { data: folder }, () => undefined)).rejects.toThrow(
      '"market" is no service; name one like dpmptsp.sip-dokter',
    );
  });
});
