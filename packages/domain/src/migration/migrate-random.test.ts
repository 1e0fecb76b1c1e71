import fc from 'fast-check';
import { expect, test } from 'vitest';
import { activeStates, evolve, type Application } from '../application/application.ts';
import { decide } from '../application/decide.ts';
import { offeredActions, settledAt } from '../application/machine.ts';
import type { ApplicationEvent } from '../application/events.ts';
import { isRefused, type Refused } from '../application/refusal.ts';
import { activeSince } from '../application/timeline.ts';
import { compileService, type CompiledService } from '../service/compile.ts';
import {
  definitionDigest,
  serviceDefinition,
  type ServiceDefinitionInput,
} from '../service/definition.ts';
import { pick, seededRandom } from '../simulation/random.ts';
import { clocksOf } from '../sla/clocks.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import { samplePermit } from '../testing/sample-service.ts';

const mall = sampleOffices.get(office);
if (!mall) throw new Error('there is no sample office');
const { calendars } = mall;

type Random = () => number;
type States = ServiceDefinitionInput['workflow']['states'];
type Maker = { names: string[]; parallel: string[]; random: Random };

const clocks = ['running', 'paused', 'stopped'] as const;
const maybe = <T>(random: Random, share: number, value: T) =>
  random() < share ? value : undefined;

function stateOf({ names, random }: Maker, unit: string | undefined) {
  const on = Object.fromEntries(
    Array.from({ length: 1 + Math.floor(random() * 3) }, (_, index) => [
      `act-${index}`,
      { roles: ['front-desk'], target: `#${pick([...names, 'ended'], random)}` },
    ]),
  );
  const clock = pick(clocks, random);
  const standard = maybe(random, 0.5, {
    amount: 1 + Math.floor(random() * 5),
    unit: 'hours' as const,
  });
  return { on, clock, ...(standard ? { standard } : {}), ...(unit ? { unit } : {}) };
}

function reviewOf(maker: Maker, regions: readonly string[]) {
  const { names, random } = maker;
  const states = Object.fromEntries(
    regions.map((region) => [
      region,
      {
        initial: 'working',
        states: {
          working: { on: { [`finish-${region}`]: { roles: ['front-desk'], target: 'done' } } },
          done: { type: 'final' as const },
        },
      },
    ]),
  );
  return { type: 'parallel' as const, states, onDone: { target: `#${pick(names, random)}` } };
}

function workflow(maker: Maker, regions: readonly string[]): States {
  const { names, parallel, random } = maker;
  const states: States = { ended: { type: 'final', outcome: 'granted' } };
  for (const name of names) {
    if (parallel.includes(name)) states[name] = reviewOf(maker, regions);
    else states[name] = stateOf(maker, maybe(random, 0.1, 'dinas-perumahan'));
  }
  return states;
}

function service(version: number, initial: string, states: States): CompiledService {
  const { form: _, documents: __, fee: ___, ...permit } = samplePermit;
  const definition = serviceDefinition.parse({
    ...permit,
    submittedBy: ['front-desk'],
    workflow: { initial, states },
  });
  return compileService(definition, { version, digest: definitionDigest(definition) });
}

/** Two versions: states are renamed, taken out, put in, and moved to other units; regions change. */
function versions(random: Random) {
  const names = Array.from(
    { length: 3 + Math.floor(random() * 6) },
    (_, index) => `state-${index}`,
  );
  const parallel = names.filter(() => random() < 0.2);
  const older = service(1, 'state-0', {
    ...workflow({ names, parallel, random }, ['one', 'two']),
    'state-0': stateOf({ names, parallel, random }, undefined),
  });
  const renamed = new Map(names.filter(() => random() < 0.3).map((name) => [name, `${name}-new`]));
  const kept = names.filter(() => random() < 0.8).map((name) => renamed.get(name) ?? name);
  const now = ['begin', ...kept, ...(random() < 0.5 ? ['added'] : [])];
  const regions = pick([['one', 'two'], ['one'], ['one', 'two', 'three']], random);
  const stillParallel = parallel.map((name) => renamed.get(name) ?? name);
  const maker = { names: now, parallel: stillParallel, random };
  const states = workflow(maker, regions);
  if (random() < 0.3) states['added'] = { always: { target: 'begin' } };
  const newer = service(2, 'begin', states);
  const mapping = Object.fromEntries(
    [...renamed, ...names.map((name) => [name, pick(now, random)] as const)].filter(
      ([, to]) => random() < 0.5 && newer.states.has(to),
    ),
  );
  return { older, newer, mapping };
}

/** The file after some steps of anybody who may: submitted first, if it is not there yet. */
function walk(of: CompiledService, from: Application | undefined, random: Random, steps: number) {
  let application = from;
  const context = { service: of, calendars, actor: people.frontDesk };
  let at = Temporal.Instant.from(application ? '2026-03-20T02:00:00Z' : '2026-03-02T02:00:00Z');
  for (let step = 0; step <= steps; step += 1) {
    const offered = application ? offeredActions(of, application) : [];
    if (application && offered.length === 0) break;
    at = at.add({ minutes: 30 });
    const actor = { ...people.frontDesk, unit: pick(['dpmptsp', 'dinas-perumahan'], random) };
    const applicant = { id: 'applicant-1', name: 'Pemohon' };
    const asked = { service: of.id, office, applicant, channel: 'online', data: {} } as const;
    const action = application ? pick(offered, random).name : '';
    const decision = decide(
      application,
      application ? { type: 'take-step', data: { action } } : { type: 'submit', data: asked },
      { ...context, actor, now: at },
    );
    if (isRefused(decision)) continue;
    for (const event of decision.events) {
      application = evolve(application, event, { actor, occurredAt: at.toString() });
    }
  }
  if (!application) throw new Error('nothing was submitted');
  return application;
}

const now = Temporal.Instant.from('2026-03-20T02:00:00Z');

/** Listed with what to decide; or it has ended, and stays. */
function expectListed(application: Application, { refusal }: Refused): void {
  expect(refusal.type).toBe(application.ended ? 'application-ended' : 'cannot-migrate');
  expect(refusal).not.toMatchObject({ problems: [] });
}

/** In a defined state, in which it stays and somebody can act; what was and what runs is kept. */
function expectMoved(
  application: Application,
  event: ApplicationEvent | undefined,
  { older, newer }: { older: CompiledService; newer: CompiledService },
  random: Random,
): void {
  if (event?.type !== 'ApplicationMigrated') throw new Error('a migration is one event');
  const moved = evolve(application, event, { actor: people.system, occurredAt: now.toString() });
  for (const path of activeStates(moved.value)) {
    expect(['atomic', 'final']).toContain(newer.states.get(path)?.type);
  }
  expect(settledAt(newer, moved, moved.value)).toEqual({ value: moved.value });
  expect(offeredActions(newer, moved)).not.toEqual([]);

  expect(moved.steps).toEqual(application.steps);
  expect([...activeSince(moved).keys()]).toEqual(activeStates(moved.value));
  const after = new Map(clocksOf(newer, moved, calendars).map((clock) => [clock.id, clock]));
  for (const { id, startedAt } of clocksOf(older, application, calendars)) {
    expect(after.get(id)?.startedAt).toBe(startedAt);
  }
  // It goes on under the new version alone.
  const later = walk(newer, moved, random, 6);
  const ids = clocksOf(newer, later, calendars).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
}

test('whatever two versions are, a file comes to a defined state of the new one or is listed', () => {
  const seen = { moved: 0, listed: 0, ended: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
      const random = seededRandom(seed);
      const { older, newer, mapping } = versions(random);
      const application = walk(older, undefined, random, Math.floor(random() * 12));
      const before = structuredClone(application);
      const decision = decide(
        application,
        { type: 'migrate', data: { to: 2, mapping, orderedBy: 'kepala-dinas' } },
        { service: older, target: newer, calendars, actor: people.system, now },
      );
      expect(application).toEqual(before);
      if (isRefused(decision)) {
        seen[application.ended ? 'ended' : 'listed'] += 1;
        expectListed(application, decision);
      } else {
        seen.moved += 1;
        expectMoved(application, decision.events[0], { older, newer }, random);
      }
    }),
    { numRuns: 400 },
  );
  // The test would say little if one of these hardly ever happened.
  expect(Math.min(seen.moved, seen.listed, seen.ended)).toBeGreaterThan(10);
});
