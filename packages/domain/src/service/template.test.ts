import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samplePermit } from '../testing/sample-service.ts';
import { definitionDigest } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';
import { parseWrittenDefinition } from './template.ts';
import { stageNames } from './templates/stages.ts';

const title = { id: 'Dokumen', en: 'Document' };
const outputs = { 'permit-card': { title }, plaque: { title } };
const written = (workflow: object) => ({ ...samplePermit, outputs, workflow });
const use = { template: 'standard-flow' };

function laidOut(workflow: object) {
  const { definition, problems } = parseWrittenDefinition(written({ ...use, ...workflow }));
  if (!definition) throw new Error(JSON.stringify(problems));
  return definition.workflow;
}

const errorsOf = (workflow: object) =>
  parseWrittenDefinition(written(workflow))
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${path.join('.')} ${message}`);

describe('the standard flow', () => {
  test('leads from the front desk to the collection desk', () => {
    const { initial, states } = laidOut({});
    expect(initial).toBe('preparing');
    expect(Object.keys(states)).toEqual([
      'preparing',
      ...stageNames.filter((stage) => stage !== 'inspection'),
      'returned',
      'granted',
      'rejected',
      'withdrawn',
    ]);
    expect(states['ready-for-collection']?.on?.['hand-over']?.target).toBe('granted');
  });

  test('links the stages that are chosen, in their order', () => {
    const { states } = laidOut({ stages: ['front-desk-check', 'payment', 'decision'] });
    expect(states['front-desk-check']?.on?.['accept']?.target).toBe('payment');
    expect(states['payment']?.on?.['confirm-payment']?.target).toBe('decision');
    expect(states['decision']?.on?.['approve']?.target).toBe('granted');
  });

  test('lets nobody decide who handled the file before', () => {
    const { states } = laidOut({ stages: ['front-desk-check', 'technical-review', 'decision'] });
    expect(states['decision']?.on?.['approve']?.guard).toEqual({
      name: 'not-the-same-officer',
      as: ['accept', 'recommend', 'advise-against'],
    });
  });

  test('lets the applicant correct the form of a file that came back, and nothing of the officers', () => {
    const { states } = laidOut({});
    expect(states['returned']?.on?.['resubmit']?.sets).toEqual(['address', 'floorArea']);
    expect(states['preparing']?.on?.['submit']?.sets).toEqual([]);
  });

  test('asks for no payment before somebody has said what is to be paid', () => {
    const waiting = laidOut({ stages: ['verification', 'payment', 'decision'] });
    expect(waiting.states['verification']?.on?.['verify']?.guard).toEqual({ name: 'fee-assessed' });
    expect(waiting.states['verification']?.on?.['return-to-applicant']?.guard).toBeUndefined();
    const { definition } = parseWrittenDefinition({
      ...written({ ...use, stages: ['verification', 'payment'] }),
      fee: { kind: 'fixed', amount: 1000, receivedBy: ['cashier'] },
    });
    const { states = {} } = definition?.workflow ?? {};
    expect(states['verification']?.on?.['verify']?.guard).toBeUndefined();
  });

  const issuingSteps = ({ states }: ReturnType<typeof laidOut>) =>
    Object.entries(states).flatMap(([state, { on }]) =>
      Object.entries(on ?? {})
        .filter(([, { issues }]) => issues)
        .map(([action, { issues = [] }]) => `${state}/${action}: ${issues.join(', ')}`),
    );

  test.each([
    [undefined, 'issuing/issue'],
    [['decision', 'payment', 'ready-for-collection'], 'payment/confirm-payment'],
    [['payment', 'decision', 'ready-for-collection'], 'decision/approve'],
    [['front-desk-check'], 'front-desk-check/accept'],
  ])('issues what the service produces with the step before it is collected: %s', (stages, at) => {
    expect(issuingSteps(laidOut({ stages }))).toEqual([`${at}: permit-card, plaque`]);
  });

  test('leaves out what an adjustment issues', () => {
    const states = { decision: { on: { reject: { issues: ['plaque'] } } } };
    expect(issuingSteps(laidOut({ states }))).toEqual([
      'decision/reject: plaque',
      'issuing/issue: permit-card',
    ]);
  });

  test('is a sound workflow whichever stages are chosen', () => {
    const choice = fc.shuffledSubarray([...stageNames], { minLength: 1 });
    fc.assert(
      fc.property(choice, (stages) => {
        // A service whose file never lies at an office makes no promise.
        const idle = stages.every((stage) => ['payment', 'ready-for-collection'].includes(stage));
        expect(errorsOf({ ...use, stages })).toHaveLength(idle ? 1 : 0);
      }),
    );
  });
});

test('asks for nothing that the service does not have', () => {
  const read = (changes: object) => parseWrittenDefinition({ ...written(use), ...changes });
  const free = read({ documents: {}, fee: { kind: 'free' } });
  expect(free.problems).toEqual([]);
  expect(free.definition?.workflow.states).not.toHaveProperty('payment');
  expect(free.definition?.workflow.states['preparing']?.on?.['submit']).not.toHaveProperty('guard');
  const dear = read({ fee: { kind: 'fixed', amount: 1, receivedBy: ['cashier'] } });
  expect(dear.problems).toEqual([]);
  expect(dear.definition?.workflow.states).toHaveProperty('payment');
  expect(dear.definition?.workflow.states['preparing']?.on?.['submit']).toHaveProperty('guard');
});

describe('what differs', () => {
  test('replaces, adds and takes out, and leaves the rest', () => {
    const standard = { amount: 3, unit: 'working-days' };
    const { states } = laidOut({
      states: {
        verification: { unit: 'dinas-kesehatan', standard, on: { withdraw: null } },
        issuing: { on: { 'send-back': { roles: ['verifier'], target: 'decision' } } },
      },
    });
    expect(states['verification']).toMatchObject({ unit: 'dinas-kesehatan', standard });
    expect(Object.keys(states['verification']?.on ?? {})).toEqual([
      'verify',
      'return-to-applicant',
    ]);
    expect(Object.keys(states['issuing']?.on ?? {})).toEqual(['issue', 'send-back']);
    expect(states['issuing']?.title).toEqual({ id: 'Penerbitan', en: 'Issuing' });
  });

  test('replaces a guard as a whole', () => {
    const guard = { all: [{ name: 'requirements-verified' }, { name: 'fee-paid' }] };
    const { states } = laidOut({ states: { 'front-desk-check': { on: { accept: { guard } } } } });
    expect(states['front-desk-check']?.on?.['accept']?.guard).toEqual(guard);
  });

  test('is judged where it stands', () => {
    expect(
      errorsOf({ ...use, states: { decision: { on: { approve: { target: 'isuing' } } } } }),
    ).toEqual([
      expect.stringMatching(
        /^workflow\.states\.decision\.on\.approve\.target "isuing" is no state/,
      ),
      // Taken for `issuing`, it passes the payment by.
      'workflow.states.payment cannot be reached: nothing leads to it',
    ]);
    expect(errorsOf({ ...use, states: { decision: { colour: 'red' } } })).toEqual([
      'workflow.states.decision.colour is no known key here',
    ]);
  });
});

describe('what is wrong beside the parameters of a template is told with them', () => {
  test('as far as the file itself says it', () => {
    const stages = ['front-desk-check', 'inspektion', 'decision'];
    const states = { decisoin: { clock: 'paused' } };
    const { problems } = parseWrittenDefinition({
      ...written({ ...use, stages, states }),
      kind: 'permits',
    });
    expect(problems.map(({ path }) => path.join('.'))).toEqual([
      'workflow.stages.1',
      'kind',
      'workflow.states.decisoin',
    ]);
    expect(
      errorsOf({ ...use, stages: ['decision'], when: { inspection: 'true' }, states }),
    ).toEqual([
      expect.stringMatching(/^workflow\.when\.inspection "inspection" is not among the stages/),
      'workflow.states.decisoin cannot be reached: nothing leads to it; did you mean "decision"?',
    ]);
  });

  test('with the action of the template that was probably meant', () => {
    const states = { decision: { on: { aprove: { comment: 'required' } } } };
    expect(errorsOf({ ...use, states })).toEqual([
      'workflow.states.decision.on.aprove.roles is missing: a list; did you mean "approve"?',
    ]);
  });

  test('but for its workflow, where nobody knows the template', () => {
    const { problems } = parseWrittenDefinition({
      ...written({ template: 'standard', states: { decisoin: {} } }),
      kind: 'permits',
    });
    expect(problems.map(({ path }) => path.join('.'))).toEqual(['workflow.template', 'kind']);
  });

  test('a condition of `when` where it is written, once', () => {
    const when = { inspection: 'data.nothing > 5', decision: 'true == 1' };
    const stages = ['front-desk-check', 'inspection', 'decision'];
    expect(errorsOf({ ...use, stages, when })).toEqual([
      expect.stringMatching(/^workflow\.when\.inspection "nothing" is no form field/),
      expect.stringMatching(/^workflow\.when\.decision /),
    ]);
  });
});

test('what is laid out is an ordinary definition, with the digest of one written in full', () => {
  const { definition } = parseWrittenDefinition(written({ ...use, stages: ['front-desk-check'] }));
  const inFull = parseDefinition(definition).definition;
  expect(definition?.workflow).not.toHaveProperty('template');
  expect(inFull).toEqual(definition);
  expect(inFull && definitionDigest(inFull)).toBe(definition && definitionDigest(definition));
});

test('a definition without a template is read as it is', () => {
  expect(parseWrittenDefinition(samplePermit)).toEqual(parseDefinition(samplePermit));
  expect(parseWrittenDefinition(7)).toEqual(parseDefinition(7));
});

test('a template that there is not, and stages that cannot be, are named', () => {
  expect(errorsOf({ template: 'standard' })).toEqual([
    'workflow.template must be standard-flow or counter-flow or revocation-flow, not "standard"',
  ]);
  expect(errorsOf({ ...use, stages: ['decision', 'decision'] })).toEqual([
    'workflow.stages names a stage twice',
  ]);
  expect(errorsOf({ ...use, stages: ['review'] })).toEqual([
    expect.stringMatching(/^workflow\.stages\.0 must be front-desk-check or verification or /),
  ]);
});

test('keys that objects inherit stay keys', () => {
  const states = JSON.parse('{ "__proto__": { "type": "final" }, "constructor": {} }') as object;
  expect(errorsOf({ ...use, states })).toEqual([
    expect.stringMatching(/^workflow\.states\.constructor as a name /),
  ]);
  expect(({} as { type?: string }).type).toBeUndefined();
});
