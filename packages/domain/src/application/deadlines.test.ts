import { describe, expect, it } from 'vitest';
import { clocksOf, slaStatus } from '../sla/clocks.ts';
import { nextMark } from '../sla/clock-marks.ts';
import { onlyCalendar } from '../sla/office-calendars.ts';
import { compileService } from '../service/compile.ts';
import {
  definitionDigest,
  serviceDefinition,
  type ServiceDefinitionInput,
} from '../service/definition.ts';
import { fold, given, type Happening, type Setting } from '../testing/given.ts';
import { office, people, sampleCalendar } from '../testing/sample-people.ts';
import { compiled } from '../testing/sample-service.ts';
import { availableActions } from './available-actions.ts';
import type { StateValue } from './events.ts';
import { isRefused } from './refusal.ts';

const text = (en: string) => ({ id: en, en });
const law = text('Law 30/2014, article 53');

/** Two working days; silence approves; who does not answer within ten days has withdrawn. */
const permit = {
  id: 'dpmptsp.signboard',
  kind: 'permit',
  title: text('Signboard'),
  unit: 'dpmptsp',
  standard: {
    time: { amount: 2, unit: 'working-days' },
    warnAt: 0.75,
    escalations: [
      { at: 0.5, to: ['supervisor'] },
      { at: 'due', to: ['head-of-unit'] },
    ],
    deemed: { take: 'approve-by-law', legalGround: law },
  },
  outputs: { permit: { title: text('Permit'), number: '{sequence}/{year}' } },
  workflow: {
    initial: 'review',
    on: {
      'approve-by-law': { roles: ['system'], target: '#granted', issues: ['permit'] },
    },
    states: {
      review: {
        standard: { amount: 4, unit: 'working-hours' },
        reentry: 'continue',
        on: {
          approve: { roles: ['head-of-unit'], target: 'ready', issues: ['permit'] },
          ask: { roles: ['head-of-unit'], target: 'returned' },
          extend: {
            roles: ['head-of-unit'],
            comment: 'required',
            extends: { by: { amount: 3, unit: 'working-days' }, legalGround: law },
          },
        },
      },
      returned: {
        clock: 'paused',
        deadline: {
          after: { amount: 10, unit: 'calendar-days' },
          take: 'withdraw',
          legalGround: text('Regulation on service standards'),
        },
        on: {
          answer: { roles: ['applicant'], target: 'review' },
          withdraw: { roles: ['applicant', 'system'], target: 'withdrawn' },
        },
      },
      ready: {
        clock: 'stopped',
        on: {
          'hand-over': { roles: ['collection-desk'], target: 'granted' },
          reopen: { roles: ['head-of-unit'], target: 'review' },
        },
      },
      granted: { type: 'final', outcome: 'granted' },
      withdrawn: { type: 'final', outcome: 'withdrawn' },
    },
  },
} satisfies ServiceDefinitionInput;

const service = compiled(permit);
const calendars = onlyCalendar(sampleCalendar, 'Asia/Jakarta');
const { reference } = calendars.of('dpmptsp');
const setting: Setting = { service, calendars, actor: people.headOfUnit, at: '' };
const by = people.system;
/** Local time in Jakarta. */
const at = (local: string) =>
  Temporal.PlainDateTime.from(local).toZonedDateTime('Asia/Jakarta').toInstant().toString();
const inData = (local: string) => new Date(at(local)).toISOString();

const pinned = { id: service.id, version: 1, digest: service.digest };
const submitted: Happening = {
  type: 'ApplicationSubmitted',
  // Monday: due on Wednesday 4 March at 16:00.
  at: at('2026-03-02T10:00'),
  data: {
    office,
    service: pinned,
    applicant: { id: people.applicant.id, name: 'Pemohon' },
    channel: 'online',
    data: {},
    state: 'review',
  },
};
const moved = (local: string, action: string, from: StateValue, to: StateValue): Happening => ({
  type: 'StepTaken',
  data: { action, from, to },
  at: at(local),
});
const asked = moved('2026-03-03T09:00', 'ask', 'review', 'returned');
const clockIn = (id: string, ...history: Happening[]) => {
  const application = fold(setting, history);
  if (!application) throw new Error('the history is empty');
  const clock = clocksOf(service, application, calendars).find((one) => one.id === id);
  return { application, clock };
};

describe('deemed approval', () => {
  const act = { type: 'act-on-clock', data: { clock: 'service' } } as const;

  it('is decided by the engine when the promise has passed, with all that it was counted by', () => {
    const answered = moved('2026-03-03T11:00', 'answer', 'returned', 'review');
    const { decision } = given(setting, submitted, asked, answered).when(act, {
      by,
      // Two hours of work were the applicant's.
      at: at('2026-03-05T09:30'),
    });
    expect(decision).toMatchObject({
      events: [
        {
          type: 'StepTaken',
          data: {
            action: 'approve-by-law',
            to: 'granted',
            outcome: 'granted',
            comment: law.id,
            automatic: {
              clock: 'service',
              dueAt: inData('2026-03-05T09:30'),
              legalGround: law,
              standard: { amount: 2, unit: 'working-days' },
              startedAt: inData('2026-03-02T10:00'),
              pauses: [{ from: inData('2026-03-03T09:00'), to: inData('2026-03-03T11:00') }],
              calendar: reference,
              service: pinned,
            },
          },
        },
        { type: 'OutputIssued', data: { output: 'permit' } },
      ],
    });
  });

  it('waits for the deadline, and for nobody but the engine', () => {
    given(setting, submitted)
      .when(act, { by, at: at('2026-03-04T15:59') })
      .refusedAs({ type: 'clock-not-due', dueAt: inData('2026-03-04T16:00') });
    given(setting, submitted)
      .when(act, { at: at('2026-03-05T09:00') })
      .refusedAs({ type: 'role-required', roles: ['system'] });
  });

  it('does not come while the applicant has the file', () => {
    given(setting, submitted, asked)
      .when(act, { by, at: at('2026-03-31T09:00') })
      .refusedAs({ type: 'clock-not-due' });
  });

  it('is the last thing to do about the clock, after the breach is on record', () => {
    const told = (share: number | 'due', local: string): Happening => ({
      type: 'ClockEscalated',
      data: { clock: 'service', at: share, to: [], dueAt: inData(local), calendar: reference },
      at: at(local),
    });
    const marked = (type: 'ClockWarned' | 'ClockBreached', local: string): Happening =>
      ({
        type,
        data: { clock: 'service', dueAt: inData(local), warnAt: inData(local) },
        at: at(local),
      }) as Happening;
    const steps: Happening[] = [
      told(0.5, '2026-03-03T13:30'),
      marked('ClockWarned', '2026-03-04T10:00'),
      told('due', '2026-03-04T16:00'),
      marked('ClockBreached', '2026-03-04T16:00'),
    ];
    const next = steps.map((_, done) => {
      const { application, clock } = clockIn('service', submitted, ...steps.slice(0, done));
      return clock && nextMark(application, clock)?.mark;
    });
    expect(next).toEqual(['escalated', 'warned', 'escalated', 'breached']);
    const { application, clock } = clockIn('service', submitted, ...steps);
    expect(clock && nextMark(application, clock)).toEqual({
      mark: 'acted',
      at: Date.parse(at('2026-03-04T16:00')),
    });
  });
});

describe('an escalation', () => {
  const escalate = {
    type: 'mark-clock',
    data: { clock: 'service', mark: 'escalated' },
  } as const;

  it('tells its roles when its share has passed; those missed meanwhile are told with it', () => {
    const event = (share: number | 'due', to: string) => ({
      type: 'ClockEscalated' as const,
      data: {
        clock: 'service',
        at: share,
        to: [to],
        dueAt: inData('2026-03-04T16:00'),
        calendar: reference,
      },
    });
    given(setting, submitted)
      .when(escalate, { by, at: at('2026-03-03T13:30') })
      .then(event(0.5, 'supervisor'));
    given(setting, submitted)
      .when(escalate, { by, at: at('2026-03-06T09:00') })
      .then(event(0.5, 'supervisor'), event('due', 'head-of-unit'));
  });
});

describe('a deadline of a state', () => {
  const act = { type: 'act-on-clock', data: { clock: 'deadline:returned#1' } } as const;

  it('has the engine take the step when the applicant has not answered', () => {
    const file = given(setting, submitted, asked);
    file.when(act, { by, at: at('2026-03-13T23:59') }).refusedAs({ type: 'clock-not-due' });
    expect(file.when(act, { by, at: at('2026-03-14T00:00') }).decision).toMatchObject({
      events: [
        {
          data: {
            action: 'withdraw',
            to: 'withdrawn',
            automatic: { clock: 'deadline:returned#1' },
          },
        },
      ],
    });
  });

  it('is over with the state', () => {
    given(setting, submitted, asked, moved('2026-03-04T09:00', 'answer', 'returned', 'review'))
      .when(act, { by, at: at('2026-04-30T09:00') })
      .refusedAs({ type: 'clock-not-due' });
  });
});

describe('an extension', () => {
  const extend = {
    type: 'take-step',
    data: { action: 'extend', comment: 'hearing of the neighbours' },
  } as const;
  const extended: Happening = {
    type: 'PromiseExtended',
    data: { action: 'extend', by: { amount: 3, unit: 'working-days' }, legalGround: law },
    at: at('2026-03-03T09:00'),
  };

  it('is recorded with its legal ground, and lengthens the promise in its own kind of time', () => {
    const { decision } = given(setting, submitted).when(extend, { at: at('2026-03-03T09:00') });
    const { at: _, ...event } = extended;
    expect(decision).toMatchObject({ events: [{ type: 'StepTaken' }, event] });
    const { clock } = clockIn('service', submitted, extended);
    expect(clock?.dueAt).toBe(Date.parse(at('2026-03-09T16:00')));
  });

  it('is not offered when it is used up', () => {
    const offered = (...history: Happening[]) => {
      const { application } = clockIn('service', submitted, ...history);
      const actions = availableActions(service, application, people.headOfUnit);
      return actions.find(({ action }) => action === 'extend')?.refusal;
    };
    expect(offered()).toBeUndefined();
    expect(offered(extended)).toMatchObject({ type: 'already-extended', atMost: 1 });
  });

  it('is granted as often as is allowed, and before the time is over', () => {
    given(setting, submitted, extended)
      .when(extend, { at: at('2026-03-05T09:00') })
      .refusedAs({ type: 'already-extended', atMost: 1 });
    given(setting, submitted)
      .when(extend, { at: at('2026-03-04T16:01') })
      .refusedAs({ type: 'too-late-to-extend', dueAt: inData('2026-03-04T16:00') });
  });

  it('voids a warning that came too early for the new date', () => {
    const warned: Happening = {
      type: 'ClockWarned',
      data: {
        clock: 'service',
        dueAt: inData('2026-03-04T16:00'),
        warnAt: inData('2026-03-04T10:00'),
      },
      at: at('2026-03-04T10:00'),
    };
    const later = { ...extended, at: at('2026-03-04T11:00') };
    const standing = (...history: Happening[]) => {
      const { application, clock } = clockIn('service', submitted, ...history);
      return clock && slaStatus(application, [clock]);
    };
    expect(standing(warned)).toBe('at-risk');
    expect(standing(warned, later)).toBe('on-time');
  });
});

describe('a promise whose clock is stopped', () => {
  const ready = (local: string) => moved(local, 'approve', 'review', 'ready');
  const standing = (...history: Happening[]) => {
    const { application, clock } = clockIn('service', submitted, ...history);
    return { status: clock && slaStatus(application, [clock]), clock, application };
  };

  it('is kept, or was not, although the file still waits to be collected', () => {
    const kept = standing(ready('2026-03-04T15:59'));
    expect(kept).toMatchObject({ status: 'finished-in-time', clock: { mode: 'ended' } });
    expect(kept.clock && nextMark(kept.application, kept.clock)).toBeUndefined();
    const late = standing(ready('2026-03-04T16:01'));
    expect(late.status).toBe('finished-late');
    expect(late.clock && nextMark(late.application, late.clock)?.mark).toBe('breached');
  });

  it('goes on when the file comes back, and what lay between does not count', () => {
    const { status, clock } = standing(
      ready('2026-03-03T09:00'),
      moved('2026-03-03T11:00', 'reopen', 'ready', 'review'),
    );
    expect(status).toBe('on-time');
    expect(clock?.dueAt).toBe(Date.parse(at('2026-03-05T09:30')));
  });

  it('stays stopped across a migration, and goes on as it would have', () => {
    const next = serviceDefinition.parse({ ...permit, title: text('Signboards') });
    const target = compileService(next, { version: 2, digest: definitionDigest(next) });
    const migrate = {
      type: 'migrate',
      data: { to: 2, mapping: {}, orderedBy: 'somebody' },
    } as const;
    const { decision } = given({ ...setting, target }, submitted, ready('2026-03-03T09:00')).when(
      migrate,
      { by, at: at('2026-03-03T10:00') },
    );
    if (isRefused(decision)) throw new Error(decision.refusal.type);
    const migrated = decision.events.map((event) => ({ ...event, at: at('2026-03-03T10:00') }));
    const reopened = moved('2026-03-03T11:00', 'reopen', 'ready', 'review');
    const application = fold(setting, [
      submitted,
      ready('2026-03-03T09:00'),
      ...migrated,
      reopened,
    ]);
    if (!application) throw new Error('no application');
    const [clock] = clocksOf(target, application, calendars);
    expect(clock?.dueAt).toBe(Date.parse(at('2026-03-05T09:30')));
  });
});

describe('a state that is entered again', () => {
  it('goes on with its clock where the definition says so', () => {
    const { clock } = clockIn(
      'state:review#0',
      submitted,
      asked,
      moved('2026-03-05T09:00', 'answer', 'returned', 'review'),
    );
    expect(clock).toMatchObject({
      mode: 'running',
      pauses: [{ from: Date.parse(at('2026-03-03T09:00')) }],
    });
    // 2 + 3 hours on Monday, 1.5 on Tuesday: four hours were over on Monday at 15:00.
    expect(clock?.dueAt).toBe(Date.parse(at('2026-03-02T15:00')));
  });
});

describe('what cannot be done when it is due', () => {
  const park = {
    type: 'park-clock',
    data: { clock: 'service', mark: 'acted', reason: 'guard-not-met' },
  } as const;
  const parkedAt = (local: string, attempts: number, retryAt: string): Happening => ({
    type: 'ClockParked',
    at: at(local),
    data: {
      ...park.data,
      dueAt: inData('2026-03-04T16:00'),
      attempts,
      retryAt: inData(retryAt),
    },
  });
  const first = parkedAt('2026-03-04T16:00', 1, '2026-03-04T16:01');
  const nextOf = (...history: Happening[]) => {
    const { application, clock } = clockIn('service', ...history);
    if (!clock) throw new Error('no clock');
    return nextMark(application, clock);
  };
  const marks: Happening[] = (['ClockBreached'] as const).map((type) => ({
    type,
    at: at('2026-03-04T16:00'),
    data: { clock: 'service', dueAt: inData('2026-03-04T16:00') },
  }));
  const told: Happening[] = ([0.5, 'due'] as const).map((share) => ({
    type: 'ClockEscalated',
    at: at('2026-03-04T16:00'),
    data: {
      clock: 'service',
      at: share,
      to: [],
      dueAt: inData('2026-03-04T16:00'),
      calendar: reference,
    },
  }));
  const over = [submitted, ...told, ...marks];

  it('is tried again four times later each time', () => {
    given(setting, ...over)
      .when(park, { by, at: at('2026-03-04T16:00') })
      .then({ type: 'ClockParked', data: first.data as never });
    const second = parkedAt('2026-03-04T16:02', 2, '2026-03-04T16:06');
    given(setting, ...over, first)
      .when(park, { by, at: at('2026-03-04T16:02') })
      .then({ type: 'ClockParked', data: second.data as never });
  });

  it('is recorded once by two who tried at the same time, by the system, when it is due', () => {
    given(setting, ...over, first)
      .when(park, { by, at: at('2026-03-04T16:00:30') })
      .then();
    given(setting, ...over)
      .when(park, { by: people.headOfUnit, at: at('2026-03-04T16:00') })
      .refusedAs({ type: 'role-required' });
    given(setting, submitted)
      .when(park, { by, at: at('2026-03-04T15:59') })
      .refusedAs({ type: 'clock-not-due' });
  });

  it('waits for its time, and comes at once when something else happens to the file', () => {
    expect(nextOf(...over, first)).toMatchObject({
      mark: 'acted',
      retryAt: Date.parse(inData('2026-03-04T16:01')),
    });
    const note: Happening = { type: 'NoteAdded', data: { text: 'Catatan' } };
    expect(nextOf(...over, first, note)).toHaveProperty('retryAt');
    const assessed: Happening = { type: 'FeeAssessed', data: { amount: 0 } };
    expect(nextOf(...over, first, assessed)).not.toHaveProperty('retryAt');
  });
});
