import type { Actor, CompiledService } from '@satu-atap/domain';
import { office, people, sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, type NewEvent } from '@satu-atap/event-store';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Projector } from './projector/projector.ts';
import { readModelsOf } from './read-models-of.ts';
import type { Page, PageRequest, ReadModels } from './read-models.ts';
import { dump } from './testing/dump.ts';
import { testPlaces } from './testing/places.ts';
import { recordLives, sampleLives } from './testing/sample-lives.ts';
import { appendHistories, publishSample, sampleHistories } from './testing/sample-house.ts';

const places = await testPlaces();
const missing = places.find(({ unavailable }) => unavailable !== undefined);
const log = pino({ level: 'silent' });

/** What sorts differently by bytes, by UTF-16 and in a language, and what databases choke on. */
const difficultNames = [
  'zebra',
  'Zebra',
  'ärger',
  '李',
  '\u{1F600}',
  '\u{FF5E}',
  '\uD800!',
  'a\0b',
  "'",
];

const histories = (service: CompiledService) =>
  sampleHistories(service, Array(60).keys(), 14).map(({ stream, events }, index) => {
    const [first, ...rest] = events.slice(0, 1 + (index % 14));
    if (!first) throw new Error('unreachable');
    const name = difficultNames[index % difficultNames.length] ?? '';
    const applicant = { id: `applicant-${index % 4}${name}`, name };
    // Many at one instant, so that their order is that of their ids.
    const occurredAt = `2026-01-05T0${index % 2}:00:00Z`;
    const submitted: NewEvent = {
      ...first,
      data: { ...first.data, applicant },
      metadata: { ...first.metadata, occurredAt },
    };
    const mixedCase = index % 3 === 0 ? stream.replace(/[a-f]/g, (x) => x.toUpperCase()) : stream;
    return {
      stream: mixedCase.replace(/^\w+-/, 'application-'),
      events: [submitted, ...rest],
    };
  });

describe.skipIf(missing)('SQLite and PostgreSQL', () => {
  const store = new EmbeddedEventStore({ file: ':memory:' });
  const projectors: Projector[] = [];
  let service: CompiledService;

  beforeAll(async () => {
    service = await publishSample(store);
    await recordLives(store);
    await appendHistories(store, histories(service));
    for (const place of places) {
      const location = await place.fresh();
      projectors.push(await Projector.open({ ...location, store, offices: sampleOffices, log }));
    }
  });
  afterAll(async () => {
    for (const projector of projectors) await projector.close();
    for (const place of places) await place.close();
    await store.close();
  });

  /** What each of the two answers. */
  const both = <Answer>(question: (readModels: ReadModels) => Promise<Answer>) =>
    Promise.all(projectors.map((projector) => question(readModelsOf(() => projector.database))));
  const expectSame = async (question: (readModels: ReadModels) => Promise<unknown>) => {
    const [one, other] = await both(question);
    expect(withoutNul(other)).toEqual(withoutNul(one));
    return one;
  };

  it('hold the same rows', async () => {
    const [one, other] = await Promise.all(projectors.map(({ database }) => dump(database)));
    expect(one?.applications).toHaveLength(60);
    expect(withoutNul(other)).toEqual(withoutNul(one));
  });

  it('give the same pages of applications, for every filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          office: maybe(office, 'mpp-makassar'),
          unit: maybe('dpmptsp', 'dinas-perumahan'),
          service: maybe('dpmptsp.other'),
          state: maybe('preparing', 'intake', 'review.fire.inspecting'),
          applicant: maybe(
            'applicant-3zebra',
            'applicant-3Zebra',
            'applicant-3a\0b',
            '\uD800',
            '%',
          ),
          slaStatus: maybe('not-started', 'on-time', 'paused'),
          ended: maybe(true, false),
        }),
        fc.integer({ min: 1, max: 20 }),
        async (filter, limit) =>
          void (await expectSame(({ applications }) =>
            allPages((page) => applications.list(filter, page), limit),
          )),
      ),
      { numRuns: 60 },
    );
  });

  it("give the same pages of everybody's worklist", async () => {
    const everybody: Actor[] = [
      ...Object.values(people),
      { ...people.frontDesk, roles: ['front-desk', 'head-of-unit', 'applicant'] },
      { id: 'applicant-3a\0b', roles: ['applicant'] },
      { id: 'nobody', roles: [] },
    ];
    for (const actor of everybody) {
      for (const assigned of ['mine', 'free', 'all'] as const) {
        await expectSame(({ worklist }) =>
          allPages((page) => worklist.of(actor, { assigned }, page), 3),
        );
      }
    }
  });

  it('give the same clocks, and the same that are due', async () => {
    for (const status of [undefined, 'running', 'paused', 'warned', 'breached'] as const) {
      await expectSame(({ clocks }) => allPages((page) => clocks.list({ status }, page), 7));
    }
    const now = Temporal.Instant.from('2030-01-01T00:00:00Z');
    const due = await both(async ({ clocks }) => {
      const first = await clocks.due(now, 5);
      return [...first, ...(await clocks.due(now, 100, first.at(-1)))];
    });
    expect(due[0]?.length).toBeGreaterThan(10);
    expect(due[1]).toEqual(due[0]);
  });

  it('give the same histories, applications, services and counts', async () => {
    const [{ items } = { items: [] }] = await both(({ applications }) =>
      applications.list({}, { limit: 100 }),
    );
    for (const { id } of items) {
      await expectSame(({ history }) => allPages((page) => history.of(id, page), 4));
      await expectSame(({ applications }) => applications.get(id));
      await expectSame(({ clocks }) => clocks.of(id));
    }
    await expectSame(({ counts }) => counts.list({}));
    await expectSame(({ counts }) => counts.list({ unit: 'dpmptsp' }));
    await expectSame(({ services }) => services.list({ kind: 'permit' }));
    await expectSame(({ services }) => services.get(service.id));
    await expectSame(({ services }) => services.version(service.id, 1));
    await expectSame(({ applications }) => applications.get('\0'));
    expect(await expectSame((readModels) => readModels.position())).toBe(await store.head());
  });

  it('give the same figures, however they are told', async () => {
    const date = (text: string) => Temporal.PlainDate.from(text);
    const between = { from: date('2026-01-03'), to: date('2026-03-17') };
    const todays = new Map([[office, '2026-01-09']]);
    const at = { between, todays };
    for (const filter of [{}, { office }, { unit: 'dpmptsp', channel: 'online' }]) {
      await expectSame(({ figures }) => figures.files([], filter, at));
      await expectSame(({ figures }) => figures.files(['unit', 'channel'], filter, at));
      await expectSame(({ figures }) => figures.trend('week', filter, at));
      const ages = ({ figures }: ReadModels) =>
        figures.ages(filter).then((rows) => rows.map((row) => JSON.stringify(row)).toSorted());
      await expectSame(ages);
    }
    const steps = await expectSame(({ figures }) => figures.steps(['unit', 'step'], {}, at));
    expect(steps).toContainEqual(
      expect.objectContaining({ unit: 'pemadam-kebakaran', step: 'review.fire.inspecting' }),
    );
    await expectSame(({ figures }) => figures.officers({ office }, at));
    await expectSame(({ figures }) => figures.mark(office));
    const finished = { endedOn: { from: '2026-01-01', to: '2026-12-31' } };
    const visited = { visit: { officer: people.frontDesk.id, left: { to: '2026-12-31' } } };
    for (const filter of [finished, visited, { ...visited, office }, { dueOn: '2026-01-12' }]) {
      await expectSame(({ applications }) =>
        allPages((page) => applications.list(filter, page), 9),
      );
    }
  });

  it('give the same lives of services: who published and withdrew what, and what retires', async () => {
    for (const { id } of sampleLives) {
      await expectSame(({ services }) => services.versions(id));
      await expectSame(({ services }) => services.get(id));
    }
    const [rows = []] = await both(({ services }) => services.list());
    const told = rows.map(({ id, version, withdrawn, retirement, revision }) => ({
      id,
      version,
      withdrawn,
      retires: retirement?.from,
      revision,
    }));
    expect(told.filter(({ id }) => id !== service.id)).toEqual([
      { id: 'dpmptsp.b', version: 1, withdrawn: false, retires: '2027-02-01', revision: 4 },
      { id: 'dpmptsp.c', version: 2, withdrawn: true, retires: undefined, revision: 3 },
      { id: 'dpmptsp.d', version: 3, withdrawn: false, retires: undefined, revision: 4 },
    ]);
    const [versions] = await both(({ services }) => services.versions('dpmptsp.b'));
    expect(versions).toMatchObject([
      { version: 2, withdrawn: { by: 'kepala-dinas', reason: { en: 'Wrong fee' } } },
      { version: 1, publishedBy: people.system.id },
    ]);
  });

  it('refuse the same cursors, and take the same', async () => {
    for (const cursor of [[1.5], [9e15], [1e300], ['1'], [-1], [2 ** 53], [3e9], [null], []]) {
      const after = Buffer.from(JSON.stringify(cursor)).toString('base64url');
      const answer = ({ history }: ReadModels) =>
        history.of('\0', { limit: 5, after }).catch((error: Error) => error.name);
      await expectSame(answer);
    }
    const after = Buffer.from(JSON.stringify([1, '\0'])).toString('base64url');
    await expectSame(({ applications }) => applications.list({}, { limit: 5, after }));
  });

  it('show what people entered as they entered it, NUL and all', async () => {
    const answers = await both(({ applications }) => applications.list({}, { limit: 100 }));
    for (const [index, { items }] of answers.entries()) {
      const readModels = readModelsOf(() => (projectors[index] as Projector).database);
      const details = await Promise.all(items.map(({ id }) => readModels.applications.get(id)));
      const names = new Set(details.map((detail) => detail?.facts.applicant.name));
      expect(names).toEqual(new Set(difficultNames));
    }
  });
});

/** Mostly no value: with all filters set, nothing would be found. */
function maybe<const T>(...values: T[]) {
  const some = { arbitrary: fc.constantFrom(...values), weight: 1 };
  return fc.oneof(some, { arbitrary: fc.constant(undefined), weight: 3 });
}

async function allPages<Item>(
  ask: (page: PageRequest) => Promise<Page<Item>>,
  limit: number,
): Promise<Page<Item>[]> {
  const pages: Page<Item>[] = [];
  for (let after: string | undefined; ;) {
    const page = await ask({ limit, after });
    pages.push(page);
    after = page.next;
    if (after === undefined) return pages;
  }
}

/** PostgreSQL's text has no NUL: where a column holds a name, a replacement character stands for it. */
function withoutNul(answer: unknown): unknown {
  const replaced = (_: string, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\u{FFFD}') : value;
  return JSON.parse(JSON.stringify(answer ?? null, replaced));
}
