import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDefinition, type ServiceDefinition } from '@satu-atap/domain';
import { importDigit, type ImportedService } from './import-digit.ts';

type Json = Record<string, unknown>;

const action = (name: string, nextState: string | null, more: Json = {}): Json => ({
  action: name,
  nextState,
  roles: ['CITIZEN', 'CLERK'],
  ...more,
});
const state = (name: string | null, actions: Json[] | null, more: Json = {}): Json => ({
  state: name,
  actions,
  isStartState: false,
  isTerminateState: false,
  ...more,
});
const start = state(null, [action('INITIATE', 'APPLIED')], { isStartState: true });
const applied = state('APPLIED', [action('APPROVE', 'DONE', { roles: ['APPROVER'] })]);
const ofApplied = [action('APPROVE', 'DONE')];
const endless = state('ENDLESS', [action('AGAIN', 'ENDLESS')]);
const done = state('DONE', null, { isTerminateState: true });

function service(more: Json = {}): Json {
  return {
    businessService: 'TEST',
    business: 'tl-services',
    businessServiceSla: 172_800_000,
    states: [start, applied, done],
    ...more,
  };
}

const withStates = (...states: Json[]): Json => service({ states });

function importText(text: string, unit?: string) {
  const result = importDigit(text, 'test.json', unit);
  if ('reason' in result) throw new Error(result.reason);
  return result;
}

/** The one service of the file, its definition read back from the YAML that would be written. */
function imported(one: Json, unit?: string): ImportedService & { definition: ServiceDefinition } {
  const [result] = importText(JSON.stringify({ BusinessServices: [one] }), unit).services;
  if (!result || 'faults' in result) throw new Error(`refused: ${JSON.stringify(result)}`);
  const { definition, problems } = parseDefinition(parse(result.yaml));
  expect(problems).toEqual([]);
  if (!definition) throw new Error('no definition');
  return { ...result, definition };
}

function reasonAgainst(one: Json): string {
  const [result] = importText(JSON.stringify({ BusinessServices: [one] })).services;
  if (!result || !('faults' in result)) throw new Error('was imported');
  return result.faults.map(({ message }) => message).join('; ');
}

describe('an ordinary workflow', () => {
  test('keeps its states, actions, roles and times under names of ours', () => {
    const { definition } = imported(
      withStates(
        start,
        state('APPLIED', [action('VERIFY_AND_FORWARD', 'FIELDINSPECTION')], { sla: 43_200_000 }),
        state('FIELDINSPECTION', [action('SENDBACK', 'APPLIED'), action('APPROVE', 'DONE')]),
        done,
      ),
    );
    expect(definition).toMatchObject({
      id: 'tl-services.test',
      unit: 'tl-services',
      standard: { time: { amount: 48, unit: 'hours' } },
      submittedBy: ['applicant', 'clerk'],
      workflow: {
        initial: 'applied',
        states: {
          applied: {
            standard: { amount: 12, unit: 'hours' },
            on: {
              'verify-and-forward': { target: 'fieldinspection', roles: ['applicant', 'clerk'] },
            },
          },
          fieldinspection: { on: { sendback: { target: 'applied' }, approve: { target: 'done' } } },
          done: { type: 'final', outcome: 'done' },
        },
      },
    });
  });

  test('says at the head of the file where it is from, what was decided and what is left out', () => {
    const { yaml, report } = imported(service({ tenantId: 'pb' }));
    expect(yaml).toMatch(/^# Imported from test\.json, a DIGIT workflow definition\.\n/);
    expect(yaml).toContain('# Decided:');
    expect(yaml).toContain('    # DIGIT: APPLIED\n    applied:');
    expect(report.decided).toContain(
      'The start, before an application exists, with its action INITIATE, is the submission: applications begin in APPLIED (line 1).',
    );
    expect(report.notCarried).toContain('tenantId pb: offices take the place of tenants.');
  });

  test('belongs to the unit that is named, or to its business', () => {
    expect(imported(service({ business: 'fireNoc' })).definition.unit).toBe('fire-noc');
    expect(imported(service(), 'dpmptsp').definition.id).toBe('dpmptsp.test');
    expect(reasonAgainst(service({ business: null }))).toContain('name the unit with --unit');
  });
});

describe('the start', () => {
  test('may have the empty name', () => {
    const { definition } = imported(withStates({ ...start, state: '' }, applied, done));
    expect(definition.workflow.initial).toBe('applied');
  });

  test('with a choice is a state, in which the clock has not begun', () => {
    const choice = state(
      null,
      [action('CREATE', 'APPLIED', { roles: ['CITIZEN'] }), action('SKIP', 'PAID')],
      {
        isStartState: true,
      },
    );
    const { definition, report } = imported(
      withStates(choice, applied, state('PAID', [action('CLOSE', 'DONE')]), done),
    );
    expect(definition.workflow.initial).toBe('start');
    expect(definition.workflow.states['start']).toMatchObject({
      clock: 'stopped',
      on: { create: { target: 'applied' }, skip: { target: 'paid' } },
    });
    expect(definition.submittedBy).toEqual(['applicant', 'clerk']);
    expect(report.decided.join()).toContain('"start", because it leaves a choice');
  });

  test('is a state too when a file comes back to it', () => {
    const cancelling = { ...applied, actions: [action('CANCEL', ''), action('APPROVE', 'DONE')] };
    const { definition, report } = imported(withStates(start, cancelling, done));
    expect(definition.workflow.states['applied']?.on?.['cancel']?.target).toBe('start');
    expect(report.decided.join()).toContain('CANCEL of APPLIED leads back to it');
  });

  test('is the unnamed one of several', () => {
    const { definition, report } = imported(
      withStates(start, { ...applied, isStartState: true }, done),
    );
    expect(definition.workflow.initial).toBe('applied');
    expect(report.decided).toContain(
      'APPLIED is marked as start too; the unnamed start is taken for it (line 1).',
    );
  });

  test('is the first that is marked where all have names', () => {
    const { definition } = imported(withStates({ ...applied, isStartState: true }, done));
    expect(definition.workflow.initial).toBe('applied');
    expect(definition.submittedBy).toEqual(['approver']);
  });

  test('is, where none is marked, the only state that nothing leads to', () => {
    const { definition, report } = imported(withStates(done, applied));
    expect(definition.workflow.initial).toBe('applied');
    expect(report.decided).toContain(
      'No state is marked as the start; APPLIED is taken for it, as nothing leads to it (line 1).',
    );
  });

  test('is a choice where several are marked and do not lead to one another', () => {
    const starting = { isStartState: true };
    const { definition, report } = imported(
      withStates(
        { ...applied, ...starting },
        state('AT_COUNTER', [action('FORWARD', 'APPLIED', { roles: 'CLERK' })], starting),
        state('BY_POST', [action('SCAN', 'DONE', { roles: 'SCANNER' })], starting),
        done,
      ),
    );
    expect(definition.workflow.initial).toBe('start');
    expect(definition.submittedBy).toEqual(['approver', 'clerk', 'scanner']);
    expect(definition.workflow.states['start']?.on).toMatchObject({
      'begin-applied': { target: 'applied' },
      'begin-at-counter': { target: 'at-counter', roles: ['clerk'] },
      'begin-by-post': { target: 'by-post', roles: ['scanner'] },
    });
    expect(report.decided.join()).toContain('are all marked as start');
  });

  test('of several named ones is the one that leads to the others', () => {
    const { definition } = imported(
      withStates(
        { ...applied, isStartState: true },
        state('DRAFT', [action('APPLY', 'APPLIED')], { isStartState: true }),
        done,
      ),
    );
    expect(definition.workflow.initial).toBe('draft');
  });

  test('that leads straight to an end is a state', () => {
    const { definition } = imported(
      withStates({ ...start, actions: [action('FILE', 'DONE')] }, done),
    );
    expect(definition.workflow.initial).toBe('start');
  });

  test('must be there, and lead somewhere', () => {
    expect(reasonAgainst(withStates(applied, { ...applied, state: 'OTHER' }, done))).toBe(
      'no state is marked as the start; set isStartState on one of APPLIED, OTHER, DONE',
    );
    expect(reasonAgainst(withStates({ ...start, actions: [] }, applied, done))).toContain(
      'has no actions, so nothing ever begins',
    );
  });
});

describe('times', () => {
  test.each([null, 0, '', undefined])(
    'a service without one (%j) gets a default that says so',
    (sla) => {
      const { definition, report } = imported(service({ businessServiceSla: sla }));
      expect(definition.standard.time).toEqual({ amount: 5, unit: 'working-days' });
      expect(definition.standard.note).toContain('DIGIT promises no time for this service');
      expect(report.decided.join()).toContain('No time is promised for the service');
    },
  );

  test('are exact to the minute, also when written as text', () => {
    const { definition } = imported(service({ businessServiceSla: '5400000' }));
    expect(definition.standard.time).toEqual({ amount: 90, unit: 'minutes' });
  });

  test('are rounded up to minutes, which is said', () => {
    const { definition, report } = imported(service({ businessServiceSla: 61_000 }));
    expect(definition.standard.time).toEqual({ amount: 2, unit: 'minutes' });
    expect(report.decided).toContain(
      'The time of the service, 61000 ms, is rounded up to minutes (line 1).',
    );
  });

  test('of a state in which none is counted are reported', () => {
    const { report } = imported(withStates(start, applied, { ...done, sla: 3_600_000 }));
    expect(report.notCarried).toContain(
      'The time of DONE, 3600000 ms: it is an end, so none is counted (line 1).',
    );
  });

  test('stand still while only the applicant can act', () => {
    const waiting = state('RETURNED', [action('RESUBMIT', 'APPLIED', { roles: ['CITIZEN'] })], {
      sla: 1,
    });
    const returning = {
      ...applied,
      actions: [action('SENDBACK', 'RETURNED'), action('APPROVE', 'DONE')],
    };
    const { definition, report } = imported(withStates(start, returning, waiting, done));
    expect(definition.workflow.states['returned']?.clock).toBe('paused');
    expect(report.decided).toContain(
      'Only the applicant acts in RETURNED: the clock is paused there (line 1).',
    );
  });
});

describe('times in other units', () => {
  test.each([
    [3, 72],
    [1.5, 36],
    ['2 days', 48],
    ['12h', 12],
    ['7,200,000', 2],
    [172_800_000, 48],
  ])('%j is %i hours', (sla, hours) => {
    const { definition } = imported(service({ businessServiceSla: sla }));
    expect(definition.standard.time).toEqual({ amount: hours, unit: 'hours' });
  });

  test.each(['soon', -5, true, { days: 2 }, 1e20])('%j is none, and reported', (sla) => {
    const { definition, report } = imported(service({ businessServiceSla: sla }));
    expect(definition.standard.time).toEqual({ amount: 5, unit: 'working-days' });
    expect(report.notCarried.join()).toMatch(
      /The time of the service, .*: it is .*, so none is counted/,
    );
  });

  test('that would be counted nowhere are counted everywhere', () => {
    const onlyApplicant = {
      ...applied,
      actions: [action('CLOSE', 'DONE', { roles: ['CITIZEN'] })],
    };
    const { definition, report } = imported(withStates(start, onlyApplicant, done));
    expect(definition.workflow.states['applied']?.clock).toBeUndefined();
    expect(report.decided.join()).toContain('The clock would stand still in every state');
  });
});

describe('actions', () => {
  test('may name a state in another spelling', () => {
    const { definition, report } = imported(
      withStates({ ...start, actions: [action('INITIATE', 'Applied')] }, applied, done),
    );
    expect(definition.workflow.initial).toBe('applied');
    expect(report.decided).toContain(
      '"Applied" is taken for the state APPLIED, which is written otherwise (line 1).',
    );
  });

  test('that are not active are left out, and said', () => {
    const disabled = action('REJECT', 'DONE', { active: false });
    const { definition, report } = imported(
      withStates(start, { ...applied, actions: [...ofApplied, disabled] }, done),
    );
    expect(Object.keys(definition.workflow.states['applied']?.on ?? {})).toEqual(['approve']);
    expect(report.notCarried).toContain(
      'The action REJECT of APPLIED to DONE for CITIZEN, CLERK: it is not active (line 1).',
    );
  });

  test('keys may be written otherwise', () => {
    const written = { Action: 'APPROVE', next_state: 'DONE', ROLES: ['CLERK'] };
    const { definition, report } = imported(
      withStates(start, { ...applied, actions: [written] }, done),
    );
    expect(definition.workflow.states['applied']?.on?.['approve']?.target).toBe('done');
    expect(report.decided).toContain('"next_state" is read as "nextState" (line 1).');
  });

  test('may name the next state by its id', () => {
    const uuid = '2f3a6c1e-6a3f-4b0c-9a56-0c8f5b7f2d11';
    const { definition } = imported(
      withStates({ ...start, actions: [action('INITIATE', uuid)] }, { ...applied, uuid }, done),
    );
    expect(definition.workflow.initial).toBe('applied');
  });

  test('that are listed under another state than they name stay where they are listed', () => {
    const listed = { ...applied, actions: [action('APPROVE', 'DONE', { currentState: 'DONE' })] };
    const { report } = imported(withStates(start, listed, done));
    expect(report.decided).toContain(
      'The action APPROVE is listed under APPLIED but says it belongs to DONE: it stays where it is listed (line 1).',
    );
  });

  test('of one name that lead to different states are told apart', () => {
    const forking = {
      ...applied,
      actions: [
        action('FORWARD', 'DONE', { roles: ['CLERK'] }),
        action('FORWARD', 'OTHER', { roles: ['HEAD'] }),
        action('FORWARD_TO_OTHER', 'DONE'),
      ],
    };
    const other = state('OTHER', [action('CLOSE', 'DONE')]);
    const { definition, report } = imported(withStates(start, forking, other, done));
    expect(definition.workflow.states['applied']?.on).toMatchObject({
      'forward-to-done': { roles: ['clerk'], target: 'done' },
      'forward-to-other': { roles: ['head'], target: 'other' },
      'forward-to-other-2': { roles: ['applicant', 'clerk'], target: 'done' },
    });
    expect(report.decided).toContain(
      'FORWARD of APPLIED leads to several states: the one to OTHER is "forward-to-other" (line 1).',
    );
  });

  test('that are listed twice for one target are one, of all the roles', () => {
    const twice = {
      ...applied,
      actions: [
        action('APPROVE', 'DONE', { roles: ['A'] }),
        action('APPROVE', 'DONE', { roles: ['B'] }),
      ],
    };
    const { definition } = imported(withStates(start, twice, done));
    expect(definition.workflow.states['applied']?.on?.['approve']?.roles).toEqual(['a', 'b']);
  });

  test('that lead to no state, or are nobody’s, are refused with the way out', () => {
    const lost = { ...applied, actions: [action('APPROVE', 'DOEN')] };
    expect(reasonAgainst(withStates(start, lost, done))).toBe(
      'the action APPROVE of the state APPLIED leads to DOEN, which is no state; correct its nextState',
    );
    const nobodys = { ...applied, actions: [action('APPROVE', 'DONE', { roles: [] })] };
    expect(reasonAgainst(withStates(start, nobodys, done))).toContain('names no roles');
  });
});

describe('roles and names', () => {
  test('roles may be a text', () => {
    const texts = { ...applied, actions: [action('APPROVE', 'DONE', { roles: 'APPROVER, HEAD' })] };
    const { definition } = imported(withStates(start, texts, done));
    expect(definition.workflow.states['applied']?.on?.['approve']?.roles).toEqual([
      'approver',
      'head',
    ]);
  });

  test('roles that would be the engine’s own get another name', () => {
    const system = {
      ...applied,
      actions: [action('APPROVE', 'DONE', { roles: ['SYSTEM', 'SUPERVISOR'] })],
    };
    const { definition, report } = imported(withStates(start, system, done));
    expect(definition.workflow.states['applied']?.on?.['approve']?.roles).toEqual([
      'digit-system',
      'digit-supervisor',
    ]);
    expect(report.decided).toContain(
      'The role SYSTEM would be "system", which is taken; it is "digit-system".',
    );
  });

  test('roles that differ only in their writing stay different', () => {
    const alike = {
      ...applied,
      actions: [action('APPROVE', 'DONE', { roles: ['Patwari_HQ', 'PATWARI_HQ'] })],
    };
    const { definition } = imported(withStates(start, alike, done));
    expect(definition.workflow.states['applied']?.on?.['approve']?.roles).toEqual([
      'patwari-hq',
      'patwari-hq-2',
    ]);
  });

  test('states whose names come to the same are told apart', () => {
    const a = state('IN_PROGRESS', [action('NEXT', 'IN-PROGRESS')]);
    const b = state('IN-PROGRESS', [action('CLOSE', 'DONE')]);
    const { definition, report } = imported(
      withStates({ ...start, actions: [action('INITIATE', 'IN_PROGRESS')] }, a, b, done),
    );
    expect(Object.keys(definition.workflow.states)).toEqual([
      'in-progress',
      'in-progress-2',
      'done',
    ]);
    expect(report.decided).toContain(
      'The state IN-PROGRESS would be "in-progress", which is taken; it is "in-progress-2".',
    );
  });

  test('CITIZEN is the applicant however it is written', () => {
    const mixed = { ...applied, actions: [action('APPROVE', 'DONE', { roles: ['Citizen'] })] };
    const { definition } = imported(withStates(start, mixed, done));
    expect(definition.workflow.states['applied']?.on?.['approve']?.roles).toEqual(['applicant']);
  });

  test('the role * is everybody who has a part in the service', () => {
    const starred = { ...applied, actions: [action('APPROVE', 'DONE', { roles: ['*'] })] };
    const { definition, report } = imported(withStates(start, starred, done));
    expect(definition.workflow.states['applied']?.on?.['approve']?.roles).toEqual([
      'applicant',
      'clerk',
    ]);
    expect(report.decided.join()).toContain('The role * of APPROVE stands for anybody');
  });

  test.each([
    ['A,B'],
    ['A; B'],
    ['["A","B"]'],
    [['A', ['B', null]]],
    [['A,B', ' A ']],
    [[{ code: 'A' }, { name: 'B' }]],
  ])('roles may be written as %j', (roles) => {
    const odd = { ...applied, actions: [action('APPROVE', 'DONE', { roles })] };
    const { definition } = imported(withStates(start, odd, done));
    expect(definition.workflow.states['applied']?.on?.['approve']?.roles).toEqual(['a', 'b']);
  });

  test('names in another alphabet are numbered, and kept as titles', () => {
    const { definition, report } = imported(
      withStates(
        { ...start, actions: [action('INITIATE', 'आवेदन')] },
        state('आवेदन', [action('Vérifier', '审批', { roles: ['अधिकारी'] })]),
        state('审批', [action('APPROVE/ISSUE', 'DONE')]),
        done,
      ),
    );
    const { states } = definition.workflow;
    expect(Object.keys(states)).toEqual(['state', 'state-2', 'done']);
    expect(states['state']?.title).toEqual({ id: 'आवेदन', en: 'आवेदन' });
    expect(states['state']?.on?.['verifier']?.roles).toEqual(['role']);
    expect(states['state-2']?.on?.['approve-issue']?.target).toBe('done');
    expect(report.decided).toContain(
      'The state आवेदन has no Latin letters to make a name of; it is "state".',
    );
  });

  test('a state that has an id for a name is called after its status', () => {
    const id = '2f3a6c1e-6a3f-4b0c-9a56-0c8f5b7f2d11';
    const named = { ...applied, state: id, applicationStatus: 'IN_REVIEW' };
    const { definition, report } = imported(
      withStates({ ...start, actions: [action('INITIATE', id)] }, named, done),
    );
    expect(definition.workflow.initial).toBe('in-review');
    expect(report.decided.join()).toContain(`The state ${id} has an id for a name`);
  });

  test('two states of one name are one, with the actions of both', () => {
    const again = { ...applied, sla: 3_600_000, actions: [action('REJECT', 'DONE')] };
    const { definition, report } = imported(withStates(start, applied, again, done));
    expect(Object.keys(definition.workflow.states['applied']?.on ?? {})).toEqual([
      'approve',
      'reject',
    ]);
    expect(definition.workflow.states['applied']?.standard).toEqual({ amount: 1, unit: 'hours' });
    expect(report.decided).toContain(
      'Two states are named APPLIED: they are one, with the actions of both (line 1).',
    );
  });
});

describe('ends and dead ends', () => {
  test('a state that nothing leads to is left out, and said', () => {
    const { definition, report } = imported(
      withStates(start, applied, done, state('OLD', [action('X', 'DONE')])),
    );
    expect(definition.workflow.states['old']).toBeUndefined();
    expect(report.notCarried).toContain(
      'The state OLD with its actions X (CITIZEN, CLERK): nothing leads to it (line 1).',
    );
  });

  test('a state without actions is an end', () => {
    const { definition, report } = imported(withStates(start, applied, state('DONE', [])));
    expect(definition.workflow.states['done']?.type).toBe('final');
    expect(report.decided).toContain(
      'DONE has no actions and is not marked as an end: it is one here (line 1).',
    );
  });

  test('a marked end that leads on is none, but stops the clock', () => {
    const reopened = { ...done, actions: [action('REOPEN', 'APPLIED'), action('RATE', 'CLOSED')] };
    const closed = state('CLOSED', [], { isTerminateState: true });
    const { definition } = imported(withStates(start, applied, reopened, closed));
    expect(definition.workflow.states['done']).toMatchObject({ clock: 'stopped' });
    expect(definition.workflow.states['done']?.type).toBeUndefined();
  });

  test('what would be done after an end and stay there is left out, and said', () => {
    const commented = { ...done, actions: [action('COMMENT', 'DONE')] };
    expect(imported(withStates(start, applied, commented)).report.notCarried).toContain(
      'COMMENT (CITIZEN, CLERK) of DONE: nothing is done after the end (line 1).',
    );
  });

  test('a workflow that never ends is refused', () => {
    const circling = { ...applied, actions: [action('AGAIN', 'APPLIED')] };
    expect(reasonAgainst(withStates(start, circling))).toBe(
      'no state ends it; mark one that has no actions leading on with isTerminateState',
    );
    expect(
      reasonAgainst(
        withStates(
          start,
          { ...applied, actions: [action('A', 'ENDLESS'), ...ofApplied] },
          endless,
          done,
        ),
      ),
    ).toBe('from ENDLESS no way leads to an end; give it an action that leads on, or mark an end');
  });
});

describe('what a definition has no words for is reported', () => {
  test.each([
    [{ docUploadRequired: true }, 'docUploadRequired of APPLIED'],
    [{ isStateUpdatable: true }, 'isStateUpdatable of APPLIED'],
    [{ auditDetails: {} }, 'The key auditDetails has no meaning here (line 1).'],
    [{ stateSLA: 3 }, 'The key stateSLA (3) has no meaning here (line 1).'],
  ])('%j', (more, expected) => {
    const { report } = imported(withStates(start, { ...applied, ...more }, done));
    expect(report.notCarried.join('\n')).toContain(expected);
  });

  test('a status that is another than the state stands beside it', () => {
    const { yaml } = imported(
      withStates(start, { ...applied, applicationStatus: 'INWORKFLOW' }, done),
    );
    expect(yaml).toContain('# DIGIT: APPLIED, shown as INWORKFLOW');
  });
});

describe('files', () => {
  const json = JSON.stringify({ BusinessServices: [service()] }, undefined, 2);

  test('a command line around the JSON, comments and spare commas in it are read past', () => {
    const commented = json
      .replace('"businessService"', '// the service\n "businessService"')
      .replace(/\]\s*\}$/, '], /* end */ }');
    const text = `curl -X POST http://localhost:8280/egov-workflow-v2/_create -d '${commented}'\n`;
    const { services, notCarried } = importText(text);
    expect(services).toMatchObject([{ id: 'tl-services.test' }]);
    expect(notCarried).toEqual([
      'What stands around the services (a request, a command line, comments) is left out (lines 1 and 46).',
    ]);
  });

  test('several services in one file stand or fall each by itself', () => {
    const text = JSON.stringify({
      RequestInfo: { authToken: 'secret' },
      BusinessServices: [
        service(),
        service({
          businessService: 'BAD',
          states: [start, endless, { ...applied, actions: [action('A', 'ENDLESS')] }],
        }),
        { businessService: 'WORSE' },
      ],
    });
    const { services, notCarried } = importText(text);
    expect(services).toMatchObject([
      { id: 'tl-services.test' },
      { businessService: 'BAD', faults: [{ line: 1, message: expect.stringContaining('ends') }] },
    ]);
    expect(notCarried).toEqual([
      'A businessService without states is no definition (line 1).',
      'What stands around the services (a request, a command line, comments) is left out (line 1).',
    ]);
  });

  test('texts in a file cannot break out of the comments it is written with', () => {
    const { definition, yaml } = imported(service({ tenantId: 'pb\nunit: evil' }));
    expect(definition.unit).toBe('tl-services');
    expect(yaml).not.toMatch(/^unit: evil/m);
  });

  test('one that is no JSON is told what stands where', () => {
    expect(importDigit("\n{'businessService': 'X', 'states': []}", 'x.json')).toEqual({
      reason: expect.stringContaining(
        'businessService stands there, but not as JSON, whose keys are in double quotes (line 2)',
      ),
    });
  });

  test('the list of services may be under any key, also one that a service has', () => {
    const { services, notCarried } = importText(JSON.stringify({ BusinessService: [service()] }));
    expect(services).toMatchObject([{ id: 'tl-services.test' }]);
    expect(notCarried).toEqual([]);
  });

  test('JSON that is broken, or cut off, is refused with the line', () => {
    const faultsOf = (text: string) =>
      importText(text).services.map((one) => 'faults' in one && one.faults);
    expect(
      faultsOf(json.replace('"business": "tl-services",', '"business": tl-services,')),
    ).toEqual([[{ line: 5, message: 'is no sound JSON here: invalid symbol; correct it' }]]);
    expect(faultsOf(json.slice(0, -20))).toEqual([
      [{ line: 3, message: expect.stringContaining('begins here and is never closed') }],
    ]);
  });

  test('a key given twice is refused where its values differ, as one of them would be lost', () => {
    const twice = (value: string) =>
      importText(json.replace('"business":', `"business": ${value},\n"business":`)).services;
    expect(twice('"tl-services"')).toMatchObject([{ id: 'tl-services.test' }]);
    expect(twice('"other"')).toMatchObject([
      {
        faults: [{ line: 6, message: '"business" is given twice with different values; keep one' }],
      },
    ]);
  });

  test.each(['', 'no json', '{"a":1}', '[]', '{"BusinessServices":[]}', '{'.repeat(10_000)])(
    'a file without any is refused (%#)',
    (text) => {
      expect(importDigit(text, 'x.json')).toEqual({
        reason: expect.stringContaining('holds no DIGIT workflow'),
      });
    },
  );
});
