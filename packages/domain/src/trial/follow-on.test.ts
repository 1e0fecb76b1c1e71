import { describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { people } from '../testing/sample-people.ts';
import {
  accepted,
  given,
  inState,
  on,
  plan,
  published,
  returned,
  take,
  version,
  type Does,
} from './testing/permit-files.ts';

const { applicant, frontDesk, headOfUnit, system } = people;
const verify = (at: string, document = plan.document): Does => [
  at,
  frontDesk,
  { type: 'verify-document', data: { document } },
];
const onAccept = (change: object) => inState('intake', { on: { accept: change } });

describe('a walk goes on', () => {
  test.each([
    ['where a comment is wanted', { comment: 'required' }, 'comment-required'],
    ['where somebody else acts', { roles: ['verifier'] }, 'role-required'],
    [
      'where an applicant or somebody else acts',
      { roles: ['applicant', 'verifier'] },
      'role-required',
    ],
    [
      'where another officer acts',
      { guard: { name: 'not-the-same-officer', as: ['return-to-applicant'] } },
      'guard-not-met',
    ],
  ])('%s', (_, change, refusal) => {
    const history = given([
      ...returned,
      verify('2026-03-10T02:00:00Z'),
      ['2026-03-10T02:10:00Z', frontDesk, take('accept')],
    ]);
    const trial = on(history).trying(onAccept(change));
    expect(trial.differences).toMatchObject([
      { place: 'intake/accept', refusal: { type: refusal } },
    ]);
    expect(trial.divergedAt).toBeUndefined();
  });

  test('as if a fee had been paid that nobody was asked for', () => {
    const decided = { ...inState('intake', { on: { accept: { target: 'decision' } } }) };
    const free = version(1, {
      ...decided,
      fee: { kind: 'free', assessedBy: null, receivedBy: null },
    });
    const approved: Does[] = [...accepted, ['2026-03-05T02:00:00Z', headOfUnit, take('approve')]];
    const trial = on(given(approved, undefined, free), free).trying({
      ...decided,
      fee: { kind: 'fixed', amount: 50_000, assessedBy: null },
    });
    expect(trial).toMatchObject({ ended: true, differences: [{ type: 'fee', wouldBe: 50_000 }] });
    expect(trial.divergedAt).toBeUndefined();
  });

  test('and tells what happens again only once', () => {
    const again = { ...plan, document: '00000000-0000-4000-8000-000000000002' };
    const history = given([
      ...accepted.slice(0, 2),
      ['2026-03-02T02:15:00Z', applicant, { type: 'attach-document', data: again }],
    ]);
    const trial = on(history).trying({ documents: { 'site-plan': { maxBytes: 1_000 } } });
    expect(trial.differences).toMatchObject([
      { place: 'documents/site-plan', revision: 1, refusal: { type: 'document-too-large' } },
    ]);
  });
});

describe('a walk ends', () => {
  test('where the draft would not have ended the file', () => {
    const withdrawn = given([accepted[0]!, ['2026-03-03T02:00:00Z', applicant, take('withdraw')]]);
    const reopening = {
      type: null,
      outcome: null,
      on: { reopen: { roles: ['applicant'], target: 'intake' } },
    };
    expect(on(withdrawn).trying(inState('withdrawn', reopening))).toMatchObject({
      divergedAt: 1,
      differences: [{ type: 'ends-otherwise', place: 'withdraw', was: 'withdrawn' }],
    });
  });

  test('and clocks that ran are looked at as of then', () => {
    const trial = on(given(returned)).trying({
      standard: { time: { amount: 1 } },
      ...inState('intake', { on: { 'return-to-applicant': null } }),
    });
    expect(trial).toMatchObject({
      divergedAt: 3,
      differences: [
        { type: 'promise', was: { standing: 'in-time' }, wouldBe: { standing: 'in-time' } },
        { type: 'refused', place: 'intake/return-to-applicant' },
      ],
    });
  });
});

test('a fee that an officer assesses is judged as theirs, whenever it comes', () => {
  const byFrontDesk = version(1, { fee: { assessedBy: ['front-desk'] } });
  const history = given(
    [
      accepted[0]!,
      ['2026-03-02T02:05:00Z', frontDesk, { type: 'assess-fee', data: { amount: 75_000 } }],
    ],
    undefined,
    byFrontDesk,
  );
  expect(on(history, byFrontDesk).trying({}).differences).toMatchObject([
    { type: 'refused', command: 'assess-fee', place: 'fee', refusal: { type: 'role-required' } },
  ]);
});

test('whoever held a file is not named', () => {
  const roles = { roles: ['front-desk'], target: '#withdrawn' };
  const anywhere = version(1, { workflow: { on: { archive: roles } } });
  const colleague: Actor = { ...frontDesk, id: 'officer-front-desk-2' };
  const hold = { state: 'intake', officer: frontDesk.id };
  const history = given(
    [
      ...accepted.slice(0, 3),
      ['2026-03-03T02:00:00Z', frontDesk, { type: 'assign', data: hold }],
      ['2026-03-03T03:00:00Z', colleague, take('archive')],
    ],
    undefined,
    anywhere,
  );
  const trial = on(history, anywhere).trying(inState('intake', { on: { archive: roles } }));
  expect(trial.differences).toMatchObject([{ refusal: { type: 'assigned-to-another' } }]);
  expect(JSON.stringify(trial)).not.toContain(frontDesk.id);
});

describe('after a migration', () => {
  const desk = {
    workflow: {
      states: {
        intake: null,
        desk: published.definition.workflow.states['intake'],
        preparing: { on: { send: { target: 'desk' } } },
        returned: { on: { resend: { target: 'desk' } } },
      },
    },
  };
  const migrate = (mapping: Record<string, string>): Does => [
    '2026-03-04T01:00:00Z',
    system,
    { type: 'migrate', data: { to: 2, mapping, orderedBy: 'kepala-dinas' } },
  ];

  test('states of the version that was left are not asked for', () => {
    const second = version(2, desk);
    const does = [...accepted.slice(0, 3), migrate({ intake: 'desk' }), ...accepted.slice(3)];
    const trial = on(given(does, second), second).trying(desk);
    expect(trial).toMatchObject({ version: 2, from: 3, differences: [] });
  });

  test('a desk of another unit is a place all the same', () => {
    const second = version(2, {});
    const does = [...accepted.slice(0, 3), migrate({}), ...accepted.slice(3)];
    const trial = on(given(does, second), second).trying(inState('intake', { unit: 'setda' }));
    expect(trial.differences).toMatchObject([
      { place: 'documents/site-plan', refusal: { type: 'not-at-this-desk' } },
      { place: 'intake/accept', refusal: { type: 'other-unit', unit: 'setda' } },
    ]);
  });
});
