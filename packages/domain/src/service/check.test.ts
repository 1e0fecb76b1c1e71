import { describe, expect, test } from 'vitest';
import { samplePermit } from '../testing/sample-service.ts';
import { parseDefinition } from './parse-definition.ts';

const text = (en: string) => ({ id: en, en });
const officer = { roles: ['officer'] };

/** A definition in which nothing is wrong, with a workflow, and other parts, of the test's choosing. */
function withWorkflow(workflow: object, parts: object = {}): unknown {
  return {
    id: 'unit.service',
    kind: 'permit',
    title: text('Service'),
    unit: 'unit',
    standard: { time: { amount: 1, unit: 'working-days' } },
    workflow,
    ...parts,
  };
}

function withStates(states: object, parts: object = {}): unknown {
  return withWorkflow({ initial: 'open', states }, parts);
}

/** An action `close` on the state `open`, as it should be but for what the test changes. */
function withAction(action: object, parts: object = {}): unknown {
  const open = { on: { close: { ...officer, target: 'closed', ...action } } };
  return withStates({ open, closed: { type: 'final' } }, parts);
}

function problemsOf(input: unknown): string[] {
  return parseDefinition(input).problems.map(
    ({ severity, path, message }) =>
      `${severity === 'warning' ? 'warning: ' : ''}${path.join('.')} ${message}`,
  );
}

const open = { on: { close: { ...officer, target: 'closed' } } };
const closed = { type: 'final' };
const flag = { flag: { type: 'boolean', title: text('Flag') } };
const whenFlag = { name: 'condition', expression: 'data.flag' };

const region = (action: string, target: string) => ({
  initial: 'doing',
  states: { doing: { on: { [action]: { ...officer, target } } }, done: closed },
});
const withRegions = (a: object, b: object) =>
  withStates({
    open: { type: 'parallel', onDone: { target: 'closed' }, states: { a, b } },
    closed,
  });

const withdrawingTo = (target: string): unknown =>
  withWorkflow({
    initial: 'open',
    on: { withdraw: { roles: ['applicant'], target } },
    states: { open, closed },
  });

const problemsWhen = (expression: string) =>
  problemsOf(withAction({ guard: { name: 'condition', expression } }, { form: flag }));

test('nothing is wrong with the sample permit', () => {
  expect(problemsOf(samplePermit)).toEqual([]);
});

describe('names that a definition uses', () => {
  test('the service is named after its unit', () => {
    expect(problemsOf(withStates({ open, closed }, { id: 'other.service' }))).toEqual([
      'id begins with another unit than "unit"; name it "unit.…"',
    ]);
  });

  test('the initial state exists', () => {
    expect(problemsOf(withWorkflow({ initial: 'opn', states: { open, closed } }))).toEqual([
      'workflow.initial "opn" is no state; did you mean "open"? (known: open, closed)',
    ]);
  });

  test('a target exists, among the siblings or from the root', () => {
    expect(problemsOf(withAction({ target: 'clsed' }))).toEqual([
      'workflow.states.open.on.close.target "clsed" is no state; did you mean "closed"? (known: open, closed)',
    ]);
    expect(problemsOf(withAction({ target: '#clsed' }))).toEqual([
      'workflow.states.open.on.close.target "#clsed" is no state; did you mean "#closed"? (known: #open, #closed)',
    ]);
  });

  test('a state elsewhere in the tree is named from the root', () => {
    const inner = { initial: 'first', states: { first: { on: open.on } } };
    expect(problemsOf(withStates({ open: inner, closed }))).toEqual([
      'workflow.states.open.states.first.on.close.target "closed" is no state (known: first); ' +
        'from the root it is "#closed"',
    ]);
  });

  test('an action of the whole workflow may name a state from the root either way', () => {
    expect(problemsOf(withdrawingTo('closed'))).toEqual([]);
    expect(problemsOf(withdrawingTo('#closed'))).toEqual([]);
    expect(problemsOf(withdrawingTo('gone'))).toEqual([
      'workflow.on.withdraw.target "gone" is no state (known: open, closed)',
    ]);
  });

  test('fields, documents and actions exist', () => {
    const guard = {
      all: [
        { name: 'documents-attached', documents: ['plan'] },
        { name: 'not-the-same-officer', as: ['check'] },
      ],
    };
    expect(problemsOf(withAction({ sets: ['size'], set: { colour: 'red' }, guard }))).toEqual([
      'workflow.states.open.on.close.guard.all.0.documents.0 "plan" is no document (there are none)',
      'workflow.states.open.on.close.guard.all.1.as.0 "check" is no action (known: close)',
      'workflow.states.open.on.close.sets.0 "size" is no form field (there are none)',
      'workflow.states.open.on.close.set.colour "colour" is no form field (there are none)',
    ]);
  });
});

describe('values and expressions', () => {
  test('an expression names fields of the form and is true or false', () => {
    expect(problemsWhen('data.flag')).toEqual([]);
    expect(problemsWhen('data.flg')[0]).toMatch(
      /^workflow\.states\.open\.on\.close\.guard\.expression .*flg/,
    );
    expect(problemsWhen('1 + 1')[0]).toContain('must be true or false, but is of type int');
    expect(problemsWhen('"a".matches("(a+)+")')[0]).toContain('`matches` is not available');
  });

  test('a value that an action fixes is one of its field', () => {
    expect(problemsOf(withAction({ set: { flag: 'yes' } }, { form: flag }))[0]).toMatch(
      /^workflow\.states\.open\.on\.close\.set\.flag is no value of that field/,
    );
  });

  test('a field is either fixed by the action or given with it', () => {
    const action = { set: { flag: true }, sets: ['flag'] };
    expect(problemsOf(withAction(action, { form: flag }))).toEqual([
      'workflow.states.open.on.close.set.flag is also in `sets`, where it would be overruled; use one of them',
    ]);
  });

  test('what officers enter is required of nobody, and set by no applicant', () => {
    const verdict = {
      type: 'boolean',
      title: text('Verdict'),
      required: true,
      enteredBy: 'officer',
    };
    const action = { roles: ['applicant'], target: 'closed', sets: ['verdict'] };
    expect(problemsOf(withAction(action, { form: { verdict } }))).toEqual([
      'form.verdict.required officers enter this field, later: a form cannot require it',
      'workflow.states.open.on.close.sets.0 "verdict" is entered by officers; applicants may not set it',
    ]);
  });

  test('a number field has room between its limits, and a choice offers each option once', () => {
    const form = {
      size: { type: 'integer', title: text('Size'), min: 3, max: 2 },
      colour: { type: 'choice', title: text('Colour'), options: ['red', 'red'] },
    };
    expect(problemsOf(withStates({ open, closed }, { form }))).toEqual([
      'form.size.min is above max (2)',
      'form.colour.options names an option twice',
    ]);
  });

  test('guards hold one another only so deep', () => {
    let guard: object = { name: 'fee-paid' };
    for (let depth = 0; depth < 10; depth++) guard = { not: guard };
    expect(problemsOf(withAction({ guard }))[0]).toContain('more than 8 deep');
  });
});

describe('what one state may say', () => {
  test('inner states and their initial state belong together', () => {
    const states = {
      open: { ...open, initial: 'closed' },
      compound: { states: { a: { ...open, on: {} } } },
      lost: { initial: 'b', states: { a: {} } },
      empty: { type: 'parallel' },
      atom: { type: 'atomic', states: { a: {} } },
      closed,
    };
    expect(problemsOf(withStates(states))).toEqual([
      'workflow.states.open.initial names an inner state, but it has none; leave it out',
      'workflow.states.compound.initial is missing; name one of a',
      'workflow.states.lost.initial "b" is no inner state (known: a)',
      'workflow.states.empty.type a parallel state needs inner states',
      'workflow.states.atom.states a state of type atomic has no inner states',
    ]);
  });

  test('a parallel state enters all its regions, so none is initial', () => {
    const parallel = { type: 'parallel', initial: 'a', states: { a: open } };
    expect(problemsOf(withStates({ open: parallel, closed }))[0]).toBe(
      'workflow.states.open.initial names an inner state, but all regions of a parallel state are entered; leave it out',
    );
  });

  test('a final state is followed by nothing, and only the last of all has an outcome', () => {
    const states = {
      open: {
        initial: 'first',
        onDone: { target: 'closed' },
        states: {
          first: { on: { next: { ...officer, target: 'second' } } },
          second: { type: 'final', outcome: 'granted' },
        },
      },
      closed: { ...closed, on: open.on, always: { target: 'open' }, onDone: { target: 'open' } },
    };
    expect(problemsOf(withStates(states))).toEqual([
      'workflow.states.open.states.second.outcome only a final state that lies in no other state ends an application and has an outcome',
      'workflow.states.closed.onDone only a state with inner states can be done',
      'workflow.states.closed.on nothing follows a final state',
      'workflow.states.closed.always nothing follows a final state',
    ]);
  });

  test('states lie only so deep in one another that their paths fit an event', () => {
    let state: object = open;
    for (let depth = 0; depth < 7; depth++) state = { initial: 'inner', states: { inner: state } };
    expect(problemsOf(withStates({ open: state, closed }))[0]).toContain('more than 6 states deep');
  });

  test('a move after one without a guard is never tried', () => {
    const branches = [{ target: 'closed' }, { target: 'open', guard: whenFlag }];
    expect(problemsOf(withAction({ target: undefined, branches }, { form: flag }))).toEqual([
      'workflow.states.open.on.close.branches.1 is never tried: the move before it has no guard',
    ]);
  });
});

describe('actions of states that are active together', () => {
  test('an inner state does not define an action of the states around it', () => {
    const inner = { initial: 'a', on: { shut: { ...officer, target: 'closed' } } };
    const states = { a: { on: { shut: { ...officer, target: '#closed' } } } };
    expect(problemsOf(withStates({ open: { ...inner, states }, closed }))).toEqual([
      'workflow.states.open.states.a.on.shut is also defined in "open"; give one of them another name',
    ]);
  });

  test('a state does not define an action of the whole workflow', () => {
    const on = { close: { ...officer, target: 'closed' } };
    expect(problemsOf(withWorkflow({ initial: 'open', on, states: { open, closed } }))).toEqual([
      'workflow.states.open.on.close is also defined for the whole workflow; give one of them another name',
    ]);
  });

  test('regions of a parallel state name their actions apart', () => {
    expect(problemsOf(withRegions(region('approve', 'done'), region('approve', 'done')))).toEqual([
      'workflow.states.open.states.b.states.doing.on.approve is also an action of the parallel region "a"; name it after its region',
    ]);
  });

  test('no action leads from one region into another', () => {
    const b = region('approve-b', '#open.a.done');
    expect(problemsOf(withRegions(region('approve-a', 'done'), b))[0]).toMatch(
      /^workflow\.states\.open\.states\.b\.states\.doing\.on\.approve-b leads into another region of "open"/,
    );
  });
});

describe('where files can go', () => {
  test('every state is reached', () => {
    expect(problemsOf(withStates({ open, orphan: open, closed }))).toEqual([
      'workflow.states.orphan cannot be reached: nothing leads to it',
    ]);
  });

  test('entering one region of a parallel state reaches the others', () => {
    const states = {
      open: { on: { begin: { ...officer, target: '#both.a.first' } } },
      both: {
        type: 'parallel',
        states: {
          a: {
            initial: 'first',
            states: { first: { on: { shut: { ...officer, target: '#closed' } } } },
          },
          b: {},
        },
      },
      closed,
    };
    expect(problemsOf(withStates(states))).toEqual([]);
  });

  test('an application can end', () => {
    const loop = { on: { again: { ...officer, target: 'open' } } };
    expect(problemsOf(withStates({ open: loop }))).toEqual([
      'workflow.states no final state can be reached: an application would never end',
    ]);
  });

  test('no state is a dead end', () => {
    const states = {
      open: { on: { ...open.on, park: { ...officer, target: 'parked' } } },
      parked: { on: { look: officer } },
      closed,
    };
    expect(problemsOf(withStates(states))).toEqual([
      'workflow.states.parked a file that got here can never end: add an action that leads on',
    ]);
  });

  test('an inner end that leads nowhere is a dead end too', () => {
    const inner = {
      initial: 'a',
      states: { a: { on: { ready: { ...officer, target: 'b' } } }, b: closed },
    };
    const states = {
      open: { on: { ...open.on, inspect: { ...officer, target: 'inner' } } },
      inner,
      closed,
    };
    expect(problemsOf(withStates(states))).toEqual([
      'workflow.states.inner.states.a a file that got here can never end: add an action that leads on',
      'workflow.states.inner.states.b a file that got here can never end: add an action that leads on',
    ]);
  });

  test('`onDone` needs an end to follow', () => {
    const inner = {
      initial: 'a',
      onDone: { target: 'closed' },
      states: { a: { on: { shut: { ...officer, target: '#closed' } } } },
    };
    expect(problemsOf(withStates({ open: inner, closed }))).toEqual([
      'workflow.states.open.onDone never follows: no inner state is final',
    ]);
    const parallel = {
      type: 'parallel',
      onDone: { target: 'closed' },
      states: { a: inner.states.a, b: closed },
    };
    expect(problemsOf(withStates({ open: parallel, closed }))).toEqual([
      'workflow.states.open.onDone never follows: not every region comes to a final state',
    ]);
  });

  test('an application does not end before anybody has acted', () => {
    const states = {
      open: { always: [{ target: 'closed', guard: whenFlag }, { target: 'checking' }] },
      checking: open,
      closed,
    };
    expect(problemsOf(withStates(states, { form: flag }))).toEqual([
      'workflow.initial leads to the final state "closed" without anybody acting; begin where somebody acts',
    ]);
  });

  test('guards that all refuse do not leave a file stuck', () => {
    const states = {
      open: { on: { decide: { ...officer, target: 'route' } } },
      route: { always: { target: 'closed', guard: whenFlag } },
      closed,
    };
    expect(problemsOf(withStates(states, { form: flag }))).toEqual([
      'workflow.states.route.always leaves the file stuck when no guard is met; end with a move that has no guard',
    ]);
  });

  test('nothing moves for ever by itself', () => {
    const states = {
      open: { on: { ...open.on, decide: { ...officer, target: 'here' } } },
      here: { always: [{ target: 'there', guard: whenFlag }, { target: 'closed' }] },
      there: { always: { target: 'here' } },
      closed,
    };
    expect(problemsOf(withStates(states, { form: flag }))).toEqual([
      'workflow.states.here.always leads back here without anybody acting',
      'workflow.states.there.always leads back here without anybody acting',
    ]);
  });

  test('nor by coming to an inner end again and again', () => {
    const inner = {
      initial: 'a',
      onDone: { target: '#open.b' },
      states: {
        a: { on: { ready: { ...officer, target: 'b' }, shut: { ...officer, target: '#closed' } } },
        b: closed,
      },
    };
    expect(problemsOf(withStates({ open: inner, closed }))).toContain(
      'workflow.states.open.onDone leads back here without anybody acting',
    );
  });
});

describe('a guard that some file meets is not doubted', () => {
  const fields = (type: string, ...names: string[]) => ({
    form: Object.fromEntries(names.map((name) => [name, { type, title: text(name) }])),
  });

  test.each([
    ['of a number between two', 'data.n > 0.1 && data.n < 0.2', fields('number', 'n')],
    [
      'but not in the middle',
      'data.n > 1.0 && data.n < 1.5 && data.n != 1.25',
      fields('number', 'n'),
    ],
    ['with an exponent', 'data.n > 2e3', fields('number', 'n')],
    ['in hexadecimal', 'data.n == 0x1F', fields('integer', 'n')],
    [
      'of whole numbers in order',
      'data.a < data.b && data.b < data.c && data.c < data.d',
      fields('integer', 'a', 'b', 'c', 'd'),
    ],
    ['of dates in order', 'data.a < data.b && data.b < data.c', fields('date', 'a', 'b', 'c')],
    [
      'of texts in order',
      '"k" < data.a && data.a < data.b && data.b < "l"',
      fields('text', 'a', 'b'),
    ],
  ])('%s', (_, expression, parts) => {
    expect(problemsOf(withAction({ guard: { name: 'condition', expression } }, parts))).toEqual([]);
  });

  test.each([
    ['data.n > 0.2 && data.n < 0.1', fields('number', 'n')],
    ['data.n > 1 && data.n < 2', fields('integer', 'n')],
    ['data.a < data.b && data.b < data.c && data.c < data.a', fields('integer', 'a', 'b', 'c')],
  ])('but one that none meets is: %s', (expression, parts) => {
    expect(problemsOf(withAction({ guard: { name: 'condition', expression } }, parts))).toEqual([
      'workflow.states.open.on.close.guard is never met, whatever the application holds',
    ]);
  });
});

test('what is no move, and no type of a state, is told with what it may be', () => {
  const states = { open: { ...open, onDone: 'closed' }, closed: { type: 'finl' } };
  expect(problemsOf(withStates(states))).toEqual([
    'workflow.states.open.onDone must be a move, like `{ target: decision }`, or a list of moves',
    'workflow.states.closed.type must be atomic, compound, parallel or final; did you mean "final"?',
  ]);
});

test('officers who differ by an abbreviation are told apart', () => {
  const judging = { judge: { roles: ['jd-field'] }, view: { roles: ['je-field'] } };
  const twice = { close: { roles: ['je-field'], target: 'closed' } };
  expect(problemsOf(withStates({ open: { on: { ...judging, ...twice } }, closed }))).toEqual([]);
});

test('among hundreds of names nobody says which is a slip', () => {
  const of = (count: number) => ({
    close: {
      roles: Array.from({ length: count }, (_, index) => `officer-${index}-of-${index + 1}th`),
      target: 'closed',
    },
    view: { roles: ['officer', 'oficer'] },
    judge: { roles: ['officer'] },
  });
  expect(problemsOf(withStates({ open: { on: of(10) }, closed }))).toContainEqual(
    expect.stringContaining('"oficer" is used only here'),
  );
  expect(problemsOf(withStates({ open: { on: of(600) }, closed }))).toEqual([]);
});

describe('clocks, papers and fees', () => {
  test('the promised time begins somewhere', () => {
    expect(problemsOf(withStates({ open: { ...open, clock: 'stopped' }, closed }))).toEqual([
      'workflow.states the promised time never begins: no state has `clock: running`',
    ]);
  });

  test('a standard belongs to a state without inner states, whose clock runs', () => {
    const standard = { amount: 1, unit: 'working-days' };
    const states = {
      open: {
        standard,
        initial: 'a',
        states: { a: { on: { wait: { ...officer, target: '#waiting' } } } },
      },
      waiting: { ...open, clock: 'paused', standard },
      closed,
    };
    expect(problemsOf(withStates(states))).toEqual([
      'workflow.states.open.standard is never counted: the file is in the inner states; give it to one of them',
      'warning: workflow.states.waiting.standard is never counted: the clock is paused here',
    ]);
  });

  test('papers to be verified have somebody who verifies them', () => {
    const guard = { name: 'requirements-verified' };
    const documents = { plan: { title: text('Plan'), attachedBy: ['officer'] } };
    expect(problemsOf(withAction({ guard }, { documents }))).toEqual([
      'workflow.states.open.on.close.guard is never met: nobody verifies plan; name roles in `verifiedBy` there',
    ]);
  });

  test('papers and fees are handled by roles that act somewhere', () => {
    const documents = { plan: { title: text('Plan'), verifiedBy: ['verifier'] } };
    const fee = { kind: 'assessed', assessedBy: ['assessor'], receivedBy: ['cashier'] };
    expect(problemsOf(withAction({ guard: { name: 'fee-paid' } }, { documents, fee }))).toEqual([
      'warning: documents.plan.attachedBy nobody hands it in: applicant may take no action in any state',
      'warning: documents.plan.verifiedBy nobody verifies it: verifier may take no action in any state',
      'warning: fee.assessedBy nobody assesses it: assessor may take no action in any state',
    ]);
  });

  test('a fee is waited for, and nobody waits for none', () => {
    const fee = { kind: 'fixed', amount: 30_000, receivedBy: ['cashier'] };
    expect(problemsOf(withStates({ open, closed }, { fee }))).toEqual([
      'warning: fee nothing waits for the payment: give an action the guard `fee-paid`',
    ]);
    expect(problemsOf(withAction({ guard: { name: 'fee-paid' } }))).toEqual([
      'warning: workflow.states.open.on.close.guard is always met: the service is free',
    ]);
  });

  test('applicants do not record their own payments', () => {
    const fee = { kind: 'fixed', amount: 30_000, receivedBy: ['applicant'] };
    expect(problemsOf(withAction({ guard: { name: 'fee-paid' } }, { fee }))).toEqual([
      'fee.receivedBy applicants cannot record that they have paid',
    ]);
  });

  test('a guard on documents asks for some', () => {
    expect(problemsOf(withAction({ guard: { name: 'documents-attached' } }))).toEqual([
      'warning: workflow.states.open.on.close.guard is always met: no document is required; name some in `documents`',
    ]);
  });

  test('warnings do not keep a definition from being published', () => {
    expect(parseDefinition(withAction({ guard: { name: 'fee-paid' } })).definition).toBeDefined();
  });
});

describe('whatever else is wrong is told in the same go', () => {
  const lonely = { lonely: { on: { go: { ...officer, target: 'closed' } } } };
  const form = {
    verdict: { type: 'choice', title: text('Verdict'), options: ['good', 'bad'] },
  };
  const states = (close: object) => ({ open: { on: { close: { ...officer, ...close } } }, closed });

  test.each<[string, unknown, string[]]>([
    [
      'a value that is none, and a state that is none',
      withStates({ open: { clock: 'pausing', ...states({ target: 'closd' }).open }, closed }),
      ['workflow.states.open.clock', 'workflow.states.open.on.close.target'],
    ],
    [
      'a state that is none, and one that nothing leads to',
      withStates({ ...states({ target: 'closd' }), ...lonely }),
      ['workflow.states.open.on.close.target', 'workflow.states.lonely'],
    ],
    [
      'a text that is missing, a field that is none, and a guard that nobody meets',
      withStates(
        {
          open: {
            on: {
              close: {
                ...officer,
                target: 'closed',
                guard: { name: 'condition', expression: 'data.verdict == "fine"' },
              },
              judge: { ...officer, sets: ['verdit'] },
            },
          },
          closed,
        },
        { form, title: { id: 'Izin' } },
      ),
      ['title.en', 'workflow.states.open.on.judge.sets.0', 'workflow.states.open.on.close.guard'],
    ],
    [
      'a kind of time that is none, and an initial state that is none',
      withWorkflow(
        { initial: 'opn', states: { ...states({ target: 'closed' }), ...lonely } },
        { standard: { time: { amount: 1, unit: 'workdays' } } },
      ),
      ['standard.time.unit', 'workflow.initial', 'workflow.states.lonely'],
    ],
    [
      'keys, roles and outputs',
      withStates(states({ taget: 'closed', roles: ['unit-administrator'], issues: ['licence'] }), {
        kind: 'licence',
      }),
      [
        'kind',
        'workflow.states.open.on.close.taget',
        'workflow.states.open.on.close.roles',
        'workflow.states.open.on.close.issues.0',
      ],
    ],
  ])('%s', (_, input, expected) => {
    const { definition, problems } = parseDefinition(input);
    expect(problems.map(({ path }) => path.join('.'))).toEqual(expected);
    expect(definition).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    [
      'states that are no map',
      withWorkflow({ initial: 'open', states: ['open'] }),
      'workflow.states',
    ],
    ['the unit, with which the id begins', withStates({ open, closed }, { unit: 'Unit' }), 'unit'],
    [
      'the promised time, which a step exceeds',
      withStates(
        { open: { ...open, standard: { amount: 3, unit: 'working-days' } }, closed },
        { standard: { time: { amount: 0, unit: 'working-days' } } },
      ),
      'standard.time.amount',
    ],
    [
      'the type of a field on which a condition depends',
      withAction(
        { guard: { name: 'condition', expression: 'data.flag' } },
        { form: { flag: { type: 'bit', title: text('Flag') } } },
      ),
      'form.flag.type',
    ],
    [
      'the roles of an action, without which nobody receives the papers',
      withStates(
        { open: { on: { close: { target: 'closed' } } }, closed },
        { documents: { plan: { title: text('Plan'), attachedBy: ['officer'] } } },
      ),
      'workflow.states.open.on.close.roles',
    ],
    [
      'the guard that waits for the payment',
      withAction(
        { guard: { name: 'fee-payed' } },
        { fee: { kind: 'fixed', amount: 1, receivedBy: ['officer'] } },
      ),
      'workflow.states.open.on.close.guard',
    ],
  ])('and nothing that only follows from it: %s', (_, input, expected) => {
    const { problems } = parseDefinition(input);
    const errors = new Set(problems.map(({ path }) => path.join('.')));
    expect([...errors]).toEqual([expected]);
  });
});
