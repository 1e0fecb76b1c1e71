import { describe, expect, test } from 'vitest';
import { samplePermit } from '../testing/sample-service.ts';
import { definitionDigest, serviceDefinition } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';
import { excludedFromWorkflow } from './workflow.ts';

type Writable = Record<string, unknown>;

/** The sample permit with changes at places of its document; undefined takes a key out. */
function sampleWith(changes: Record<string, unknown>): unknown {
  const document = structuredClone(samplePermit) as unknown as Writable;
  for (const [place, value] of Object.entries(changes)) {
    const keys = place.split('/');
    const last = keys.pop() ?? '';
    const holder = keys.reduce((inner, key) => inner[key] as Writable, document);
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
  }
  return document;
}

function problemsWith(changes: Record<string, unknown>): string[] {
  return parseDefinition(sampleWith(changes)).problems.map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );
}

const problemsOfGuard = (guard: unknown) =>
  problemsWith({ 'workflow/states/intake/on/accept/guard': guard }).map((problem) =>
    problem.replace('workflow.states.intake.on.accept.', ''),
  );

describe('what XState offers and a definition may not use', () => {
  const ofStates = ['after', 'delay', 'invoke', 'spawn', 'entry', 'exit', 'history', 'output'];
  test.each([...ofStates, 'activities', 'context'])('`%s` of a state', (key) => {
    expect(problemsWith({ [`workflow/states/intake/${key}`]: {} })).toEqual([
      `workflow.states.intake.${key} is not allowed: ${excludedFromWorkflow[key]}`,
    ]);
  });

  test.each(['actions', 'assign', 'delay'])('`%s` of an action', (key) => {
    expect(problemsWith({ [`workflow/states/intake/on/accept/${key}`]: [] })).toEqual([
      `workflow.states.intake.on.accept.${key} is not allowed: ${excludedFromWorkflow[key]}`,
    ]);
  });

  test.each(['context', 'invoke', 'after'])('`%s` of the whole workflow', (key) => {
    expect(problemsWith({ [`workflow/${key}`]: {} })).toEqual([
      `workflow.${key} is not allowed: ${excludedFromWorkflow[key]}`,
    ]);
  });

  test('every exclusion is tried here', () => {
    const tried = [...ofStates, 'activities', 'context', 'actions', 'assign'];
    expect(tried.toSorted()).toEqual(Object.keys(excludedFromWorkflow).toSorted());
  });

  test('history states', () => {
    expect(problemsWith({ 'workflow/states/intake/type': 'history' })).toEqual([
      `workflow.states.intake.type history states are not allowed: ${excludedFromWorkflow['history']}`,
    ]);
  });

  test('a key of that name outside the workflow is only not known', () => {
    expect(problemsWith({ after: {} })).toEqual(['after is no known key here']);
  });
});

describe('everything that is wrong is said at once, and each says the way out', () => {
  test('missing, of the wrong kind, out of range, of no known choice', () => {
    const problems = problemsWith({
      'title/en': undefined,
      'standard/time/amount': 0,
      'standard/time/unit': 'days',
      unit: 7,
      'form/floorArea/type': 'float',
      'fee/kind': 'gratis',
      'workflow/states/intake/on/accept/roles': [],
      'workflow/states/decision/on/approve/target': 'Issued!',
    });
    expect(problems).toEqual([
      'title.en is missing: a text',
      'unit must be a text, not 7',
      'standard.time.amount must be at least 1',
      'standard.time.unit must be working-days or calendar-days or working-hours or working-minutes or hours or minutes, not "days"',
      'form.floorArea.type must be text or integer or number or rupiah or boolean or date or choice, not "float"',
      'fee.kind must be free or fixed or table or assessed, not "gratis"',
      'workflow.states.intake.on.accept.roles name at least one role that may take this action',
      'workflow.states.decision.on.approve.target must name a sibling state ("verification") or a state from the root ("#review.health")',
      'workflow.states.decision.on.approve.branches has both a target and branches; use one of them',
    ]);
  });

  test('what is wrong behind an unknown key', () => {
    expect(problemsWith({ colour: 'red', 'workflow/initial': 'preparation' })).toEqual([
      'colour is no known key here',
      expect.stringMatching(/^workflow\.initial "preparation" is no state \(known: preparing/),
    ]);
  });

  test.each(['Field', 'two words', 'constructor', 'hasOwnProperty'])(
    '`%s` is no name for a state',
    (name) => {
      const [problem] = problemsWith({ [`workflow/states/${name}`]: { type: 'final' } });
      expect(problem).toContain(`workflow.states.${name} as a name `);
    },
  );
});

describe('what is wrong inside a guard is said of the guard that was meant', () => {
  test('an unknown guard names those that there are', () => {
    expect(problemsOfGuard({ name: 'paid' })).toEqual([
      expect.stringMatching(/^guard is no known guard; use documents-attached, /),
    ]);
    expect(problemsOfGuard('fee-paid')).toEqual([
      expect.stringMatching(/^guard is no known guard/),
    ]);
  });

  test('a parameter is missing or not known', () => {
    expect(problemsOfGuard({ name: 'not-the-same-officer' })).toEqual([
      'guard.as is missing: a list',
    ]);
    expect(problemsOfGuard({ name: 'fee-paid', amount: 3 })).toEqual([
      'guard.amount is no known key here',
    ]);
  });

  test('however deep it lies', () => {
    const guard = {
      all: [{ name: 'fee-paid' }, { any: [{ not: { nam: 'x' } }, { name: 'condition' }] }],
    };
    expect(problemsOfGuard(guard)).toEqual([
      expect.stringMatching(/^guard\.all\.1\.any\.0\.not is no known guard/),
      'guard.all.1.any.1.expression is missing: a text',
    ]);
  });
});

test('a document nested beyond reason is refused, not a fault', () => {
  let guard: unknown = { name: 'fee-paid' };
  for (let depth = 0; depth < 100_000; depth++) guard = { not: guard };
  const document = {
    ...samplePermit,
    workflow: { initial: 'a', states: { a: { on: { b: { guard } } } } },
  };
  expect(parseDefinition(document).problems).toEqual([
    { path: [], message: 'is nested too deep', severity: 'error' },
  ]);
});

test('the digest is the content’s: the order of keys does not change it, a value does', () => {
  const definition = serviceDefinition.parse(samplePermit);
  const reordered = Object.fromEntries(Object.entries(definition).toReversed());
  expect(definitionDigest(serviceDefinition.parse(reordered))).toBe(definitionDigest(definition));
  const dearer = { ...definition, standard: { ...definition.standard, warnAt: 0.9 } };
  expect(definitionDigest(dearer)).not.toBe(definitionDigest(definition));
});
