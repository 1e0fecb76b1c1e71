import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samplePermit } from '../../testing/sample-service.ts';
import { parseWrittenDefinition } from '../template.ts';
import { stageNames } from './stages.ts';

const title = { id: 'Surat', en: 'Letter' };
const free = { ...samplePermit, fee: { kind: 'free' }, outputs: { letter: { title } } };
const dear = { ...free, fee: { kind: 'fixed', amount: 5000, receivedBy: ['cashier'] } };

function laidOut(workflow: object, service: object = free) {
  const { definition, problems } = parseWrittenDefinition({ ...service, workflow });
  if (!definition) throw new Error(JSON.stringify(problems));
  return definition.workflow;
}

const errorsOf = (workflow: object) =>
  parseWrittenDefinition({ ...free, workflow })
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${path.join('.')} ${message}`);

const health = { unit: 'dinas-kesehatan', standard: { amount: 3, unit: 'working-days' } };
const environment = {
  unit: 'dlh',
  title: { id: 'Rekomendasi DLH', en: 'Recommendation of DLH' },
};

describe('a stage that only some files pass', () => {
  const stages = ['front-desk-check', 'inspection', 'technical-review', 'decision'];
  const large = { inspection: 'data.floorArea > 100', 'technical-review': 'data.floorArea > 500' };

  test('is passed when the form meets its condition, and skipped otherwise', () => {
    const { states } = laidOut({ template: 'standard-flow', stages, when: large });
    const condition = (expression: string) => ({ name: 'condition', expression });
    expect(states['front-desk-check']?.on?.['accept']?.branches).toEqual([
      { guard: condition('data.floorArea > 100'), target: 'inspection' },
      { guard: condition('data.floorArea > 500'), target: 'technical-review' },
      { target: 'decision' },
    ]);
    expect(states['inspection']?.on?.['report-inspection']?.branches).toEqual([
      { guard: condition('data.floorArea > 500'), target: 'technical-review' },
      { target: 'decision' },
    ]);
    expect(states['technical-review']?.on?.['recommend']?.target).toBe('decision');
  });

  test('may be the last: the others end without it', () => {
    const { states } = laidOut({
      template: 'standard-flow',
      stages: ['front-desk-check', 'payment'],
      when: { payment: 'data.floorArea > 100' },
    });
    expect(states['front-desk-check']?.on?.['accept']?.branches).toEqual([
      { guard: expect.anything(), target: 'payment' },
      { target: 'granted', issues: ['letter'] },
    ]);
  });

  test('is one of the service’s stages, and its condition one on its form', () => {
    const use = { template: 'standard-flow', stages };
    expect(errorsOf({ ...use, when: { payment: 'true' } })).toEqual([
      'workflow.when.payment "payment" is not among the stages of this service; add it to `stages`',
    ]);
    expect(errorsOf({ ...use, when: { inspection: 'data.flor > 1' } })).toEqual([
      expect.stringContaining('"flor"'),
    ]);
  });
});

describe('a technical recommendation', () => {
  const stages = ['front-desk-check', 'technical-review', 'decision'];
  const use = { template: 'standard-flow', stages };

  test('is given by another unit, in its own time', () => {
    const { states } = laidOut({ ...use, recommendedBy: [health] });
    expect(states['technical-review']).toMatchObject({
      ...health,
      title: { id: 'Rekomendasi Dinas Kesehatan', en: 'Recommendation of Dinas Kesehatan' },
    });
    expect(Object.keys(states['technical-review']?.on ?? {})).toEqual([
      'recommend',
      'advise-against',
      'return-to-applicant',
    ]);
  });

  test('is given by several units at once, and the decision follows when all have spoken', () => {
    const { states } = laidOut({ ...use, recommendedBy: [health, environment] });
    const review = states['technical-review'];
    expect(review).toMatchObject({ type: 'parallel', onDone: [{ target: 'decision' }] });
    expect(Object.keys(review?.states ?? {})).toEqual(['dinas-kesehatan', 'dlh']);
    expect(review?.states?.['dlh']).toMatchObject(environment);
    const { reviewing } = review?.states?.['dinas-kesehatan']?.states ?? {};
    expect(reviewing?.standard).toEqual(health.standard);
    expect(reviewing?.on).toMatchObject({
      'dinas-kesehatan-recommends': { target: 'recommended' },
      'dinas-kesehatan-advises-against': { target: 'advised-against' },
      'dinas-kesehatan-returns': { target: '#returned' },
    });
    expect(states['decision']?.on?.['approve']?.guard).toEqual({
      name: 'not-the-same-officer',
      as: [
        'accept',
        'dinas-kesehatan-recommends',
        'dinas-kesehatan-advises-against',
        'dlh-recommends',
        'dlh-advises-against',
      ],
    });
  });

  test('ends the application where nobody decides after it', () => {
    const { states } = laidOut({
      template: 'standard-flow',
      stages: ['technical-review', 'issuing'],
      recommendedBy: [health, environment],
    });
    const { reviewing } = states['technical-review']?.states?.['dlh']?.states ?? {};
    expect(reviewing?.on?.['dlh-advises-against']?.target).toBe('#rejected');
  });

  test('is issued upon by who hands over, where nobody acts after several units', () => {
    const { states } = laidOut({
      template: 'standard-flow',
      stages: ['front-desk-check', 'technical-review', 'ready-for-collection'],
      recommendedBy: [health, environment],
    });
    expect(states['ready-for-collection']?.on?.['hand-over']?.issues).toEqual(['letter']);
    expect(states['front-desk-check']?.on?.['accept']).not.toHaveProperty('issues');
  });

  test('names units once, and needs its stage', () => {
    expect(errorsOf({ ...use, recommendedBy: [health, health] })).toEqual([
      'workflow.recommendedBy names a unit twice',
    ]);
    expect(errorsOf({ ...use, stages: ['decision'], recommendedBy: [health] })).toEqual([
      'workflow.recommendedBy "technical-review" is not among the stages of this service; add it to `stages`',
    ]);
  });
});

describe('a deemed approval, which the engine takes in whichever state the file is', () => {
  const deemed = { roles: ['system'], target: 'granted' };
  const use = { template: 'standard-flow', stages: ['decision', 'ready-for-collection'] };
  const standard = {
    ...samplePermit.standard,
    deemed: { take: 'approve-by-law', legalGround: { id: 'Undang-undang', en: 'A law' } },
  };
  const flow = (approval: object) =>
    laidOut({ ...use, on: { 'approve-by-law': approval } }, { ...free, standard });

  test('gives out what the service produces, as an approval does', () => {
    const { on, states } = flow(deemed);
    expect(on?.['approve-by-law']?.issues).toEqual(['letter']);
    expect(states['decision']?.on?.['approve']?.issues).toEqual(['letter']);
    expect(states['ready-for-collection']?.on?.['hand-over']).not.toHaveProperty('issues');
  });

  test('that names what it gives out takes it from no approval', () => {
    const { on, states } = flow({ ...deemed, issues: ['letter'] });
    expect(on?.['approve-by-law']?.issues).toEqual(['letter']);
    expect(states['decision']?.on?.['approve']?.issues).toEqual(['letter']);
  });
});

describe('the counter flow', () => {
  test('has one officer receive, serve and hand over, and counts from the complete papers', () => {
    const { states } = laidOut({ template: 'counter-flow' });
    expect(Object.keys(states)).toEqual([
      'receiving',
      'serving',
      'granted',
      'rejected',
      'withdrawn',
    ]);
    expect(states['receiving']?.clock).toBe('stopped');
    expect(states['receiving']?.on?.['accept']).toMatchObject({
      roles: ['front-desk'],
      guard: { name: 'requirements-verified' },
      target: 'serving',
    });
    expect(states['serving']?.on?.['finish']).toMatchObject({
      roles: ['front-desk'],
      issues: ['letter'],
      target: 'granted',
    });
  });

  test('waits for the fee while the clock stands still', () => {
    const { states } = laidOut({ template: 'counter-flow' }, dear);
    expect(states['receiving']?.on?.['accept']?.target).toBe('payment');
    expect(states['payment']?.clock).toBe('paused');
    expect(states['payment']?.on?.['confirm-payment']?.target).toBe('serving');
  });

  test('asks for no papers where the service has none', () => {
    const { states } = laidOut({ template: 'counter-flow' }, { ...free, documents: {} });
    expect(states['receiving']?.on?.['accept']).not.toHaveProperty('guard');
  });

  test('has no warnings: each template has its own parameters', () => {
    expect(errorsOf({ template: 'counter-flow', warnings: 1 })).toEqual([
      'workflow.warnings is no known key here',
    ]);
  });
});

describe('the revocation flow', () => {
  test('warns and hears the holder before the head decides', () => {
    const { initial, states } = laidOut({ template: 'revocation-flow', warnings: 2 });
    expect(initial).toBe('proposal');
    expect(states['proposal']?.on?.['propose']?.target).toBe('first-warning');
    expect(states['first-warning']?.on?.['escalate']?.target).toBe('second-warning');
    expect(states['second-warning']?.on?.['escalate']?.target).toBe('hearing');
    expect(states['hearing']?.on?.['answer']).toMatchObject({
      roles: ['applicant'],
      target: 'decision',
    });
    expect(states['decision']?.on?.['revoke']).toMatchObject({
      guard: {
        name: 'not-the-same-officer',
        as: ['propose', 'escalate', 'record-silence'],
      },
      comment: 'required',
      issues: ['letter'],
    });
  });

  test('stops the clock while the holder has the word, who cannot take the file away', () => {
    const { states } = laidOut({ template: 'revocation-flow', warnings: 3 });
    for (const state of ['first-warning', 'third-warning', 'hearing']) {
      expect(states[state]?.clock, state).toBe('paused');
      expect(states[state]?.on, state).not.toHaveProperty('withdraw');
    }
  });

  test('asks the units that know the permit before the decision', () => {
    const { states } = laidOut({ template: 'revocation-flow', recommendedBy: [health] });
    expect(states['hearing']?.on?.['answer']?.target).toBe('technical-review');
    expect(states['technical-review']?.on?.['advise-against']?.target).toBe('decision');
    expect(states['technical-review']?.on).not.toHaveProperty('return-to-applicant');
  });

  test('warns three times at most', () => {
    expect(errorsOf({ template: 'revocation-flow', warnings: 4 })).toEqual([
      'workflow.warnings must be at most 3',
    ]);
  });
});

test('every template is a sound workflow, whatever is chosen', () => {
  const units = fc.subarray([health, environment, { unit: 'dishub' }]);
  const recommended = units.map((recommendedBy) =>
    recommendedBy.length > 0 ? { recommendedBy } : {},
  );
  const standard = fc.record({
    template: fc.constant('standard-flow'),
    stages: fc
      .subarray(stageNames.filter((stage) => stage !== 'technical-review'))
      .map((some) => ['front-desk-check', 'technical-review', ...some, 'issuing'])
      .map((some) => [...new Set(some)]),
    when: fc
      .subarray(['front-desk-check', 'technical-review', 'issuing'])
      .map((some) => Object.fromEntries(some.map((stage) => [stage, 'data.floorArea > 100']))),
  });
  const revocation = fc.record({
    template: fc.constant('revocation-flow'),
    warnings: fc.integer({ min: 0, max: 3 }),
  });
  const counter = fc.constant({ template: 'counter-flow' });
  const use = fc.oneof(fc.tuple(standard, recommended), fc.tuple(revocation, recommended), counter);
  fc.assert(
    fc.property(use, fc.constantFrom(free, dear), (one, service) => {
      const workflow: object = Array.isArray(one) ? { ...one[0], ...one[1] } : one;
      const { problems } = parseWrittenDefinition({ ...service, workflow });
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
