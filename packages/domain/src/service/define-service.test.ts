import { expect, test } from 'vitest';
import { defineService } from './define-service.ts';
import { parseWrittenDefinition } from './template.ts';

const title = { id: 'Izin', en: 'Permit' };
const identity = {
  id: 'unit.service',
  kind: 'permit',
  title,
  unit: 'unit',
  standard: { time: { amount: 5, unit: 'working-days' } },
} as const;
const roles = ['officer'] as const;

const parts = {
  ...identity,
  form: {
    size: { type: 'integer', title },
    verdict: { type: 'choice', title, options: ['good', 'bad'], enteredBy: 'officer' },
  },
  documents: { plan: { title, verifiedBy: roles } },
} as const;

const service = defineService({
  ...parts,
  workflow: {
    initial: 'open',
    on: { withdraw: { roles: ['applicant'], target: 'closed' } },
    states: {
      open: {
        on: {
          send: {
            roles,
            guard: { name: 'documents-attached', documents: ['plan'] },
            target: 'review',
          },
        },
      },
      review: {
        type: 'parallel',
        onDone: { target: 'closed' },
        states: {
          health: {
            initial: 'doing',
            states: {
              doing: {
                on: {
                  agree: { roles, sets: ['verdict'], target: 'done' },
                  object: { roles, set: { verdict: 'bad' }, target: '#closed' },
                },
              },
              done: { type: 'final' },
            },
          },
        },
      },
      closed: { type: 'final', outcome: 'closed' },
    },
  },
});

test('a service in TypeScript is data that the check takes as it is', () => {
  const { definition, problems } = parseWrittenDefinition(service);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(definition?.workflow.initial).toBe('open');
});

test('a workflow that begins with a template is left to the check', () => {
  const { definition } = parseWrittenDefinition(
    defineService({
      ...identity,
      workflow: { template: 'standard-flow', stages: ['front-desk-check', 'decision'] },
    }),
  );
  expect(definition?.workflow.initial).toBe('preparing');
});

const closed = { type: 'final' } as const;

/** Never run: the compiler judges these, and `tsc` fails where one of them would compile. */
export function whatDoesNotCompile(): void {
  defineService({
    ...parts,
    workflow: {
      // @ts-expect-error -- no such state
      initial: 'opne',
      states: { open: { on: { close: { roles, target: 'closed' } } }, closed },
    },
  });
  defineService({
    ...parts,
    workflow: {
      initial: 'open',
      states: {
        open: {
          on: {
            // @ts-expect-error -- no such sibling
            close: { roles, target: 'closd' },
            // @ts-expect-error -- no such state from the root
            leave: { roles, target: '#review.health' },
            // @ts-expect-error -- no such state on a branch
            route: { roles, branches: [{ target: 'nowhere' }, { target: 'closed' }] },
            // @ts-expect-error -- no such field
            measure: { roles, sets: ['sise'] },
            // @ts-expect-error -- no option of the field
            judge: { roles, set: { verdict: 'ugly' } },
            // @ts-expect-error -- no value of the field's type
            count: { roles, set: { size: 'large' } },
            // @ts-expect-error -- no such document
            attach: { roles, guard: { name: 'documents-attached', documents: ['map'] } },
            // @ts-expect-error -- no such action
            decide: { roles, guard: { all: [{ name: 'not-the-same-officer', as: ['agre'] }] } },
            // @ts-expect-error -- no such output
            print: { roles, issues: ['permit'] },
            // @ts-expect-error -- no such key
            remark: { roles, coment: 'required' },
            // @ts-expect-error -- roles are missing
            forget: { target: 'closed' },
          },
        },
        // @ts-expect-error -- no such inner state
        inner: { initial: 'first', states: { one: { always: { target: '#closed' } } } },
        // @ts-expect-error -- no such state to route to
        routing: { always: [{ target: 'closd' }] },
        closed,
      },
    },
  });
  defineService({
    ...identity,
    // @ts-expect-error -- no such key
    documnets: {},
    workflow: { initial: 'closed', states: { closed } },
  });
}
