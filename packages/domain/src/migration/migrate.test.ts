import { describe, expect, it } from 'vitest';
import type { Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import { isRefused } from '../application/refusal.ts';
import { activeSince } from '../application/timeline.ts';
import { compileService, type CompiledService } from '../service/compile.ts';
import {
  definitionDigest,
  serviceDefinition,
  type ServiceDefinitionInput,
} from '../service/definition.ts';
import { clocksOf } from '../sla/clocks.ts';
import { fold, given, type Happening, type Setting } from '../testing/given.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import { compiled, samplePermit } from '../testing/sample-service.ts';
import { planMigration } from './plan-migration.ts';

const calendars = sampleOffices.get(office)?.calendars;
if (!calendars) throw new Error('the sample office has no calendar');

const service = compiled();
const setting: Setting = { service, calendars, actor: people.system, at: '2026-03-04T02:00:00Z' };

type Workflow = ServiceDefinitionInput['workflow'];
type States = Workflow['states'];

/** The sample permit with other states, as version 2. */
function next(
  states: (states: States) => States = (same) => same,
  more: Partial<ServiceDefinitionInput> = {},
): CompiledService {
  const workflow: Workflow = samplePermit.workflow;
  const definition = serviceDefinition.parse({
    ...samplePermit,
    workflow: { ...workflow, states: states(workflow.states) },
    ...more,
  });
  return compileService(definition, { version: 2, digest: definitionDigest(definition) });
}

const submitted: Happening = {
  type: 'ApplicationSubmitted',
  at: '2026-03-02T02:00:00Z',
  by: people.applicant,
  data: {
    office,
    service: { id: service.id, version: 1, digest: service.digest },
    applicant: { id: people.applicant.id, name: 'Pemohon' },
    channel: 'online',
    data: { address: 'Jalan Melati 1', floorArea: 120 },
    state: 'preparing',
  },
};
const sent: Happening = {
  type: 'StepTaken',
  at: '2026-03-02T03:00:00Z',
  by: people.applicant,
  data: { action: 'send', from: 'preparing', to: 'intake' },
};
const accepted: Happening = {
  type: 'StepTaken',
  at: '2026-03-03T03:00:00Z',
  by: people.frontDesk,
  data: {
    action: 'accept',
    from: 'intake',
    to: { review: { structure: 'inspecting', fire: 'inspecting' } },
  },
};
const structureDone: Happening = {
  type: 'StepTaken',
  at: '2026-03-03T04:00:00Z',
  by: people.structureReviewer,
  data: {
    action: 'approve-structure',
    from: { review: { structure: 'inspecting', fire: 'inspecting' } },
    to: { review: { structure: 'done', fire: 'inspecting' } },
    data: { structure: 'sound' },
  },
};
const held: Happening = {
  type: 'OfficerAssigned',
  at: '2026-03-02T05:00:00Z',
  by: people.frontDesk,
  data: { state: 'intake', officer: people.frontDesk.id },
};

const migrate = (mapping: Record<string, string> = {}): ApplicationCommand => ({
  type: 'migrate',
  data: { to: 2, mapping, orderedBy: 'kepala-dinas' },
});

/** `intake` under the name `front-desk-check`. */
const renamed = next(({ intake, preparing, returned, ...states }) => ({
  ...states,
  preparing: {
    ...preparing,
    on: { send: { ...preparing?.on?.['send'], roles: ['applicant'], target: 'front-desk-check' } },
  },
  returned: {
    ...returned,
    on: { resend: { target: 'front-desk-check', roles: ['applicant'], sets: ['floorArea'] } },
  },
  'front-desk-check': { ...intake, standard: { amount: 3, unit: 'working-days' } },
}));

/** What the command does to an application with this history. */
function migrated(target: CompiledService, history: Happening[], command = migrate()) {
  const { decision } = given({ ...setting, target }, ...history).when(command);
  if (isRefused(decision)) throw new Error(JSON.stringify(decision.refusal));
  const application = fold(setting, [...history, ...decision.events]);
  if (!application) throw new Error('no application');
  return { application, events: decision.events };
}

const problems = (target: CompiledService, history: Happening[], command = migrate()) => {
  const { decision } = given({ ...setting, target }, ...history).when(command);
  return isRefused(decision) && decision.refusal.type === 'cannot-migrate'
    ? decision.refusal.problems
    : [];
};

describe('an application whose state is still there', () => {
  it('goes on where it is, with the earlier steps as they were taken', () => {
    const target = next();
    given({ ...setting, target }, submitted, sent)
      .when(migrate())
      .then({
        type: 'ApplicationMigrated',
        data: {
          from: { version: 1, digest: service.digest, state: 'intake' },
          to: { version: 2, digest: target.digest, state: 'intake' },
          mapping: {},
          places: { intake: 'intake' },
          clocks: [
            {
              id: 'service',
              unit: 'dpmptsp',
              standard: { amount: 5, unit: 'working-days' },
              startedAt: '2026-03-02T03:00:00.000Z',
              pauses: [],
            },
            {
              id: 'state:intake#1',
              unit: 'dpmptsp',
              standard: { amount: 1, unit: 'working-days' },
              startedAt: '2026-03-02T03:00:00.000Z',
              pauses: [],
              state: 'intake',
            },
          ],
          orderedBy: 'kepala-dinas',
        },
      });
    const { application } = migrated(target, [submitted, sent]);
    expect(application.service).toEqual({ id: service.id, version: 2, digest: target.digest });
    expect(application.steps).toEqual(fold(setting, [submitted, sent])?.steps);
  });

  it('keeps its place in every region of a parallel review', () => {
    const { application } = migrated(next(), [submitted, sent, accepted, structureDone]);
    expect(application.value).toEqual({ review: { structure: 'done', fire: 'inspecting' } });
  });

  it('waits for a decision when the desk belongs to another unit now', () => {
    const target = next(({ intake, ...states }) => ({
      ...states,
      intake: { ...intake, unit: 'dinas-perumahan' },
    }));
    expect(problems(target, [submitted, sent])).toEqual([
      { type: 'unit-changed', state: 'intake', before: 'dpmptsp', after: 'dinas-perumahan' },
    ]);
    const confirmed = migrated(target, [submitted, sent, held], migrate({ intake: 'intake' }));
    expect(confirmed.application.value).toBe('intake');
    expect(confirmed.application.assignments).toEqual({});
  });

  it('follows what the new version does by itself there', () => {
    const target = next((states) => ({
      ...states,
      intake: { always: { target: 'review' } },
    }));
    const { application } = migrated(target, [submitted, sent, held]);
    expect(application.value).toEqual({ review: { structure: 'inspecting', fire: 'inspecting' } });
    expect(application.assignments).toEqual({});
  });
});

describe('an application whose state is gone', () => {
  it('waits for a decision', () => {
    expect(problems(renamed, [submitted, sent])).toEqual([{ type: 'state-gone', state: 'intake' }]);
  });

  it('goes where the mapping says, in the same hands and since the same time', () => {
    const command = migrate({ intake: 'front-desk-check' });
    const { application, events } = migrated(renamed, [submitted, sent, held], command);
    expect(application.value).toBe('front-desk-check');
    expect(application.assignments).toEqual({ 'front-desk-check': people.frontDesk.id });
    expect(activeSince(application)).toEqual(new Map([['front-desk-check', sent.at]]));
    expect(events).toMatchObject([{ data: { mapping: { intake: 'front-desk-check' } } }]);
  });

  it('takes its next step under the new version', () => {
    const command = migrate({ intake: 'front-desk-check' });
    const { events } = migrated(renamed, [submitted, sent], command);
    const history: Happening[] = [submitted, sent, ...events.map((event) => ({ ...event }))];
    const { decision } = given({ ...setting, service: renamed }, ...history).when(
      {
        type: 'take-step',
        data: { action: 'return-to-applicant', comment: 'Denah belum terbaca.' },
      },
      { by: people.frontDesk },
    );
    expect(decision).toMatchObject({
      events: [{ data: { from: 'front-desk-check', to: 'returned' } }],
    });
  });

  it('goes with the state around it', () => {
    const target = next(({ review, intake, ...states }) => ({
      ...states,
      intake: {
        ...intake,
        on: { accept: { ...intake?.on?.['accept'], roles: ['front-desk'], target: 'assessment' } },
      },
      assessment: { ...review },
    }));
    const history = [submitted, sent, accepted, structureDone];
    const { application } = migrated(target, history, migrate({ review: 'assessment' }));
    expect(application.value).toEqual({ assessment: { structure: 'done', fire: 'inspecting' } });
  });

  it('is not put into a state that the new version does not have', () => {
    expect(problems(renamed, [submitted, sent], migrate({ intake: 'desk' }))).toEqual([
      { type: 'mapped-to-unknown', state: 'intake', target: 'desk' },
    ]);
  });

  it('is not ended by being moved', () => {
    expect(problems(renamed, [submitted, sent], migrate({ intake: 'refused' }))).toEqual([
      { type: 'would-end', outcome: 'refused' },
    ]);
  });
});

describe('a parallel review that is another one now', () => {
  const history = [submitted, sent, accepted, structureDone];
  const regions = (change: (regions: States) => States) =>
    next(({ review, ...states }) => ({
      ...states,
      review: { ...review, states: change(review?.states ?? {}) },
    }));
  const region = {
    initial: 'inspecting',
    states: {
      inspecting: { on: { report: { roles: ['front-desk'], target: 'done' } } },
      done: { type: 'final' as const },
    },
  };

  it('waits for a decision where a region is new, and begins it where the mapping says so', () => {
    const target = regions((old) => ({ ...old, health: region }));
    expect(problems(target, history)).toEqual([
      { type: 'region-without-place', state: 'review', regions: ['health'] },
    ]);
    const command = migrate({ 'review.fire.inspecting': 'review' });
    expect(migrated(target, history, command).application.value).toEqual({
      review: { structure: 'done', fire: 'inspecting', health: 'inspecting' },
    });
  });

  it('goes on when all that is left of it is done', () => {
    const target = regions(({ structure }) => (structure ? { structure } : {}));
    expect(problems(target, history)).toEqual([
      { type: 'state-gone', state: 'review.fire.inspecting' },
    ]);
    const command = migrate({ 'review.fire.inspecting': 'review' });
    // Structure is sound, fire safety unknown: the review's own rule leads to a refusal.
    expect(problems(target, history, command)).toEqual([{ type: 'would-end', outcome: 'refused' }]);
  });

  it('comes together in one state where the mapping says so', () => {
    const { application } = migrated(next(), history, migrate({ review: 'second-opinion' }));
    expect(application.value).toBe('second-opinion');
  });

  it('is not left in two states that exclude each other', () => {
    const command = migrate({ 'review.fire.inspecting': 'decision' });
    expect(problems(next(), history, command)).toEqual([
      { type: 'states-exclude-each-other', states: ['review', 'decision'] },
    ]);
  });
});

describe('what the new version asks for at submission', () => {
  const width = { type: 'integer', title: { id: 'Lebar', en: 'Width' }, required: true } as const;

  it('may be missing, unless a condition could never be decided', () => {
    const form = { ...samplePermit.form, width };
    expect(problems(next(undefined, { form }), [submitted, sent])).toEqual([]);

    const asking = next(
      (states) => ({
        ...states,
        decision: {
          on: {
            approve: {
              roles: ['head-of-unit'],
              target: 'second-opinion',
              guard: { name: 'condition', expression: 'data.width > 3' },
            },
          },
        },
      }),
      { form },
    );
    expect(problems(asking, [submitted, sent])).toEqual([
      { type: 'condition-undefined', fields: ['width'] },
    ]);
  });

  it('is told, so that somebody looks at it', () => {
    const { floorArea, ...rest } = samplePermit.form;
    const target = next(undefined, {
      form: { ...rest, width, floorArea: { ...floorArea, min: 200 } },
      documents: {
        ...samplePermit.documents,
        photo: { title: samplePermit.documents.photo.title },
      },
    });
    const application = fold(setting, [submitted, sent]);
    if (!application) throw new Error('no application');
    expect(planMigration(service, target, application, {})).toMatchObject({
      // The site plan is missing, too; but it was asked for before.
      notes: [
        { type: 'field-missing', field: 'width' },
        { type: 'field-not-valid', field: 'floorArea' },
        { type: 'document-missing', document: 'photo' },
      ],
    });
  });

  it('a fee that is assessed then is not assessed any more', () => {
    const fee: ServiceDefinitionInput['fee'] = {
      kind: 'fixed',
      amount: 50_000,
      receivedBy: ['cashier'],
    };
    expect(problems(next(undefined, { fee }), [submitted, sent])).toEqual([
      { type: 'fee-never-assessed' },
    ]);
  });

  it('four eyes still see who took a step', () => {
    const target = next(({ intake, ...states }) => ({
      ...states,
      intake: { on: { receive: { ...intake?.on?.['accept'], roles: ['front-desk'] } } },
      decision: {
        on: {
          approve: {
            roles: ['head-of-unit'],
            target: 'issued',
            guard: { name: 'not-the-same-officer', as: ['receive'] },
          },
        },
      },
    }));
    expect(problems(target, [submitted, sent])).toEqual([]);
    expect(problems(target, [submitted, sent, accepted])).toEqual([
      { type: 'four-eyes-lost', asked: ['receive'], taken: ['accept'] },
    ]);
  });
});

describe('clocks across a migration', () => {
  const clocks = (of: CompiledService, application: Application) =>
    clocksOf(of, application, calendars).map(({ id, standard, mode, startedAt, dueAt }) => ({
      id,
      standard: `${standard.amount} ${standard.unit}`,
      mode,
      startedAt: new Date(startedAt).toISOString(),
      dueAt: dueAt === undefined ? undefined : new Date(dueAt).toISOString(),
    }));

  it('keep their start and are held against the new standard', () => {
    const target = next(
      ({ intake, ...states }) => ({
        ...states,
        intake: { ...intake, standard: { amount: 2, unit: 'working-days' } },
      }),
      { standard: { time: { amount: 10, unit: 'working-days' }, warnAt: 0.8 } },
    );
    const { application } = migrated(target, [submitted, sent]);
    expect(clocks(target, application)).toEqual([
      {
        id: 'service',
        standard: '10 working-days',
        mode: 'running',
        startedAt: '2026-03-02T03:00:00.000Z',
        dueAt: '2026-03-16T09:00:00.000Z',
      },
      {
        id: 'state:intake#1',
        standard: '2 working-days',
        mode: 'running',
        startedAt: '2026-03-02T03:00:00.000Z',
        dueAt: '2026-03-04T09:00:00.000Z',
      },
    ]);
  });

  it('a clock that stood still goes on standing still until the file moves', () => {
    const returned: Happening = {
      type: 'StepTaken',
      at: '2026-03-03T02:00:00Z',
      by: people.frontDesk,
      data: { action: 'return-to-applicant', from: 'intake', to: 'returned' },
    };
    const target = next();
    const { application, events } = migrated(target, [submitted, sent, returned]);
    expect(clocks(target, application)[0]).toMatchObject({ mode: 'paused', dueAt: undefined });

    const resent: Happening = {
      type: 'StepTaken',
      at: '2026-03-05T02:00:00Z',
      by: people.applicant,
      data: { action: 'resend', from: 'returned', to: 'intake' },
    };
    const history = [submitted, sent, returned];
    const stayed = fold(setting, [...history, resent]);
    const moved = fold(setting, [...history, ...events, resent]);
    if (!stayed || !moved) throw new Error('no application');
    // As under one version, but that the second entry of the desk is one place later in the file.
    const withoutIds = (all: ReturnType<typeof clocks>) =>
      all.map((clock) => ({ ...clock, id: '' }));
    expect(withoutIds(clocks(target, moved))).toEqual(withoutIds(clocks(service, stayed)));
  });

  it('end with the file', () => {
    const target = next();
    const { events } = migrated(target, [submitted, sent]);
    const withdrawn: Happening = {
      type: 'StepTaken',
      at: '2026-03-05T02:00:00Z',
      by: people.applicant,
      data: { action: 'withdraw', from: 'intake', to: 'withdrawn', outcome: 'withdrawn' },
    };
    const application = fold(setting, [submitted, sent, ...events, withdrawn]);
    if (!application) throw new Error('no application');
    expect(clocks(target, application)).toMatchObject([
      { id: 'service', mode: 'ended' },
      { id: 'state:intake#1', mode: 'ended' },
    ]);
  });

  it("a state's clock goes on where its work does, and its record with it", () => {
    const breached: Happening = {
      type: 'ClockBreached',
      at: '2026-03-03T09:00:00Z',
      data: { clock: 'state:intake#1', dueAt: '2026-03-03T09:00:00Z' },
    };
    const command = migrate({ intake: 'front-desk-check' });
    const { application } = migrated(renamed, [submitted, sent, breached], command);
    expect(clocks(renamed, application)[1]).toMatchObject({
      id: 'state:intake#1',
      standard: '3 working-days',
      mode: 'running',
    });
    expect(application.clocks['state:intake#1']?.breachedAt).toBe('2026-03-03T09:00:00Z');
  });

  it("a state's clock ends where the new version promises nothing, held against its own standard", () => {
    const target = next(({ intake, ...states }) => ({
      ...states,
      intake: { on: intake?.on },
    }));
    const { application } = migrated(target, [submitted, sent]);
    expect(clocks(target, application)[1]).toMatchObject({
      id: 'state:intake#1',
      standard: '1 working-days',
      mode: 'ended',
    });
  });

  it('a promise that is new begins with the migration', () => {
    const target = next(({ decision, ...states }) => ({
      ...states,
      decision: { ...decision, standard: { amount: 1, unit: 'working-days' } },
    }));
    const decided: Happening = {
      type: 'StepTaken',
      at: '2026-03-03T05:00:00Z',
      by: people.fireReviewer,
      data: {
        action: 'report-fire-safety',
        from: { review: { structure: 'done', fire: 'inspecting' } },
        to: 'decision',
      },
    };
    const history = [submitted, sent, accepted, structureDone, decided];
    const { application } = migrated(target, history);
    expect(clocks(target, application).at(-1)).toMatchObject({
      id: 'state:decision#5',
      startedAt: '2026-03-04T02:00:00.000Z',
    });
  });
});

describe('who and when', () => {
  const target = next();

  it('is the system, for somebody who ordered it', () => {
    given({ ...setting, target }, submitted)
      .when(migrate(), { by: people.supervisor })
      .refusedAs({ type: 'role-required', roles: ['system'] });
  });

  it('is not recorded again, nor for a file that is pinned to another version than asked for', () => {
    const { events } = migrated(target, [submitted]);
    given({ ...setting, service: target, target }, submitted, ...events)
      .when(migrate())
      .then();
    given({ ...setting, target }, submitted)
      .when({ type: 'migrate', data: { to: 3, from: 2, mapping: {}, orderedBy: 'x' } })
      .then();
  });

  it('leaves an application that has ended with the version it ended under', () => {
    const withdrawn: Happening = {
      type: 'StepTaken',
      by: people.applicant,
      data: { action: 'withdraw', from: 'preparing', to: 'withdrawn', outcome: 'withdrawn' },
    };
    given({ ...setting, target }, submitted, withdrawn)
      .when(migrate())
      .refusedAs({ type: 'application-ended', outcome: 'withdrawn' });
  });
});
