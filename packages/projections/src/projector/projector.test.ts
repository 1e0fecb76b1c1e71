import {
  availableActions,
  evolve,
  readApplicationEvent,
  type Actor,
  type Application,
  type CompiledService,
} from '@satu-atap/domain';
import { office, people, sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, type NewEvent, type Position } from '@satu-atap/event-store';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadModelsLocation } from '../database/open-read-models.ts';
import { readModelsOf } from '../read-models-of.ts';
import { dump } from '../testing/dump.ts';
import { testPlaces } from '../testing/places.ts';
import { publishSample, sampleHistories, type SampleHistory } from '../testing/sample-house.ts';
import { recordLives, sampleLives } from '../testing/sample-lives.ts';
import { Projector } from './projector.ts';

const log = pino({ level: 'silent' });
let location: ReadModelsLocation;
let store: EmbeddedEventStore;
let service: CompiledService;

beforeEach(async () => {
  store = new EmbeddedEventStore({ file: ':memory:' });
  service = await publishSample(store);
});

afterEach(async () => {
  await store.close();
});

const histories = (count: number, length = 18) =>
  sampleHistories(service, Array(count).keys(), length);

/** Appends the events of many applications in turns, as a busy day would. */
async function appendInTurns(all: SampleHistory[], from = 0, to = 99) {
  for (let turn = from; turn < to; turn++) {
    for (const { stream, events } of all) {
      const event = events[turn];
      if (event) await store.append(stream, [event], turn === 0 ? 'no-stream' : turn - 1);
    }
  }
}

const open = (at = location) => Projector.open({ ...at, store, offices: sampleOffices, log });

async function caughtUp(projector: Projector): Promise<void> {
  const head: Position = await store.head();
  await expect.poll(() => projector.status.position >= head, { timeout: 10_000 }).toBe(true);
}

const places = await testPlaces();
afterAll(async () => {
  for (const place of places) await place.close();
});

for (const place of places)
  describe.skipIf(place.unavailable !== undefined)(`on ${place.name}`, () => {
    beforeEach(async () => {
      location = await place.fresh();
    });

    describe('the projector', () => {
      it('gives the same rows however the events come in: live, after restarts, from zero', async () => {
        const all = histories(12);
        let projector = await open();
        projector.run();
        for (const [from, to] of [
          [0, 3],
          [3, 9],
          [9, 99],
        ] as const) {
          await appendInTurns(all, from, to);
          // Closed and opened at whatever point it had reached.
          await projector.close();
          projector = await open();
          projector.run();
        }
        await recordLives(store);
        await caughtUp(projector);
        const live = await dump(projector.database);
        const rebuilt = await open(await place.fresh());

        expect(live.applications).toHaveLength(12);
        expect(live.services).toHaveLength(1 + sampleLives.length);
        expect(live.history).toHaveLength(12 * 18);
        expect(await dump(rebuilt.database)).toEqual(live);

        await rebuilt.close();
        await projector.close();
      });

      it('rebuilds into a fresh copy while the present one answers, then swaps', async () => {
        const all = histories(5);
        const projector = await open();
        projector.run();
        await appendInTurns(all, 0, 10);
        await caughtUp(projector);
        const readModels = readModelsOf(() => projector.database);
        const before = await dump(projector.database);

        const asked = { office };
        const [{ events }, answers] = await Promise.all([
          projector.rebuild(),
          Promise.all(
            Array.from({ length: 50 }, () => readModels.applications.list(asked, { limit: 9 })),
          ),
        ]);
        expect(events).toBe(5 * 10 + 1);
        for (const { items } of answers) expect(items).toHaveLength(5);
        expect(await dump(projector.database)).toEqual(before);

        await appendInTurns(all, 10, 99);
        await caughtUp(projector);
        expect((await dump(projector.database)).history).toHaveLength(5 * 18);
        await projector.close();
      });

      it('stops at an event that it cannot read, says so, and goes on from there when it can', async () => {
        const [one] = histories(1);
        if (!one) throw new Error('unreachable');
        const projector = await open();
        projector.run();
        await store.append(one.stream, one.events.slice(0, 2), 'no-stream');
        await caughtUp(projector);
        const good = projector.status.position;
        const broken = { ...one.events[2], data: { colour: 'red' } } as NewEvent;
        await store.append(one.stream, [broken], 1);

        await expect
          .poll(() => projector.status.error, { timeout: 5000 })
          .toContain('UnreadableEventError');
        expect(projector.status.position).toBe(good);
        expect(await readModelsOf(() => projector.database).position()).toBe(good);
        await projector.close();
      });

      it('leaves the rows alone when two run on one database', async () => {
        const all = histories(6);
        const projectors = [await open(), await open()];
        for (const projector of projectors) projector.run();
        await appendInTurns(all);
        for (const projector of projectors) await caughtUp(projector);
        const [one] = projectors;
        if (!one) throw new Error('unreachable');
        const both = await dump(one.database);
        expect(both.history).toHaveLength(6 * 18);
        expect(both.applications).toHaveLength(6);
        for (const projector of projectors) await projector.close();
      });
    });

    describe('the read models agree with the events', () => {
      let projector: Projector;
      const facts = new Map<string, Application>();

      beforeEach(async () => {
        facts.clear();
        for (const [index, history] of histories(30, 14).entries()) {
          // Applications in every stage: each history is cut somewhere else.
          const events = history.events.slice(0, 1 + (index % 14));
          await store.append(history.stream, events, 'no-stream');
          let application: Application | undefined;
          for (const [revision, event] of events.entries()) {
            const read = readApplicationEvent({ ...event, stream: history.stream, revision });
            application = evolve(application, read.event, read.metadata);
          }
          if (application) facts.set(history.stream.replace('application-', ''), application);
        }
        projector = await open();
      });
      afterEach(() => projector.close());

      it('for every filter of applications, page by page', async () => {
        const readModels = readModelsOf(() => projector.database);
        const everything = (await readModels.applications.list({}, { limit: 100 })).items;
        expect(everything.map(({ id }) => id).toSorted()).toEqual([...facts.keys()].toSorted());
        // Mostly no value: with all filters set, nothing would be found.
        const one = <T>(values: T[]) =>
          fc.oneof(
            { arbitrary: fc.constantFrom(...values), weight: 1 },
            { arbitrary: fc.constant(undefined), weight: 3 },
          );
        await fc.assert(
          fc.asyncProperty(
            fc.record({
              office: one([office, 'mpp-makassar']),
              unit: one(['dpmptsp', 'dinas-perumahan', 'pemadam-kebakaran']),
              service: one([service.id, 'dpmptsp.other']),
              state: one(['preparing', 'intake', 'review.fire.inspecting', 'issued', 'refused']),
              applicant: one(['applicant-3', 'applicant-99']),
              slaStatus: one(['not-started', 'on-time', 'paused', 'finished-in-time'] as const),
              ended: one([true, false]),
            }),
            fc.integer({ min: 1, max: 7 }),
            async (filter, limit) => {
              const expected = everything.filter(
                (row) =>
                  (filter.office ?? row.office) === row.office &&
                  (filter.service ?? row.service) === row.service &&
                  (filter.applicant ?? row.applicant.id) === row.applicant.id &&
                  (filter.slaStatus ?? row.slaStatus) === row.slaStatus &&
                  (filter.ended ?? row.ended !== undefined) === (row.ended !== undefined) &&
                  (!filter.state || row.states.includes(filter.state)) &&
                  (!filter.unit || row.units.includes(filter.unit)) &&
                  (!filter.state ||
                    !filter.unit ||
                    service.states.get(filter.state)?.unit === filter.unit),
              );
              const found: string[] = [];
              for (let after: string | undefined; ;) {
                const page = await readModels.applications.list(filter, { limit, after });
                expect(page.items.length).toBeLessThanOrEqual(limit);
                found.push(...page.items.map(({ id }) => id));
                after = page.next;
                if (after === undefined) break;
              }
              expect(found).toEqual(expected.map(({ id }) => id));
            },
          ),
          { numRuns: 60 },
        );
      });

      it("for every officer's worklist: exactly the files in which the officer has an action", async () => {
        const readModels = readModelsOf(() => projector.database);
        const everybody: Actor[] = [
          ...Object.values(people),
          { ...people.frontDesk, office: 'mpp-makassar' },
          { ...people.frontDesk, unit: 'polres' },
          { id: 'applicant-3', roles: ['applicant'] },
          { ...people.frontDesk, roles: ['front-desk', 'head-of-unit'] },
        ];
        let found = 0;
        for (const actor of everybody) {
          const expected = [...facts]
            .filter(([, application]) =>
              availableActions(service, application, actor).some(
                ({ action }) => action !== 'withdraw',
              ),
            )
            .map(([id]) => id);
          const page = await readModels.worklist.of(actor, {}, { limit: 100 });
          const listed = new Set(page.items.map(({ application }) => application.id));
          expect([...listed].toSorted(), actor.id).toEqual(expected.toSorted());
          found += listed.size;
        }
        expect(found).toBeGreaterThan(20);
      });

      it('for the counts: every application once in each state it is in', async () => {
        const readModels = readModelsOf(() => projector.database);
        const rows = (await readModels.applications.list({}, { limit: 100 })).items;
        const expected: Record<string, number> = {};
        for (const { states, slaStatus } of rows) {
          for (const state of states) {
            expected[`${state} ${slaStatus}`] = (expected[`${state} ${slaStatus}`] ?? 0) + 1;
          }
        }
        const counted = await readModels.counts.list({ office });
        expect(
          Object.fromEntries(
            counted.map((row) => [`${row.state} ${row.slaStatus}`, row.applications]),
          ),
        ).toEqual(expected);
      });

      it('for the history: who, when, from, to, in order', async () => {
        const readModels = readModelsOf(() => projector.database);
        const [id, application] = [...facts].findLast(([, { steps }]) => steps.length > 2) ?? [];
        if (!id || !application) throw new Error('no history is long enough');
        const { items } = await readModels.history.of(id, { limit: 100 });
        const steps = items.filter(({ type }) => type === 'StepTaken');
        expect(steps.map(({ action, at, actor }) => ({ action, at, actor: actor.id }))).toEqual(
          application.steps.map(({ action, at, actor }) => ({ action, at, actor })),
        );
        for (const [index, { from }] of steps.entries()) {
          const earlier = index === 0 ? ['preparing'] : steps[index - 1]?.to;
          expect(from).toEqual(earlier);
        }
      });

      it('refuses a cursor that is none of its own', async () => {
        const readModels = readModelsOf(() => projector.database);
        for (const after of ['nonsense', 'WzFd', Buffer.from('["a","b"]').toString('base64url')]) {
          await expect(readModels.applications.list({}, { limit: 5, after })).rejects.toThrow(
            'the cursor is not one that this list has given',
          );
        }
      });
    });
  });
