import { describe, expect, test } from 'vitest';
import { activeStates, evolve, type Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import { decide } from '../application/decide.ts';
import { isRefused } from '../application/refusal.ts';
import { onlyCalendar } from '../sla/office-calendars.ts';
import { samplePermit } from '../testing/sample-service.ts';
import { compileService, type CompiledService } from './compile.ts';
import { definitionDigest } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';
import { pathGraph } from './path-graph.ts';
import { planPaths, type PlannedPath } from './plan-paths.ts';

const text = (en: string) => ({ id: en, en });
const officer = { roles: ['officer'] };
const closed = { type: 'final', outcome: 'closed' };
const flag = { flag: { type: 'boolean', title: text('Flag'), required: true } };
const whenFlag = { name: 'condition', expression: 'data.flag' };

function compiled(input: unknown): CompiledService {
  const { definition, problems } = parseDefinition(input);
  if (!definition) throw new Error(JSON.stringify(problems));
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}

const withStates = (states: object, form = {}): unknown => ({
  id: 'unit.service',
  kind: 'permit',
  title: text('Service'),
  unit: 'unit',
  standard: { time: { amount: 1, unit: 'working-days' } },
  form,
  workflow: { initial: 'open', states },
});

const told = ({ steps, outcome }: PlannedPath) => [
  ...steps.map(({ action, to }) => `${action?.name ?? 'submission'} → ${to.join(' + ')}`),
  outcome,
];

/** A region of so many states, one after the other, whose actions nobody else has. */
const chain = (name: string, length: number) => ({
  initial: 's0',
  states: Object.fromEntries([
    ...Array.from({ length }, (_, index) => [
      `s${index}`,
      { on: { [`${name}-${index}`]: { ...officer, target: `s${index + 1}` } } },
    ]),
    [`s${length}`, { type: 'final' }],
  ]),
});

const regions = (count: number, length: number) =>
  withStates({
    open: {
      type: 'parallel',
      onDone: { target: 'closed' },
      states: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`r${index}`, chain(`r${index}`, length)]),
      ),
    },
    closed,
  });

describe('a plan of paths', () => {
  test('takes every action on every branch, and tells the conditions of each step', () => {
    const plan = planPaths(
      compiled(
        withStates(
          {
            open: {
              on: {
                check: {
                  ...officer,
                  guard: { name: 'documents-attached' },
                  branches: [{ guard: whenFlag, target: 'review' }, { target: 'closed' }],
                },
              },
            },
            review: { on: { back: { ...officer, target: 'open' } } },
            closed,
          },
          flag,
        ),
      ),
    );
    expect(plan.paths.map(told)).toEqual([
      ['submission → open', 'check → review', 'back → open', 'check → closed', 'closed'],
    ]);
    const [, flagged, , unflagged] = plan.paths[0]?.steps ?? [];
    expect(flagged).toMatchObject({
      conditions: [{ name: 'documents-attached' }, whenFlag],
      otherwise: false,
    });
    expect(unflagged).toMatchObject({
      conditions: [{ name: 'documents-attached' }],
      otherwise: true,
    });
    expect(plan).toMatchObject({
      states: { covered: 3, of: 3 },
      actions: { covered: 2, of: 2 },
      branches: { covered: 3, of: 3 },
      missed: { states: [], branches: [] },
      complete: true,
    });
  });

  test('ends every path where the service ends, and begins it with the submission', () => {
    const { paths, branches } = planPaths(compiled(samplePermit));
    expect(branches.covered).toBe(branches.of);
    for (const { steps, outcome } of paths) {
      expect(outcome).toBeDefined();
      expect(steps[0]).toMatchObject({ action: undefined, from: [], to: ['preparing'] });
      for (const [index, step] of steps.slice(1).entries()) {
        expect(step.from).toEqual(steps[index]?.to);
      }
    }
  });

  test('follows moves that come by themselves, each on its own condition', () => {
    const { paths, branches } = planPaths(
      compiled(
        withStates(
          {
            open: { on: { send: { ...officer, target: 'routing' } } },
            routing: { always: [{ guard: whenFlag, target: 'review' }, { target: 'closed' }] },
            review: { on: { close: { ...officer, target: 'closed' } } },
            closed,
          },
          flag,
        ),
      ),
    );
    expect(paths.map(told)).toEqual([
      ['submission → open', 'send → review', 'close → closed', 'closed'],
      ['submission → open', 'send → closed', 'closed'],
    ]);
    expect(branches).toEqual({ covered: 4, of: 4 });
  });

  test('names the actions that no path can take, and states passed through are no gap', () => {
    const { missed, actions, states } = planPaths(
      compiled(
        withStates({
          open: { on: { send: { ...officer, target: 'passing' } } },
          passing: {
            always: { target: 'closed' },
            on: { halt: { ...officer, target: 'open' } },
          },
          closed,
        }),
      ),
    );
    expect(missed).toEqual({ states: [], branches: ['passing/halt'] });
    expect({ actions, states }).toEqual({
      actions: { covered: 1, of: 2 },
      states: { covered: 3, of: 3 },
    });
  });

  test('leads where the engine leads, step by step', () => {
    const service = compiled(regions(3, 2));
    const calendars = onlyCalendar(
      { id: 'none', title: 'None', week: { monday: [['08:00', '16:00']] }, holidays: [] },
      'Asia/Jakarta',
    );
    const actor = { id: 'o', roles: ['officer', 'applicant'], unit: 'unit', office: 'mall' };
    const now = Temporal.Instant.from('2026-01-05T02:00:00Z');
    for (const { steps } of planPaths(service).paths) {
      let application: Application | undefined;
      for (const { action, to } of steps) {
        const command: ApplicationCommand = action
          ? { type: 'take-step', data: { action: action.name } }
          : {
              type: 'submit',
              data: {
                service: service.id,
                office: 'mall',
                applicant: { id: 'o', name: 'Officer' },
                channel: 'counter',
                data: {},
              },
            };
        const decision = decide(application, command, { service, calendars, actor, now });
        if (isRefused(decision)) throw new Error(JSON.stringify(decision.refusal));
        for (const event of decision.events) {
          application = evolve(application, event, { actor, occurredAt: now.toString() });
        }
        expect(application && activeStates(application.value)).toEqual(to);
      }
    }
  });
});

describe('the graph of a workflow', () => {
  test('of regions side by side grows with their states, not with the mixtures of them', () => {
    const { moves, complete } = pathGraph(compiled(regions(20, 20)));
    const actions = [...moves.values()].flat().filter(({ action }) => action);
    expect(complete).toBe(true);
    expect(actions).toHaveLength(20 * 20);
  });

  test('stops following moves that could come by themselves in millions of ways, and says so', () => {
    const routing = Array.from({ length: 60 }, (_, index) => {
      const target = `s${index + 1}`;
      const guarded = Array.from({ length: 19 }, () => ({ guard: whenFlag, target }));
      return [`s${index}`, { always: [...guarded, { target }] }];
    });
    const states = {
      open: { on: { begin: { ...officer, target: 's0' } } },
      ...Object.fromEntries(routing),
      s60: closed,
    };
    const plan = planPaths(compiled(withStates(states, flag)));
    expect(plan.complete).toBe(false);
    expect(plan.branches.covered).toBeLessThan(plan.branches.of);
  });
});
