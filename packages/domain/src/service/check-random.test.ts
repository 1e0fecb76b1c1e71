import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { evolve, type Application } from '../application/application.ts';
import { initialState, offeredActions, step } from '../application/machine.ts';
import { isRefused } from '../application/refusal.ts';
import { compileService } from './compile.ts';
import { definitionDigest, type ServiceDefinition } from './definition.ts';
import { parseDefinition } from './parse-definition.ts';

type Move = { to: number; guarded: boolean };
type Sketch = {
  kind: 'atomic' | 'compound' | 'parallel' | 'final';
  actions: number[];
  automatic: Move[];
  onDone: Move[];
  initial: number;
  children: Sketch[];
};

const move = fc.record({ to: fc.nat(30), guarded: fc.boolean() });
const sketch = (depth: number): fc.Arbitrary<Sketch> =>
  fc.record({
    kind: fc.constantFrom<Sketch['kind'][]>(
      ...(['atomic', 'atomic', 'final'] as const),
      ...(depth > 0 ? (['compound', 'parallel'] as const) : []),
    ),
    actions: fc.array(fc.nat(30), { maxLength: 3 }),
    automatic: fc.oneof(
      { weight: 5, arbitrary: fc.constant<Move[]>([]) },
      { weight: 1, arbitrary: fc.array(move, { minLength: 1, maxLength: 2 }) },
    ),
    onDone: fc.array(move, { maxLength: 2 }),
    initial: fc.nat(5),
    children:
      depth > 0
        ? fc.array(sketch(depth - 1), { minLength: 1, maxLength: 3 })
        : fc.constant<Sketch[]>([]),
  });
const workflows = fc.record({
  top: fc.array(sketch(2), { minLength: 1, maxLength: 4 }),
  everywhere: fc.array(fc.nat(30), { maxLength: 1 }),
});

const officer: Actor = { id: 'officer-1', roles: ['officer'], unit: 'unit', office: 'office' };

/** Workflows as a person might write them, right or wrong: names exist, the rest is chance. */
function written({ top, everywhere }: { top: Sketch[]; everywhere: number[] }): unknown {
  const paths: string[] = ['end'];
  const collect = (sketches: Sketch[], above: string) => {
    for (const [index, { kind, children }] of sketches.entries()) {
      paths.push(`${above}s${index}`);
      if (kind === 'compound' || kind === 'parallel') collect(children, `${above}s${index}.`);
    }
  };
  collect(top, '');
  const target = (to: number) => `#${paths[to % paths.length]}`;
  let actions = 0;
  const on = (targets: number[]) =>
    Object.fromEntries(
      targets.map((to) => [`action-${++actions}`, { roles: ['officer'], target: target(to) }]),
    );
  const moves = (list: Move[]) =>
    list.map(({ to, guarded }) => ({
      target: target(to),
      ...(guarded ? { guard: { name: 'condition', expression: 'data.met' } } : {}),
    }));
  const state = ({ kind, children, initial, ...rest }: Sketch): unknown => {
    if (kind === 'final') return { type: 'final' };
    const inner = kind !== 'atomic';
    return {
      ...(kind === 'parallel' ? { type: 'parallel' } : {}),
      ...(kind === 'compound' ? { initial: `s${initial % children.length}` } : {}),
      ...(inner ? { states: states(children) } : {}),
      on: on(rest.actions),
      ...(rest.automatic.length > 0 ? { always: moves(rest.automatic) } : {}),
      ...(inner && rest.onDone.length > 0 ? { onDone: moves(rest.onDone) } : {}),
    };
  };
  const states = (sketches: Sketch[]) =>
    Object.fromEntries(sketches.map((one, index) => [`s${index}`, state(one)]));
  return {
    id: 'unit.random',
    kind: 'permit',
    title: { id: 'Acak', en: 'Random' },
    unit: 'unit',
    standard: { time: { amount: 1, unit: 'working-days' } },
    form: { met: { type: 'boolean', title: { id: 'Terpenuhi', en: 'Met' } } },
    workflow: {
      initial: 's0',
      on: on(everywhere),
      states: { ...states(top), end: { type: 'final' } },
    },
  };
}

function submitted(definition: ServiceDefinition, met: boolean): Application {
  const data = {
    office: 'office',
    service: { id: definition.id, version: 1, digest: definitionDigest(definition) },
    applicant: { id: 'applicant-1', name: 'Pemohon' },
    channel: 'counter',
    data: { met },
    state: definition.workflow.initial,
  } as const;
  const who = { actor: officer, occurredAt: '2026-01-05T03:00:00Z' };
  return evolve(undefined, { type: 'ApplicationSubmitted', data }, who);
}

describe('a random workflow that passes the check', () => {
  test('compiles, begins somewhere, and moves wherever its actions lead without ever getting stuck', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        workflows,
        fc.boolean(),
        fc.infiniteStream(fc.nat(1000)),
        (drawn, met, choices) => {
          const { definition } = parseDefinition(written(drawn));
          if (!definition) return;
          accepted++;
          const service = compileService(definition, { version: 1, digest: '0'.repeat(64) });
          let application = submitted(definition, met);
          application = { ...application, value: initialState(service, application).value };
          for (let steps = 0; steps < 30; steps++) {
            const offered = offeredActions(service, application);
            expect(offered.length, `stuck in ${JSON.stringify(application.value)}`).toBeGreaterThan(
              0,
            );
            const action = offered[Number(choices.next().value) % offered.length];
            const next = step(service, application, action?.name ?? '', officer);
            if (isRefused(next)) throw new Error(`${action?.name} was refused`);
            if (next.outcome !== undefined) return;
            application = { ...application, value: next.value };
          }
        },
      ),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  }, 60_000);
});
