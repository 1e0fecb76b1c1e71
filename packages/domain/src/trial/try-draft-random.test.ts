import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evolve, type Application } from '../application/application.ts';
import { decide } from '../application/decide.ts';
import { isRefused } from '../application/refusal.ts';
import { compileService, type CompiledService } from '../service/compile.ts';
import {
  definitionDigest,
  serviceDefinition,
  type ServiceDefinitionInput,
} from '../service/definition.ts';
import { patched } from '../testing/patched.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import { recordedHistory, type RecordedHistory } from '../testing/recorded-history.ts';
import { samplePermit } from '../testing/sample-service.ts';
import { tryDraft } from './try-draft.ts';

const mall = sampleOffices.get(office);
if (!mall) throw new Error('there is no sample office');
const { calendars } = mall;
const now = Temporal.Instant.from('2026-12-01T00:00:00Z');

function compiled(input: ServiceDefinitionInput, version: number): CompiledService {
  const definition = serviceDefinition.parse(input);
  return compileService(definition, { version, digest: definitionDigest(definition) });
}

const table = (large: number) => ({
  fee: {
    kind: 'table',
    rows: [
      { title: { id: 'Kecil', en: 'Small' }, when: 'data.floorArea <= 300', amount: 100_000 },
      { title: { id: 'Lainnya', en: 'Other' }, amount: large },
    ],
    assessedBy: null,
  },
});
const pinned = {
  assessed: compiled(samplePermit, 1),
  tabled: compiled(patched(table(250_000)), 1),
};
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test('the same definition would have done the same with every history', () => {
  let ended = 0;
  fc.assert(
    fc.property(seeds, fc.constantFrom(pinned.assessed, pinned.tabled), (seed, service) => {
      const history = recordedHistory(service, { calendars, office }, seed, 5 + (seed % 40));
      const draft = { ...service, version: 2 };
      const trial = tryDraft(history, { draft, pinned: service, calendars, now });
      if (trial.ended) ended += 1;
      expect(trial).toMatchObject({ version: 1, from: 0, differences: [] });
      expect(trial.divergedAt).toBeUndefined();
      expect(trial.migration ?? {}).not.toHaveProperty('problems');
    }),
    { numRuns: 150 },
  );
  expect(ended).toBeGreaterThan(30);
});

test('nor does it differ for files that were migrated to it', () => {
  const change = { ...table(250_000), standard: { time: { amount: 3 } } };
  const target = compiled(patched({ ...change, ...state('decision', { standard: hours }) }), 2);
  let moved = 0;
  fc.assert(
    fc.property(seeds, fc.integer({ min: 2, max: 25 }), (seed, length) => {
      const service = pinned.tabled;
      const before = recordedHistory(service, { calendars, office }, seed, length);
      const earlier = withMigration(before, service, target);
      if (earlier.length === before.length) return;
      moved += 1;
      const history = recordedHistory(target, { calendars, office, earlier }, seed, length + 20);
      const draft = { ...target, version: 3 };
      const trial = tryDraft(history, { draft, pinned: target, calendars, now });
      expect(trial).toMatchObject({ version: 2, from: before.length, differences: [] });
    }),
    { numRuns: 100 },
  );
  expect(moved).toBeGreaterThan(30);
});

const hours = { amount: 4, unit: 'working-hours' };

/** The history and a migration after it; the history alone where the file does not move. */
function withMigration(
  history: RecordedHistory,
  service: CompiledService,
  target: CompiledService,
): RecordedHistory {
  let application: Application | undefined;
  for (const { event, metadata } of history) application = evolve(application, event, metadata);
  const last = history.at(-1);
  if (!last) throw new Error('a history begins with its submission');
  const at = Temporal.Instant.from(last.metadata.occurredAt).add({ minutes: 90 });
  const actor = people.system;
  const command = {
    type: 'migrate',
    data: { to: 2, mapping: {}, orderedBy: 'kepala-dinas' },
  } as const;
  const decision = decide(application, command, { service, target, calendars, actor, now: at });
  if (isRefused(decision)) return history;
  const metadata = { ...last.metadata, actor, occurredAt: at.toString() };
  const migrated = decision.events.map((event) => ({ event, metadata, revision: history.length }));
  return [...history, ...migrated];
}

const state = (name: string, change: object | null) => ({
  workflow: { states: { [name]: change } },
});
const action = (place: string, name: string, change: object | null) =>
  state(place, { on: { [name]: change } });
const condition = (expression: string) => ({ guard: { name: 'condition', expression } });

/** What a unit may change, and all that the trial may then find, anywhere. */
const changes: [string, object, string[]][] = [
  ['only words', { title: { id: 'Lain', en: 'Other' } }, []],
  ['who submits', { submittedBy: ['front-desk'] }, ['refused form']],
  [
    'a field’s limit',
    { form: { floorArea: { max: 100 } } },
    ['refused form/floorArea', 'refused returned/resend/floorArea'],
  ],
  [
    'a field that is asked for now',
    { form: { owner: { type: 'text', title: { id: 'a', en: 'a' }, required: true } } },
    ['refused form/owner'],
  ],
  [
    'a paper that is asked for now',
    { documents: { 'land-title': { title: { id: 'a', en: 'a' } } } },
    ['refused preparing/send'],
  ],
  [
    'a paper’s type',
    { documents: { 'site-plan': { types: ['image/png'] } } },
    ['refused documents/site-plan'],
  ],
  [
    'a paper’s size',
    { documents: { 'site-plan': { maxBytes: 1000 } } },
    ['refused documents/site-plan'],
  ],
  [
    'who verifies a paper',
    { documents: { 'site-plan': { verifiedBy: ['verifier'] } } },
    ['refused documents/site-plan'],
  ],
  ['who receives payments', { fee: { receivedBy: ['treasurer'] } }, ['refused fee']],
  [
    'who takes an action',
    action('second-opinion', 'confirm', { roles: ['mayor'] }),
    ['refused second-opinion/confirm'],
  ],
  [
    'whose desk a state is',
    state('second-opinion', { unit: 'setda' }),
    ['refused second-opinion/confirm'],
  ],
  [
    'where an action leads',
    action('intake', 'accept', { target: 'returned' }),
    ['leads-elsewhere intake/accept'],
  ],
  ['an action that is gone', action('returned', 'resend', null), ['refused returned/resend']],
  [
    'a condition',
    action('intake', 'accept', condition('data.floorArea > 300')),
    ['refused intake/accept'],
  ],
  [
    'four eyes',
    action('second-opinion', 'confirm', {
      guard: { name: 'not-the-same-officer', as: ['confirm', 'approve'] },
    }),
    [],
  ],
  [
    'a reason that is wanted',
    action('intake', 'accept', { comment: 'required' }),
    ['refused intake/accept'],
  ],
  [
    'a field that a step may set',
    action('returned', 'resend', { sets: [] }),
    // Without the new area the decision takes the other branch.
    ['leads-elsewhere decision/approve', 'refused returned/resend'],
  ],
  [
    'what a step sets',
    {
      form: { checked: { type: 'boolean', title: { id: 'a', en: 'a' }, enteredBy: 'officer' } },
      ...action('intake', 'accept', { set: { checked: true } }),
    },
    ['sets-otherwise intake/accept'],
  ],
  [
    'an outcome’s name',
    state('refused', { outcome: 'denied' }),
    [
      'ends-otherwise review.fire.inspecting/report-fire-safety',
      'ends-otherwise review.structure.inspecting/approve-structure',
      'ends-otherwise review.structure.inspecting/refuse-structure',
    ],
  ],
  ['the beginning', { workflow: { initial: 'intake' } }, ['leads-elsewhere submission']],
  ['the standard', { standard: { time: { amount: 2 } } }, ['promise standard']],
  ['a state’s standard', state('intake', { standard: { amount: 3 } }), ['promise intake']],
  [
    'a standard of a state that had none',
    state('decision', { standard: { amount: 3, unit: 'working-days' } }),
    ['promise decision'],
  ],
  [
    'when the clock stands still',
    state('returned', { clock: 'running' }),
    ['clock returned', 'promise standard'],
  ],
  [
    'another name for a state',
    {
      workflow: {
        states: {
          intake: null,
          desk: samplePermit.workflow.states.intake,
          preparing: { on: { send: { target: 'desk' } } },
          returned: { on: { resend: { target: 'desk' } } },
        },
      },
    },
    ['leads-elsewhere preparing/send'],
  ],
  ['when to warn', { standard: { warnAt: 0.5 } }, ['warning standard']],
];

test.each(changes)(
  'another draft: %s; that is found, and nothing else is blamed',
  (_, change, found) => {
    expect(foundIn(pinned.assessed, compiled(patched(change), 2))).toEqual(found);
  },
);

/** Every kind of difference in forty histories, and its place. */
function foundIn(service: CompiledService, draft: CompiledService): string[] {
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed += 1) {
    const history = recordedHistory(service, { calendars, office }, seed);
    const { differences } = tryDraft(history, { draft, pinned: service, calendars, now });
    for (const { type, place } of differences) seen.add(`${type} ${place}`);
  }
  return [...seen].toSorted();
}

const title = { id: 'Izin', en: 'Permit' };
const issuing = (validity: object, number: string, issues: string[]) => ({
  outputs: { permit: { title, validity, number } },
  ...action('second-opinion', 'confirm', { issues }),
});
const fiveYears = { amount: 5, unit: 'years' };
const numbered = '503/{sequence:4}/{year}';

test.each([
  ['the same', issuing(fiveYears, numbered, ['permit']), []],
  [
    'that hold longer',
    issuing({ amount: 6, unit: 'years' }, numbered, ['permit']),
    ['issues-otherwise second-opinion/confirm'],
  ],
  [
    'numbered otherwise',
    issuing(fiveYears, '504/{sequence:4}/{year}', ['permit']),
    ['issues-otherwise second-opinion/confirm'],
  ],
  [
    'not at all',
    action('second-opinion', 'confirm', {}),
    ['issues-otherwise second-opinion/confirm'],
  ],
])('documents that are given out are compared: %s', (_, change, found) => {
  const service = compiled(patched(issuing(fiveYears, numbered, ['permit'])), 1);
  expect(foundIn(service, compiled(patched(change), 2))).toEqual(found);
});

test('a fee table with another amount is found where it applies, and counts as paid', () => {
  const draft = compiled(patched(table(300_000)), 2);
  let dearer = 0;
  for (let seed = 0; seed < 40; seed += 1) {
    const history = recordedHistory(pinned.tabled, { calendars, office }, seed);
    const trial = tryDraft(history, { draft, pinned: pinned.tabled, calendars, now });
    const due = history.find(
      ({ event }) => event.type === 'FeeAssessed' && event.data.amount > 1e5,
    );
    if (due) dearer += 1;
    // A correction of the form is said of its step, what submission decides of the fee itself.
    const corrected = due && due.revision > 1;
    const step = history.findLast(
      ({ event, revision }) => event.type === 'StepTaken' && revision < (due?.revision ?? 0),
    );
    const dearerFee = {
      type: 'fee',
      place: 'fee',
      was: 250_000,
      wouldBe: 300_000,
      revision: corrected ? step?.revision : 1,
      at: due?.metadata.occurredAt,
    };
    expect(trial.differences).toEqual(due ? [dearerFee] : []);
  }
  expect(dearer).toBeGreaterThan(10);
});
