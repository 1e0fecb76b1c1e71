import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileService, type CompiledService } from '../service/compile.ts';
import {
  definitionDigest,
  serviceDefinition,
  type ServiceDefinitionInput,
} from '../service/definition.ts';
import { calendarsWithDecrees } from '../testing/published-calendars.ts';
import { patched } from '../testing/patched.ts';
import { recordedHistory, type RecordedHistory } from '../testing/recorded-history.ts';
import { marketStall } from '../testing/sample-outputs.ts';
import { office, people } from '../testing/sample-people.ts';
import { samplePermit } from '../testing/sample-service.ts';
import { evolve, type Application } from '../application/application.ts';
import { decide } from '../application/decide.ts';
import { isRefused } from '../application/refusal.ts';
import type { Finding } from './finding.ts';
import { checkConformance } from './conformance.ts';
import type { StoredStep } from './stored-step.ts';

const calendars = calendarsWithDecrees([
  { at: '2026-02-04T03:00:00Z', closed: ['2026-02-05', '2026-02-06'] },
  { at: '2026-02-06T03:00:00Z', closed: ['2026-02-06', '2026-02-10'] },
]);
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

function compiled(input: ServiceDefinitionInput, version: number): CompiledService {
  const definition = serviceDefinition.parse(input);
  return compileService(definition, { version, digest: definitionDigest(definition) });
}

/** The sample permit with a fee by a table, an extension and silence that grants. */
const law = { id: 'UU 30/2014 pasal 53', en: 'Law 30/2014, article 53' };
const rich = patched({
  standard: {
    time: { amount: 2, unit: 'working-days' },
    escalations: [
      { at: 0.5, to: ['supervisor'] },
      { at: 'due', to: ['head-of-unit'] },
    ],
    deemed: { take: 'deem', legalGround: law },
  },
  fee: {
    kind: 'table',
    rows: [
      { title: law, when: 'data.floorArea <= 300', amount: 100_000 },
      { title: law, amount: 250_000 },
    ],
    assessedBy: null,
  },
  workflow: {
    on: {
      deem: { roles: ['system'], target: '#deemed' },
      postpone: {
        roles: ['head-of-unit', 'front-desk', 'structure-reviewer', 'applicant'],
        extends: { by: { amount: 1, unit: 'working-days' }, legalGround: law, atMost: 3 },
      },
    },
    states: { deemed: { type: 'final', outcome: 'deemed-granted' } },
  },
});
const services = {
  assessed: compiled(samplePermit, 1),
  rich: compiled(rich, 1),
  issuing: compiled(marketStall, 1),
};

const kinds = fc.constantFrom<(keyof typeof services)[]>(
  'assessed',
  'issuing',
  'rich',
  'rich',
  'rich',
);

const stored = (history: RecordedHistory): StoredStep[] =>
  history.map((one) => ({ type: one.event.type, ...one }));

function check(history: RecordedHistory, ...versions: CompiledService[]) {
  return checkConformance(stored(history), {
    service: (id, version) => versions.find((one) => one.id === id && one.version === version),
    calendars: (id) => (id === office ? calendars : undefined),
  });
}

test('what the command handler recorded conforms, whatever happened', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(seeds, kinds, (seed, kind) => {
      const service = services[kind];
      const history = recordedHistory(service, { calendars, office, isWatched: true }, seed, 60);
      for (const { event } of history) {
        const isDeemed = event.type === 'StepTaken' && event.data.automatic;
        const what = isDeemed ? 'deemed' : event.type;
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
      expect(check(history, service)).toMatchObject({ findings: [], unchecked: [] });
    }),
    { numRuns: 250 },
  );
  for (const type of [
    'StepTaken',
    'OutputIssued',
    'DocumentVerified',
    'FeeAssessed',
    'PaymentReceived',
    'ClockWarned',
    'ClockBreached',
    'ClockEscalated',
    'PromiseExtended',
    'deemed',
  ]) {
    expect(seen.get(type) ?? 0, type).toBeGreaterThan(0);
  }
});

/** Moved to the second version, as the command handler records it, and lived on there. */
function migrated(seed: number, before: number): RecordedHistory {
  const [from, to] = [services.assessed, compiled(patched({ title: law }), 2)];
  const place = { calendars, office, isWatched: true };
  const earlier = recordedHistory(from, place, seed, before);
  let application: Application | undefined;
  for (const { event, metadata } of earlier) application = evolve(application, event, metadata);
  const last = earlier.at(-1);
  if (!last || !application || application.ended) return earlier;
  const now = Temporal.Instant.from(last.metadata.occurredAt).add({ minutes: 5 });
  const data = { to: 2, mapping: {}, orderedBy: 'head-of-office' };
  const actor = people.system;
  const decision = decide(
    application,
    { type: 'migrate', data },
    { service: from, target: to, calendars, actor, now },
  );
  if (isRefused(decision)) return earlier;
  const metadata = {
    actor,
    office,
    occurredAt: now.toString(),
    command: '00000000-0000-4000-8000-00000000beef',
  };
  for (const event of decision.events) {
    earlier.push({ event, metadata, revision: earlier.length });
  }
  return recordedHistory(to, { ...place, earlier }, seed + 1, before + 25);
}

test('so does a history that goes on under a later version', () => {
  let moved = 0;
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 20 }), (seed, before) => {
      const history = migrated(seed, before);
      const versions = [services.assessed, compiled(patched({ title: law }), 2)];
      if (history.some(({ event }) => event.type === 'ApplicationMigrated')) moved += 1;
      expect(check(history, ...versions)).toMatchObject({ findings: [], unchecked: [] });
    }),
    { numRuns: 100 },
  );
  expect(moved).toBeGreaterThan(30);
});

/** Changes one event into what could not have been recorded; undefined where it is not of that kind. */
type Forgery = (
  one: RecordedHistory[number],
  history: RecordedHistory,
) => RecordedHistory[number] | undefined;

const forgeries: Record<string, [Forgery, Partial<Finding>, 'first of its command'?]> = {
  'a step that leads elsewhere': [
    (one) => {
      if (one.event.type !== 'StepTaken') return undefined;
      const to = one.event.data.to === 'returned' ? 'intake' : 'returned';
      return { ...one, event: { ...one.event, data: { ...one.event.data, to } } };
    },
    { finding: 'recorded-otherwise' },
  ],
  'a step of another name': [
    (one) =>
      one.event.type === 'StepTaken' && !one.event.data.automatic
        ? { ...one, event: { ...one.event, data: { ...one.event.data, action: 'wave-through' } } }
        : undefined,
    { finding: 'refused', refusal: { type: 'unknown-action', action: 'wave-through', known: [] } },
  ],
  'somebody without the role': [
    (one) => ({
      ...one,
      metadata: { ...one.metadata, actor: { ...one.metadata.actor, roles: [] } },
    }),
    { finding: 'refused' },
    'first of its command',
  ],
  'an officer of another office': [
    (one) =>
      one.metadata.actor.office === undefined
        ? undefined
        : {
            ...one,
            metadata: { ...one.metadata, actor: { ...one.metadata.actor, office: 'mpp-bogor' } },
          },
    { finding: 'refused' },
    'first of its command',
  ],
  'another office in the metadata': [
    (one) => ({ ...one, metadata: { ...one.metadata, office: 'mpp-bogor' } }),
    { finding: 'other-office', office, recorded: 'mpp-bogor' },
    'first of its command',
  ],
  'a day before everything else': [
    (one) =>
      one.revision > 0
        ? { ...one, metadata: { ...one.metadata, occurredAt: '2025-12-30T00:00:00Z' } }
        : undefined,
    { finding: 'earlier-than-before' },
  ],
  'a mark before its time': [
    (one, history) => {
      const before = history[one.revision - 1];
      if (one.event.type !== 'ClockWarned' && one.event.type !== 'ClockBreached') return undefined;
      const occurredAt = before?.metadata.occurredAt ?? '';
      const isThen = Date.parse(occurredAt) === Date.parse(one.metadata.occurredAt);
      return isThen ? undefined : { ...one, metadata: { ...one.metadata, occurredAt } };
    },
    { finding: 'refused' },
  ],
  'a deadline of another day': [
    (one) =>
      one.event.type === 'ClockBreached' || one.event.type === 'ClockEscalated'
        ? ({
            ...one,
            event: { ...one.event, data: { ...one.event.data, dueAt: '2026-01-01T00:00:00Z' } },
          } as typeof one)
        : undefined,
    { finding: 'recorded-otherwise', path: 'dueAt' },
  ],
  'another fee': [
    (one) =>
      one.event.type === 'FeeAssessed' && one.event.data.basis === undefined
        ? undefined
        : one.event.type === 'FeeAssessed' && one.metadata.actor.roles[0] === 'applicant'
          ? { ...one, event: { ...one.event, data: { ...one.event.data, amount: 7 } } }
          : undefined,
    { finding: 'recorded-otherwise', path: 'amount' },
  ],
  'more paid than is owed': [
    (one) =>
      one.event.type === 'PaymentReceived'
        ? { ...one, event: { ...one.event, data: { ...one.event.data, amount: 10 ** 12 } } }
        : undefined,
    { finding: 'refused' },
  ],
  'a number of another series': [
    (one) => {
      if (one.event.type !== 'OutputIssued' || !one.event.data.number) return undefined;
      const number = { ...one.event.data.number, text: '503/0007' };
      return { ...one, event: { ...one.event, data: { ...one.event.data, number } } };
    },
    { finding: 'recorded-otherwise', path: 'number.text' },
  ],
  'another digest of the definition': [
    (one) => {
      if (one.event.type !== 'ApplicationSubmitted') return undefined;
      const service = { ...one.event.data.service, digest: '0'.repeat(64) };
      return { ...one, event: { ...one.event, data: { ...one.event.data, service } } };
    },
    { finding: 'recorded-otherwise', path: 'service.digest' },
  ],
  'a version that was never published': [
    (one) => {
      if (one.event.type !== 'ApplicationSubmitted') return undefined;
      const service = { ...one.event.data.service, version: 9 };
      return { ...one, event: { ...one.event, data: { ...one.event.data, service } } };
    },
    { finding: 'unknown-version', version: 9 },
  ],
  'a hole in the revisions': [
    (one) => ({ ...one, revision: one.revision + 1 }),
    { finding: 'gap' },
  ],
};

test.each(Object.entries(forgeries))(
  '%s is found, where it stands',
  (_, [forge, finding, which]) => {
    let forged = 0;
    fc.assert(
      fc.property(seeds, kinds, fc.nat(), (...drawn) => {
        const [seed, kind, place] = drawn;
        const service = services[kind];
        const history = recordedHistory(service, { calendars, office, isWatched: true }, seed, 40);
        // What follows in a command has the metadata of its first event.
        const first = history.filter(
          ({ metadata }, index) => history[index - 1]?.metadata.command !== metadata.command,
        );
        const candidates = (which === undefined ? history : first).flatMap(
          (one) => forge(one, history) ?? [],
        );
        const altered = candidates[place % Math.max(1, candidates.length)];
        if (!altered) return;
        forged += 1;
        const at = history.findIndex(({ metadata, event }) => {
          const { command } = altered.metadata;
          return metadata.command === command && event.type === altered.event.type;
        });
        const whole = history.with(at, altered);
        const { findings } = check(whole, service);
        const { refusal: _refusal, ...expected } = { refusal: undefined, ...finding };
        const here = findings.filter(({ revision }) => revision === altered.revision);
        expect(here).toContainEqual(expect.objectContaining(expected));
      }),
      { numRuns: 100 },
    );
    expect(forged).toBeGreaterThan(0);
  },
);

test('an event that was taken out or put elsewhere is found, also where revisions were counted anew', () => {
  let found = 0;
  let tried = 0;
  fc.assert(
    fc.property(seeds, fc.nat(), (seed, place) => {
      const service = services.assessed;
      const history = recordedHistory(service, { calendars, office }, seed, 40);
      const steps = history.filter(({ event }) => event.type === 'StepTaken');
      const victim = steps[place % Math.max(1, steps.length - 1)];
      if (!victim || victim === steps.at(-1)) return;
      const rest = history.filter((one) => one !== victim);
      const counted = rest.map((one, revision) => ({ ...one, revision }));
      expect(check(rest, service).findings).toContainEqual(
        expect.objectContaining({ finding: 'gap', expected: victim.revision }),
      );
      tried += 1;
      if (check(counted, service).findings.length > 0) found += 1;
    }),
    { numRuns: 60 },
  );
  expect(tried).toBeGreaterThan(10);
  // Without a step that leads nowhere else, the rest may make sense.
  expect(found).toBeGreaterThan(tried * 0.9);
});
