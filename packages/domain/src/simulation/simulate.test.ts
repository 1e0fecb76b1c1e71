import { describe, expect, test } from 'vitest';
import { compileService, type CompiledService } from '../service/compile.ts';
import { definitionDigest } from '../service/definition.ts';
import { parseDefinition } from '../service/parse-definition.ts';
import { writtenCalendar } from '../sla/office-calendars.ts';
import { samplePermit } from '../testing/sample-service.ts';
import { simulate, type SimulationReport } from './simulate.ts';

const hours: [string, string][] = [['08:00', '16:00']];
const calendar = writtenCalendar(
  {
    id: 'weekdays',
    title: 'Weekdays',
    week: { monday: hours, tuesday: hours, wednesday: hours, thursday: hours, friday: hours },
    holidays: [],
  },
  'Asia/Jakarta',
);

function compiled(input: unknown): CompiledService {
  const { definition, problems } = parseDefinition(input);
  if (!definition) throw new Error(JSON.stringify(problems));
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}

function report(service: CompiledService, seed = 1, applications = 400): SimulationReport {
  const from = Temporal.Instant.from('2026-01-05T00:00:00Z');
  return simulate({ service, calendar, office: 'mall', applications, seed, from });
}

const text = (en: string) => ({ id: en, en });
const officer = { roles: ['officer'] };

/** One step of a promised time, then a decision whose guard the test chooses. */
const twoSteps = (standard: object, guard?: object) =>
  compiled({
    id: 'unit.service',
    kind: 'permit',
    title: text('Service'),
    unit: 'unit',
    standard: { time: { amount: 2, unit: 'working-days' } },
    form: { large: { type: 'boolean', enteredBy: 'officer', title: text('Large') } },
    workflow: {
      initial: 'review',
      states: {
        review: { standard, on: { agree: { ...officer, target: 'decision' } } },
        decision: {
          on: {
            grant: { ...officer, target: 'granted', ...(guard ? { guard } : {}) },
            measure: { ...officer, sets: ['large'] },
          },
        },
        granted: { type: 'final', outcome: 'granted' },
      },
    },
  });

describe('a simulation', () => {
  const permit = compiled(samplePermit);

  test('gives the same report for the same seed, and another for another', () => {
    expect(report(permit, 7)).toEqual(report(permit, 7));
    expect(report(permit, 7)).not.toEqual(report(permit, 8));
  });

  test('brings every application to an outcome, and its shares are of all', () => {
    const { outcomes, stuck, neverReached, standard } = report(permit);
    expect(stuck).toEqual([]);
    expect(outcomes.reduce((sum, { applications }) => sum + applications, 0)).toBe(400);
    expect(outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 3);
    expect(neverReached).toEqual([]);
    const { median = 0, p90 = 0, p95 = 0, longest = 0 } = standard.time ?? {};
    expect([median, p90, p95, longest]).toEqual(
      [median, p90, p95, longest].toSorted((a, b) => a - b),
    );
  });

  test('measures a step of one working day in working days, and one in eight takes longer', () => {
    const { states, standard } = report(twoSteps({ amount: 1, unit: 'working-days' }), 1, 2_000);
    expect(standard).toMatchObject({ unit: 'working days', counted: 2_000 });
    const [review] = states;
    expect(review).toMatchObject({ state: 'review', stays: 2_000 });
    expect(review?.withinStandard).toBeGreaterThan(0.82);
    expect(review?.withinStandard).toBeLessThan(0.92);
    // A day counts from the close of the day of receipt, so the day itself may be used too.
    expect(review?.time.median).toBeGreaterThan(0.5);
    expect(review?.time.median).toBeLessThan(1.3);
  });

  test('keeps no promise whose steps promise three times as much', () => {
    const { standard } = report(twoSteps({ amount: 6, unit: 'working-days' }));
    expect(standard.withinStandard).toBeLessThan(0.3);
  });

  test('says where files are stuck, and what is never reached or taken', () => {
    const never = { name: 'condition', expression: 'data.large && !data.large' };
    const { definition } = twoSteps({ amount: 1, unit: 'working-days' });
    const { grant } = definition.workflow.states['decision']?.on ?? {};
    const blocked = compileService(
      {
        ...definition,
        workflow: {
          ...definition.workflow,
          states: {
            ...definition.workflow.states,
            decision: { on: { grant: { ...grant!, guard: never as never } } },
          },
        },
      },
      { version: 1, digest: '0'.repeat(64) },
    );
    expect(report(blocked, 1, 20)).toMatchObject({
      outcomes: [],
      stuck: [{ states: 'decision', applications: 20 }],
      neverReached: ['granted'],
      neverTaken: ['decision/grant'],
    });
  });

  test('has few applicants withdraw, also where the engine may do it for them', () => {
    const { workflow } = permit.definition;
    const by = (roles: string[]) => {
      const withdraw = { roles, target: 'withdrawn' };
      const definition = { ...permit.definition, workflow: { ...workflow, on: { withdraw } } };
      const { outcomes } = report(compiled(definition));
      return outcomes.find(({ outcome }) => outcome === 'withdrawn')?.applications;
    };
    expect(by(['applicant', 'system'])).toBe(by(['applicant']));
  });

  test('decides beside an extension, which is granted once', () => {
    const by = { amount: 3, unit: 'working-days' };
    const legalGround = { id: 'Perwali', en: 'Regulation' };
    const extend = { ...officer, comment: 'required', extends: { by, legalGround } };
    const { definition } = twoSteps({ amount: 1, unit: 'working-days' });
    const refuse = { ...officer, comment: 'required', target: 'refused' };
    const states = {
      review: definition.workflow.states['review'],
      decision: { on: { extend, refuse } },
      refused: { type: 'final', outcome: 'refused' },
    };
    const service = compiled({ ...definition, workflow: { ...definition.workflow, states } });
    expect(report(service).stuck).toEqual([]);
  });

  test('finds four eyes where an action asks for another officer', () => {
    const guard = { name: 'not-the-same-officer', as: ['agree'] };
    const { outcomes, stuck } = report(twoSteps({ amount: 1, unit: 'working-days' }, guard));
    expect({ outcomes: outcomes.map(({ outcome }) => outcome), stuck }).toEqual({
      outcomes: ['granted'],
      stuck: [],
    });
  });
});
