import { describe, expect, test } from 'vitest';
import { people } from '../testing/sample-people.ts';
import type { CompiledService } from '../service/compile.ts';
import {
  accepted,
  given,
  inState,
  on,
  published,
  returned,
  take,
  version,
  type Does,
} from './testing/permit-files.ts';
import { TrialReport } from './trial-report.ts';

const { applicant } = people;

describe('a draft that would have said no', () => {
  test('names the step, the moment and the reason, and follows the file no further', () => {
    const guard = { name: 'condition', expression: 'data.floorArea > 500' };
    const trial = on(given(accepted)).trying({
      ...inState('intake', { on: { 'return-to-applicant': { roles: ['verifier'] } } }),
      ...inState('preparing', { on: { send: { guard } } }),
    });
    expect(trial).toMatchObject({
      divergedAt: 2,
      differences: [
        {
          type: 'refused',
          command: 'take-step',
          place: 'preparing/send',
          revision: 2,
          at: '2026-03-02T02:20:00Z',
          refusal: { type: 'guard-not-met', unmet: { guard: 'condition' } },
        },
      ],
    });
  });

  test('to this person alone is followed on, as if somebody else had acted', () => {
    const trial = on(given(accepted)).trying({
      ...inState('intake', { on: { accept: { roles: ['verifier'], target: 'returned' } } }),
    });
    expect(trial.differences).toMatchObject([
      { place: 'intake/accept', refusal: { type: 'role-required', roles: ['verifier'] } },
      { type: 'leads-elsewhere', place: 'intake/accept', wouldBe: 'returned' },
    ]);
    expect(trial.divergedAt).toBe(4);
  });

  test('to a submission names each field, and takes it as given all the same', () => {
    const trial = on(given(accepted)).trying({
      form: {
        floorArea: { max: 100 },
        owner: { type: 'text', title: { id: 'Pemilik', en: 'Owner' }, required: true },
      },
    });
    expect(trial.differences.map(({ place, revision }) => [place, revision])).toEqual([
      ['form/floorArea', 0],
      ['form/owner', 0],
    ]);
    expect(trial.divergedAt).toBeUndefined();
  });

  test('holds nothing that people wrote', () => {
    const trial = on(given(returned)).trying({
      submittedBy: ['front-desk'],
      form: { address: { maxLength: 3 }, floorArea: { enteredBy: 'officer' } },
      documents: { 'site-plan': { types: ['image/png'] } },
      ...inState('intake', { on: { 'return-to-applicant': null } }),
    });
    expect(trial.differences.length).toBeGreaterThan(3);
    const found = JSON.stringify(trial);
    for (const written of [
      'Melati',
      'Pemohon',
      'applicant-1',
      'officer-front-desk',
      'Denah',
      'plan.pdf',
    ]) {
      expect(found).not.toContain(written);
    }
  });
});

describe('clocks and promises', () => {
  test('are held against the standard of the draft, with when it would have been due', () => {
    const trial = on(given(accepted)).trying(
      inState('intake', { standard: { amount: 1, unit: 'working-hours' } }),
    );
    expect(trial.differences).toEqual([
      {
        type: 'promise',
        place: 'intake',
        was: {
          standard: { amount: 1, unit: 'working-days' },
          dueAt: '2026-03-03T09:00:00.000Z',
          standing: 'late',
        },
        wouldBe: {
          standard: { amount: 1, unit: 'working-hours' },
          dueAt: '2026-03-02T03:20:00.000Z',
          standing: 'late',
        },
        revision: 2,
        at: '2026-03-02T02:20:00Z',
      },
    ]);
    const longer = on(given(accepted)).trying(inState('intake', { standard: { amount: 3 } }));
    expect(longer.differences).toMatchObject([
      { was: { standing: 'late' }, wouldBe: { standing: 'in-time' } },
    ]);
  });

  test('hold a file that still runs against the present', () => {
    const shorter = { standard: { time: { amount: 3 } } };
    const standings = (now: string) =>
      on(given(accepted), published, now).trying(shorter).differences;
    expect(standings('2026-03-05T02:00:00Z')).toMatchObject([
      { place: 'standard', was: { standing: 'in-time' }, wouldBe: { standing: 'in-time' } },
    ]);
    expect(standings('2026-03-06T02:00:00Z')).toMatchObject([
      { was: { standing: 'in-time' }, wouldBe: { standing: 'late' } },
    ]);
  });

  test('say where the clock would have run instead of standing still', () => {
    const trial = on(given(returned)).trying(inState('returned', { clock: 'running' }));
    expect(trial.differences).toMatchObject([
      {
        type: 'promise',
        place: 'standard',
        was: { standing: 'in-time' },
        wouldBe: { standing: 'late' },
      },
      { type: 'clock', place: 'returned', was: 'paused', wouldBe: 'running', revision: 3 },
    ]);
  });

  test('end where the draft would have the file elsewhere', () => {
    const trial = on(given(returned)).trying({
      standard: { time: { amount: 1 } },
      ...inState('returned', {
        on: { resend: null, again: { roles: ['applicant'], target: 'intake' } },
      }),
    });
    // The file was returned in time, and nobody knows when it would have come back.
    expect(trial.differences).toMatchObject([
      { type: 'promise', place: 'standard', wouldBe: { standing: 'in-time' } },
      { type: 'refused', place: 'returned/resend', revision: 4 },
    ]);
  });
});

describe('a file that was migrated', () => {
  const second = version(2, {
    ...inState('intake', { standard: { amount: 2 } }),
    standard: { time: { amount: 7 } },
  });
  const migrate: Does = [
    '2026-03-04T01:00:00Z',
    people.system,
    { type: 'migrate', data: { to: 2, mapping: {}, orderedBy: 'kepala-dinas' } },
  ];
  const history = given([...accepted.slice(0, 3), migrate, ...accepted.slice(3)], second);

  test('is walked from there on, against the version that it runs under', () => {
    const same = on(history, second).trying(patchOf(second));
    expect(same).toMatchObject({ version: 2, from: 3, differences: [] });
    const back = on(history, second).trying({});
    expect(back.differences.map(({ type, place }) => [type, place])).toEqual([
      ['promise', 'standard'],
      ['promise', 'intake'],
    ]);
  });

  test('may stand where the draft has no place', () => {
    const trial = on(history, second).trying({
      workflow: {
        states: {
          intake: null,
          preparing: { on: { send: { target: 'review' } } },
          returned: { on: { resend: { target: 'review' } } },
        },
      },
    });
    expect(trial).toMatchObject({
      divergedAt: 3,
      differences: [{ type: 'no-place', place: 'migration', was: 'intake', revision: 3 }],
    });
  });

  function patchOf({ definition }: CompiledService): object {
    return { workflow: definition.workflow, standard: definition.standard };
  }
});

describe('a file that runs', () => {
  test('is planned to move to the draft as it stands; one that ended is not', () => {
    const gone = {
      workflow: {
        states: {
          intake: null,
          preparing: { on: { send: { target: 'review' } } },
          returned: { on: { resend: { target: 'review' } } },
        },
      },
    };
    const running = given(accepted.slice(0, 3));
    expect(on(running).trying({}).migration).toMatchObject({ value: 'intake' });
    expect(on(running).trying(gone).migration).toEqual({
      problems: [{ type: 'state-gone', state: 'intake' }],
    });
    const ended = given([
      ...accepted.slice(0, 1),
      ['2026-03-03T02:00:00Z', applicant, take('withdraw')],
    ]);
    expect(on(ended).trying(gone)).toMatchObject({ ended: true, differences: [] });
    expect(on(ended).trying(gone).migration).toBeUndefined();
  });
});

test('many trials add up to counts by kind and place, with the first of each', () => {
  const report = new TrialReport();
  const draft = { ...inState('intake', { on: { accept: { roles: ['verifier'] } } }) };
  for (let file = 0; file < 5; file += 1) {
    report.add(`accepted-${file}`, on(given(accepted)).trying(draft));
    report.add(`returned-${file}`, on(given(returned)).trying(draft));
  }
  report.leaveOut('mpp-tutup');
  expect(report.summary()).toMatchObject({
    tried: 10,
    same: 5,
    differing: 5,
    running: 10,
    diverged: 0,
    versions: [{ version: 1, applications: 10 }],
    differences: [
      {
        type: 'refused',
        place: 'intake/accept',
        applications: 5,
        examples: [
          { application: 'accepted-0' },
          { application: 'accepted-1' },
          { application: 'accepted-2' },
        ],
      },
    ],
    migration: { movable: 10, undecided: 0 },
    leftOut: [{ office: 'mpp-tutup', applications: 1 }],
  });
});

test('what came of a promise is told apart, and so are files that were not followed to the end', () => {
  const report = new TrialReport();
  const shorter = { standard: { time: { amount: 3 } } };
  report.add('in-time', on(given(accepted), published, '2026-03-05T02:00:00Z').trying(shorter));
  report.add('late', on(given(accepted), published, '2026-03-06T02:00:00Z').trying(shorter));
  const elsewhere = inState('intake', { on: { accept: { target: 'returned' } } });
  report.add('elsewhere', on(given(accepted)).trying(elsewhere));
  const second = version(2, {});
  const migrate: Does = [
    '2026-03-04T01:00:00Z',
    people.system,
    { type: 'migrate', data: { to: 2, mapping: {}, orderedBy: 'kepala-dinas' } },
  ];
  report.add('migrated', on(given([...accepted.slice(0, 3), migrate], second), second).trying({}));
  expect(report.summary()).toMatchObject({
    tried: 4,
    same: 1,
    diverged: 1,
    fromMigration: 1,
    versions: [
      { version: 1, applications: 3 },
      { version: 2, applications: 1 },
    ],
    differences: [
      { place: 'standard', applications: 1 },
      { place: 'standard', applications: 1 },
      { place: 'intake/accept', applications: 1 },
    ],
  });
});
