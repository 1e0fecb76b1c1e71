import { createHash } from 'node:crypto';
import {
  canonicalJson,
  compileOffices,
  isRefused,
  serviceDefinition,
  type Actor,
  type ApplicationCommand,
} from '@satu-atap/domain';
import { marketStall, office, people, sampleCalendar } from '@satu-atap/domain/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CalendarCatalogue } from '../calendar-catalogue.ts';
import { commandHandler } from '../command-handler.ts';
import { EmbeddedEventStore } from '../embedded/embedded-event-store.ts';
import { derivedId } from '../event-ids.ts';
import type { EventData, EventStore } from '../event-store.ts';
import { ServiceCatalogue } from '../service-catalogue.ts';
import {
  checkApplications,
  checkOtherStreams,
  type CheckedPart,
  type StreamFinding,
} from './check-log.ts';

const system: Actor = { id: 'cli', roles: ['system'] };
const place = {
  id: office,
  title: { id: 'MPP', en: 'Mall' },
  timeZone: 'Asia/Jakarta' as const,
  calendar: 'indonesia',
};

let store: EventStore;
let now: Temporal.Instant;
let services: ServiceCatalogue;
let calendars: CalendarCatalogue;
beforeEach(async () => {
  store = new EmbeddedEventStore({ file: ':memory:' });
  now = Temporal.Instant.from('2026-03-02T02:00:00Z');
  services = new ServiceCatalogue(store);
  calendars = new CalendarCatalogue(store, [place]);
  await calendars.publish(sampleCalendar, system, now);
  await services.publish(serviceDefinition.parse(marketStall), system, now);
});
afterEach(async () => store.close());

const offices = () => compileOffices([place], calendars.book);
const id = (file: number) => derivedId('file', file);
const streamOf = (file: number) => `application-${id(file)}`;

async function give(file: number, command: ApplicationCommand, actor: Actor): Promise<void> {
  now = now.add({ minutes: 5 });
  const handle = commandHandler({ store, services, offices: offices(), now: () => now });
  const request = { application: id(file), command, actor, id: derivedId(file, now.toString()) };
  const result = await handle(request);
  if (isRefused(result)) throw new Error(result.refusal.type);
}

async function granted(file: number): Promise<void> {
  const applicant = { id: people.applicant.id, name: 'Pemohon' };
  const data = {
    service: marketStall.id,
    office,
    applicant,
    channel: 'online',
    data: { weeks: 4 },
  } as const;
  await give(file, { type: 'submit', data }, people.applicant);
  await give(file, { type: 'take-step', data: { action: 'grant' } }, people.frontDesk);
}

/** Written past the engine. */
async function smuggle(stream: string, type: string, data: EventData, actor: Actor = system) {
  const command = derivedId(stream, type, canonicalJson(data));
  const metadata = { actor, occurredAt: now.toString(), office, command };
  const event = { id: derivedId(command, 0), type, data, metadata };
  await store.append(stream, [event], 'any');
}

async function all(parts: AsyncIterable<CheckedPart>) {
  const sum = { streams: 0, events: 0, findings: [] as StreamFinding[] };
  for await (const part of parts) {
    sum.streams += part.streams;
    sum.events += part.events;
    sum.findings.push(...part.findings);
  }
  return sum;
}

const applications = async (share = { index: 0, of: 1 }) =>
  all(checkApplications({ store, offices: offices(), until: await store.head(), share }));
const others = async () => all(checkOtherStreams({ store, until: await store.head() }));

describe('what the engine wrote', () => {
  it('conforms, each application checked once by those who share the work', async () => {
    for (let file = 0; file < 7; file += 1) await granted(file);
    expect(await others()).toEqual({ streams: 3, events: 9, findings: [] });
    const shares = [
      await applications({ index: 0, of: 2 }),
      await applications({ index: 1, of: 2 }),
    ];
    expect(shares.flatMap(({ findings }) => findings)).toEqual([]);
    expect(shares.reduce((sum, { streams }) => sum + streams, 0)).toBe(7);
    expect(shares.reduce((sum, { events }) => sum + events, 0)).toBe(28);
  });
});

describe('what somebody wrote past the engine', () => {
  it('is a document with a number that is another’s', async () => {
    await granted(0);
    await granted(1);
    const number = {
      text: '503/0001/X',
      series: `${marketStall.id}.permit.${office}.2026`,
      sequence: 1,
    };
    await smuggle(streamOf(1), 'OutputIssued', {
      output: 'permit',
      issuedOn: '2026-03-02',
      number,
    });
    const { findings } = await applications();
    expect(findings).toContainEqual(
      expect.objectContaining({
        stream: streamOf(1),
        revision: 4,
        finding: 'number-not-reserved',
        number: '503/0001/X',
      }),
    );
  });

  it('is a number of a series that cannot be', async () => {
    await granted(0);
    const number = { text: 'X', series: '../../etc\n', sequence: 1 };
    await smuggle(streamOf(0), 'OutputIssued', {
      output: 'permit',
      issuedOn: '2026-03-02',
      number,
    });
    expect((await applications()).findings).toContainEqual(
      expect.objectContaining({ finding: 'number-not-reserved' }),
    );
  });

  it('is an event of no known shape, or of none', async () => {
    await granted(0);
    await smuggle(streamOf(0), 'StepImagined', {});
    await smuggle(streamOf(0), 'NoteAdded', { text: 7 });
    expect((await applications()).findings).toMatchObject([
      { revision: 4, event: 'StepImagined', finding: 'unreadable' },
      {
        revision: 5,
        event: 'NoteAdded',
        finding: 'unreadable',
        reason: expect.stringContaining('text'),
      },
    ]);
  });

  it('is a definition whose digest is of another', async () => {
    const definition = serviceDefinition.parse(marketStall);
    const changed = { ...definition, kind: 'non-permit' as const };
    const digest = createHash('sha256').update('another').digest('hex');
    await smuggle(`service-${definition.id}`, 'ServicePublished', {
      version: 2,
      digest,
      definition: changed,
    });
    expect((await others()).findings).toEqual([
      expect.objectContaining({ revision: 1, finding: 'recorded-otherwise', path: 'digest' }),
    ]);
  });

  it('is a definition that an officer published, or under another service’s name', async () => {
    const definition = { ...serviceDefinition.parse(marketStall), kind: 'non-permit' as const };
    const digest = createHash('sha256').update(canonicalJson(definition)).digest('hex');
    const event = { version: 2, digest, definition };
    await smuggle(`service-${definition.id}`, 'ServicePublished', event, people.frontDesk);
    await smuggle('service-dpmptsp.other', 'ServicePublished', { ...event, version: 1 });
    expect((await others()).findings).toMatchObject([
      { finding: 'refused', refusal: { type: 'role-required' } },
      { stream: 'service-dpmptsp.other', finding: 'other-stream', shouldBe: definition.id },
    ]);
  });

  it('is a calendar whose holidays were changed afterwards', async () => {
    const changed = { ...sampleCalendar, holidays: [] };
    const digest = calendars.book.get('indonesia')?.[0]?.digest ?? '';
    await smuggle('calendar-indonesia', 'CalendarPublished', {
      version: 2,
      digest,
      definition: changed,
    });
    expect((await others()).findings).toMatchObject([
      { stream: 'calendar-indonesia', revision: 1, finding: 'recorded-otherwise', path: 'digest' },
    ]);
  });

  it('is a number out of its order', async () => {
    await granted(0);
    const series = `numbers-${marketStall.id}.permit.${office}.2026`;
    await smuggle(series, 'NumberReserved', { sequence: 7, application: id(1), output: 'permit' });
    expect((await others()).findings).toMatchObject([
      { stream: series, revision: 1, path: 'sequence', is: 7, shouldBe: 2 },
    ]);
  });
});

describe('the version that an application begins under', () => {
  const second = serviceDefinition.parse({ ...marketStall, kind: 'non-permit' });
  const why = { id: 'Salah', en: 'Wrong' };

  async function beginUnder(file: number, version: number, digest: string): Promise<void> {
    const data = {
      office,
      service: { id: marketStall.id, version, digest },
      applicant: { id: people.applicant.id, name: 'Pemohon' },
      channel: 'online',
      data: { weeks: 4 },
      state: 'checking',
    };
    await smuggle(streamOf(file), 'ApplicationSubmitted', data, people.applicant);
  }

  it('is the newest: an older one is named, but not within the minute of its replacement', async () => {
    const first = (await services.standing(marketStall.id))?.service.versions[0]?.digest ?? '';
    now = now.add({ hours: 1 });
    await services.publish(second, system, now);
    now = now.add({ seconds: 20 });
    await beginUnder(0, 1, first);
    now = now.add({ minutes: 5 });
    await beginUnder(1, 1, first);
    expect((await applications()).findings).toMatchObject([
      { stream: streamOf(1), finding: 'not-in-force', version: 1, inForce: 2 },
    ]);
  });

  it('was published before, and not withdrawn', async () => {
    const first = (await services.standing(marketStall.id))?.service.versions[0]?.digest ?? '';
    await beginUnder(0, 2, '0'.repeat(64));
    const withdraw = { type: 'withdraw', data: { version: 1, reason: why } } as const;
    await services.handle(marketStall.id, { command: withdraw, actor: system, now });
    now = now.add({ hours: 1 });
    await beginUnder(1, 1, first);
    await services.publish(second, system, now.add({ hours: 1 }));
    expect((await applications()).findings).toMatchObject([
      { stream: streamOf(0), finding: 'recorded-otherwise', path: 'service.digest' },
      { stream: streamOf(0), finding: 'unknown-version', version: 2 },
      { stream: streamOf(1), finding: 'refused', refusal: { type: 'service-withdrawn' } },
    ]);
  });
});
