import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  checkConformance,
  clocksOf,
  compileService,
  definitionDigest,
  evolve,
  nextMark,
  readApplicationEvent,
  serviceDefinition,
  type Application,
  type CompiledService,
  type LogAttribute,
  type LogAttributeType,
  type StoredStep,
} from '@satu-atap/domain';
import { sampleOffices } from '@satu-atap/domain/testing';
import {
  applicationStream,
  openEventStore,
  readStream,
  ServiceCatalogue,
  type EventStore,
  type NewEvent,
} from '@satu-atap/event-store';
import { startTestServer } from '@satu-atap/event-store/test-server';
import { expect, test } from 'vitest';
import { importContent, importPath, memoryStore, takenOver } from '../testing/import-file.ts';
import { xesText, type WrittenCase } from '../testing/xes-text.ts';

const named = (name: string): LogAttribute => ['concept:name', 'string', name];
const at = (time: string): LogAttribute => ['time:timestamp', 'date', time];

/** A log of so many cases, each of these activities. */
function logOf(cases: number, ...activities: string[]): string {
  const written = Array.from({ length: cases }, (_, number): WrittenCase => ({
    attributes: [named(`case ${number}`)],
    events: activities.map((name, day) => [named(name), at(`2020-01-0${day + 1}T00:00:00Z`)]),
  }));
  return xesText(written);
}

/** A store of which every append passes here first. */
function watched(
  store: EventStore,
  before: (stream: string, events: readonly NewEvent[]) => void | Promise<void>,
) {
  const append: EventStore['append'] = async (stream, events, expected) => {
    await before(stream, events);
    return store.append(stream, events, expected);
  };
  return new Proxy(store, {
    get: (target, key) => {
      if (key === 'append') return append;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function inFile<T>(content: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'satu-atap-log-'));
  const path = join(folder, 'log.xes');
  await writeFile(path, content);
  try {
    return await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('changes nothing when the file is there already', async () => {
  const store = memoryStore();
  const first = await importContent(logOf(3, 'a', 'b'), { store });
  const head = await store.head();
  const again = await importContent(logOf(3, 'a', 'b'), { store, name: 'copy.xes' });
  expect([first.outcome, again.outcome]).toMatchObject([
    { type: 'imported', resumed: false },
    { type: 'already', log: { begun: { file: 'log.xes' } } },
  ]);
  expect(await store.head()).toBe(head);
});

test.each([1, 2, 3, 7, 12])('finishes exactly what was stopped at append %i', async (stopAt) => {
  const content = logOf(10, 'a', 'b', 'c');
  const whole = await importContent(content);
  const store = memoryStore();
  let appends = 0;
  const mortal = watched(store, () => {
    appends++;
    if (appends >= stopAt) throw new Error('killed');
  });
  await expect(importContent(content, { store: mortal })).rejects.toThrow('killed');
  const { outcome, cases } = await importContent(content, { store });
  expect(outcome).toMatchObject({ type: 'imported', resumed: stopAt > 2 });
  expect(cases).toEqual(whole.cases);
});

test('goes on only with what it was begun with', async () => {
  const store = memoryStore();
  let appends = 0;
  const mortal = watched(store, () => {
    appends++;
    if (appends > 4) throw new Error('killed');
  });
  await expect(importContent(logOf(9, 'a'), { store: mortal })).rejects.toThrow('killed');
  const { outcome } = await importContent(logOf(9, 'a'), { store, office: 'mpp-makassar' });
  expect(outcome).toMatchObject({
    type: 'begun-otherwise',
    log: { begun: { office: 'mpp-jakarta' } },
  });
});

test('takes over what was judged, also where the file changes meanwhile, and leaves no copy behind', async () => {
  const store = memoryStore();
  const content = logOf(5, 'a', 'b');
  const copies = async () =>
    (await readdir(tmpdir())).filter((name) => name.startsWith(`satu-atap-import-${process.pid}-`));
  let meanwhile: string[] = [];
  const outcome = await inFile(content, (path) =>
    importPath(path, {
      store: watched(store, async (_, [event]) => {
        if (event?.type !== 'LogImportBegun') return;
        await writeFile(path, content.replaceAll('case 3', 'case X'));
        meanwhile = await copies();
      }),
    }),
  );
  expect(outcome).toMatchObject({ type: 'imported' });
  const cases = await takenOver(store);
  expect(cases.map((one) => one.case)).toEqual(['case 0', 'case 1', 'case 2', 'case 3', 'case 4']);
  expect(meanwhile).toHaveLength(process.platform === 'win32' ? 1 : 0);
  expect(await copies()).toEqual([]);
});

test('takes a log over into EventStoreDB as into a file, and knows it there again', async () => {
  const content = logOf(40, 'a', 'b', 'c');
  const server = await startTestServer();
  const store = await openEventStore({ connectionString: server.connectionString });
  try {
    const { outcome, cases } = await importContent(content, { store });
    expect(outcome).toMatchObject({ type: 'imported', survey: { graph: { cases: 40 } } });
    expect(cases).toEqual((await importContent(content)).cases);
    const again = await importContent(content, { store });
    expect(again.outcome).toMatchObject({ type: 'already' });
  } finally {
    await store.close();
    await server.stop();
  }
});

test('writes a case of ten thousand events in appends that any store takes', async () => {
  const events = Array.from({ length: 10_000 }, (_, number): LogAttribute[] => [
    named(`step ${number % 7}`),
    ['text', 'string', 'é'.repeat(200)],
  ]);
  const sizes: number[] = [];
  const store = memoryStore();
  const { cases } = await importContent(xesText([{ attributes: [named('long')], events }]), {
    store: watched(store, (_, all) => void sizes.push(Buffer.byteLength(JSON.stringify(all)))),
  });
  expect(cases[0]?.events).toHaveLength(10_000);
  expect(Math.max(...sizes)).toBeLessThan(1_000_000);
});

const anyText = (maxLength: number) => fc.string({ maxLength, unit: 'grapheme' }).filter(isXml);
const nested = (children: fc.Arbitrary<LogAttribute[]>): fc.Arbitrary<LogAttribute> =>
  fc
    .tuple(
      anyText(12),
      fc.constantFrom<LogAttributeType[]>(
        'string',
        'int',
        'float',
        'boolean',
        'id',
        'list',
        'container',
      ),
      anyText(30),
      children,
    )
    .map(([key, type, value, inner]): LogAttribute =>
      inner.length > 0 || type === 'list' || type === 'container'
        ? [key, type, value, inner]
        : [key, type, value],
    );
const leaf = nested(fc.constant([]));
const attribute = nested(fc.array(nested(fc.array(leaf, { maxLength: 2 })), { maxLength: 2 }));

function isXml(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text) && text.isWellFormed();
}

const event = fc
  .tuple(
    fc.constantFrom('a', 'b', 'A', 'register the file', 'メモ', '', 'constructor'),
    fc.option(
      fc.date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
    ),
    fc.array(attribute, { maxLength: 3 }),
  )
  .map(([name, time, more]): LogAttribute[] => [
    named(name),
    ...(time ? [at(time.toISOString())] : []),
    ...more,
  ]);
const writtenCase = fc.record({
  attributes: fc.array(attribute, { maxLength: 2 }).map((more) => [named('case'), ...more]),
  events: fc.array(event, { maxLength: 8 }),
});

test('gives back any log as it was, under a definition that allows every step of it', async () => {
  let steps = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(writtenCase, { maxLength: 8 }), async (written) => {
      const { outcome, cases, store } = await importContent(xesText(written));
      expect(outcome).toMatchObject({ type: 'imported' });
      const back = cases.map(({ attributes, events }) => ({
        attributes,
        events: events.map((one) => one.attributes),
      }));
      expect(back).toEqual(written);
      for (const one of cases) {
        const service = await new ServiceCatalogue(store).version(
          one.service.id,
          one.service.version,
        );
        const stored = (await readStream(store, applicationStream(one.id))).map(
          (recorded): StoredStep => {
            const read = readApplicationEvent(recorded);
            return { type: recorded.type, revision: recorded.revision, ...read };
          },
        );
        const found = checkConformance(stored, {
          service: () => service,
          calendars: (id) => sampleOffices.get(id)?.calendars,
        });
        expect(found).toMatchObject({ findings: [], unchecked: [] });
        expect(one.ended).toBe(one.events.length > 0);
        steps += one.events.length;
      }
    }),
    { numRuns: 60 },
  );
  expect(steps).toBeGreaterThan(200);
});

function compiled(): CompiledService {
  const title = (en: string) => ({ id: `${en} (id)`, en });
  const definition = serviceDefinition.parse({
    id: 'permits.stall',
    kind: 'permit',
    title: title('Stall'),
    unit: 'permits',
    standard: { time: { amount: 1, unit: 'calendar-days' } },
    workflow: {
      initial: 'intake',
      states: {
        intake: {
          on: { accept: { title: title('Accept the file'), roles: ['officer'], target: 'review' } },
        },
        review: { on: { grant: { roles: ['officer'], target: 'granted' } } },
        granted: { type: 'final', outcome: 'granted' },
      },
    },
  });
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}
const given = (keepDeviations: boolean, ...mapped: [string, string][]) => ({
  definition: {
    kind: 'given' as const,
    service: compiled(),
    isToPublish: true,
    mapped: new Map(mapped),
    keepDeviations,
  },
});

test('puts cases under a service that is given, by names, titles and what is said of them', async () => {
  const { cases } = await importContent(
    logOf(1, 'Accept the FILE', 'signed'),
    given(false, ['signed', 'grant']),
  );
  expect(cases[0]).toMatchObject({
    service: { id: 'permits.stall' },
    ended: true,
    events: [
      { action: 'accept', to: 'review' },
      { action: 'grant', to: 'granted' },
    ],
  });
});

test('names each step that the service does not allow, and writes nothing', async () => {
  const { outcome, cases } = await importContent(
    logOf(1, 'grant', 'dance', 'accept'),
    given(false),
  );
  expect(cases).toEqual([]);
  expect(outcome).toMatchObject({
    type: 'deviates',
    count: 3,
    shown: [
      { case: 'case 0', event: 1, activity: 'grant', why: { type: 'action-not-available' } },
      { event: 2, activity: 'dance', why: { type: 'no-action' } },
      { event: 3, activity: 'accept', why: { type: 'application-ended' } },
    ],
  });
});

test('takes such steps over as they happened when that is wanted', async () => {
  const { outcome, cases } = await importContent(logOf(1, 'grant', 'dance'), given(true));
  expect(outcome).toMatchObject({ type: 'imported', deviations: 2 });
  expect(cases[0]?.events).toMatchObject([
    { action: 'grant', to: 'granted' },
    { action: 'dance', to: 'granted' },
  ]);
});

test('never replaces a service that takes applications', async () => {
  const store = memoryStore();
  await importContent(logOf(1, 'accept', 'grant'), { store, ...given(false) });
  const definition = { kind: 'discovered' as const, id: 'permits.stall', unit: 'permits' };
  const { outcome } = await importContent(logOf(1, 'x'), { store, definition });
  expect(outcome).toEqual({ type: 'service-taken', service: 'permits.stall' });
});

test('holds cases against a standard where one is said, and hurries nobody', async () => {
  const standard = { amount: 1, unit: 'calendar-days' as const };
  const definition = {
    kind: 'discovered' as const,
    id: 'imported.log',
    unit: 'imported',
    standard,
  };
  const { cases, store } = await importContent(logOf(1, 'a', 'b', 'c'), { definition });
  const [one] = cases;
  const calendars = sampleOffices.get('mpp-jakarta')?.calendars;
  if (!one || !calendars) throw new Error('is not there');
  let application: Application | undefined;
  for (const stored of await readStream(store, applicationStream(one.id))) {
    const { event: happened, metadata } = readApplicationEvent(stored);
    application = evolve(application, happened, metadata);
  }
  const service = await new ServiceCatalogue(store).version('imported.log', 1);
  if (!application) throw new Error('is not there');
  const [clock] = clocksOf(service, application, calendars);
  if (!clock) throw new Error('has no clock');
  expect(clock.endedAt).toBeGreaterThan(clock.dueAt ?? 0);
  expect(nextMark(application, clock)).toBeUndefined();
});
