import { describe, expect, test } from 'vitest';
import { checkDefinition } from './check.ts';
import { serviceDefinition, type ServiceDefinitionInput } from './definition.ts';

const title = { id: 'Izin', en: 'Permit' };
const officer = ['verifier'];
const granted = { type: 'final', outcome: 'granted' } as const;

/** What the check doubts of a workflow that issues `card`. */
function doubts(states: ServiceDefinitionInput['workflow']['states'], initial = 'work'): string[] {
  const definition = serviceDefinition.parse({
    id: 'unit.permit',
    kind: 'permit',
    title,
    unit: 'unit',
    standard: { time: { amount: 5, unit: 'working-days' } },
    outputs: { card: { title } },
    workflow: { initial, states },
  } satisfies ServiceDefinitionInput);
  return checkDefinition(definition).map(({ path, message }) => `${path.join('.')} ${message}`);
}

const again = 'is issued again on every way on from here; name it in one of the actions';
const nothing = 'nothing is issued on any way to this end; name the outputs in `issues`';

describe('an output', () => {
  test('that two steps issue, one after the other, is doubted where it is issued first', () => {
    const found = doubts({
      work: { on: { approve: { roles: officer, issues: ['card'], target: 'print' } } },
      print: { on: { 'print-it': { roles: officer, issues: ['card'], target: 'done' } } },
      done: granted,
    });
    expect(found).toEqual([`workflow.states.work.on.approve.issues.0 ${again}`]);
  });

  test('may be issued by either of two steps, and again only where a file goes round', () => {
    const found = doubts({
      work: {
        on: {
          approve: { roles: officer, issues: ['card'], target: 'ready' },
          'approve-partly': { roles: officer, issues: ['card'], target: 'ready' },
        },
      },
      ready: {
        on: {
          correct: { roles: officer, target: 'work' },
          collect: { roles: officer, target: 'done' },
        },
      },
      done: granted,
    });
    expect(found).toEqual([]);
  });

  test('may be issued twice where a file can end with the first alone', () => {
    const found = doubts({
      work: { on: { approve: { roles: officer, issues: ['card'], target: 'ready' } } },
      ready: {
        on: {
          collect: { roles: officer, target: 'done' },
          replace: { roles: officer, issues: ['card'], target: 'done' },
        },
      },
      done: granted,
    });
    expect(found).toEqual([]);
  });

  test('that a region issues before another step does so again is doubted', () => {
    const region = (name: string, issues: string[]) => ({
      initial: 'open',
      states: {
        open: {
          on: {
            [`close-${name}`]: {
              roles: officer,
              ...(issues.length > 0 ? { issues } : {}),
              target: 'closed',
            },
          },
        },
        closed: { type: 'final' as const },
      },
    });
    const found = doubts({
      work: {
        type: 'parallel',
        states: { one: region('one', ['card']), two: region('two', []) },
        onDone: { target: 'print' },
      },
      print: { on: { 'print-it': { roles: officer, issues: ['card'], target: 'done' } } },
      done: granted,
    });
    expect(found).toEqual([
      `workflow.states.work.states.one.states.open.on.close-one.issues.0 ${again}`,
    ]);
  });
});

describe('a granted end', () => {
  test('to which nothing that is issued leads is doubted, and no other', () => {
    const found = doubts({
      work: {
        on: {
          approve: { roles: officer, issues: ['card'], target: 'done' },
          waive: { roles: officer, target: 'waived' },
        },
      },
      done: granted,
      waived: granted,
    });
    expect(found).toEqual([`workflow.states.waived ${nothing}`]);
  });

  test('is not doubted where the step that issues leaves the file where it is', () => {
    const found = doubts({
      work: {
        on: {
          print: { roles: officer, issues: ['card'] },
          close: { roles: officer, target: 'done' },
        },
      },
      done: granted,
    });
    expect(found).toEqual([]);
  });
});
