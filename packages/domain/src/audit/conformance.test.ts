import { describe, expect, it } from 'vitest';
import type { Actor } from '../actor.ts';
import type { ApplicationEvent } from '../application/events.ts';
import { patched } from '../testing/patched.ts';
import { calendarsWithDecrees } from '../testing/published-calendars.ts';
import { office, people } from '../testing/sample-people.ts';
import { compiled } from '../testing/sample-service.ts';
import { checkConformance } from './conformance.ts';
import type { StoredStep } from './stored-step.ts';

const calendars = calendarsWithDecrees([]);
/** Whoever checked the file decides on it, with both roles. */
const head: Actor = { ...people.headOfUnit, roles: ['head-of-unit', 'front-desk'] };
const service = compiled(
  patched({
    documents: { 'site-plan': null, photo: null },
    fee: { kind: 'fixed', amount: 100, assessedBy: null },
    workflow: {
      initial: 'intake',
      states: {
        preparing: null,
        review: null,
        returned: null,
        intake: {
          on: {
            accept: { target: 'decision', guard: null },
            'return-to-applicant': null,
            reject: { target: 'refused', roles: ['front-desk'], comment: 'required' },
          },
        },
      },
    },
  }),
);

const submitted: ApplicationEvent = {
  type: 'ApplicationSubmitted',
  data: {
    office,
    service: { id: service.id, version: 1, digest: service.digest },
    applicant: { id: people.applicant.id, name: 'Pemohon' },
    channel: 'online',
    data: { address: 'Jalan Merdeka 1', floorArea: 90 },
    state: 'intake',
  },
};
const fee: ApplicationEvent = { type: 'FeeAssessed', data: { amount: 100 } };
const accepted: ApplicationEvent = {
  type: 'StepTaken',
  data: { action: 'accept', from: 'intake', to: 'decision' },
};
const paid: ApplicationEvent = {
  type: 'PaymentReceived',
  data: { amount: 100, reference: 'BNI-1' },
};
const approved: ApplicationEvent = {
  type: 'StepTaken',
  data: { action: 'approve', from: 'decision', to: 'issued', outcome: 'granted' },
};

type Given = readonly [Actor, ...ApplicationEvent[]];

/** One command an entry, a minute apart. */
function history(...commands: Given[]): StoredStep[] {
  let revision = 0;
  return commands.flatMap(([actor, ...events], minute) =>
    events.map((event) => ({
      revision: revision++,
      type: event.type,
      event,
      metadata: {
        actor,
        office,
        occurredAt: Temporal.Instant.from('2026-02-02T02:00:00Z')
          .add({ minutes: minute })
          .toString(),
        command: `00000000-0000-4000-8000-${String(minute).padStart(12, '0')}`,
      },
    })),
  );
}

const check = (steps: readonly StoredStep[]) =>
  checkConformance(steps, {
    service: (id, version) => (id === service.id && version === 1 ? service : undefined),
    calendars: (id) => (id === office ? calendars : undefined),
  }).findings;

describe('a history that could not have been recorded', () => {
  const begun: Given[] = [
    [people.applicant, submitted, fee],
    [people.frontDesk, accepted],
  ];

  it('is not this one', () => {
    const whole = history(...begun, [people.cashier, paid], [people.headOfUnit, approved]);
    expect(check(whole)).toEqual([]);
  });

  it('has an officer who decides what they checked themselves', () => {
    const checkedByHead: Given[] = [
      [people.applicant, submitted, fee],
      [head, accepted],
    ];
    expect(check(history(...checkedByHead, [people.cashier, paid], [head, approved]))).toEqual([
      expect.objectContaining({
        revision: 4,
        event: 'StepTaken',
        by: head.id,
        finding: 'refused',
        refusal: {
          type: 'guard-not-met',
          action: 'approve',
          unmet: { guard: 'not-the-same-officer', action: 'accept' },
        },
      }),
    ]);
  });

  it('has a permit for which nobody paid', () => {
    expect(check(history(...begun, [people.headOfUnit, approved]))).toEqual([
      expect.objectContaining({
        revision: 3,
        refusal: {
          type: 'guard-not-met',
          action: 'approve',
          unmet: { guard: 'fee-paid', assessed: true, outstanding: 100 },
        },
      }),
    ]);
  });

  it('has a fee that submission leads to left out, or one that nothing leads to', () => {
    const [first] = begun;
    if (!first) throw new Error('it begins with its submission');
    expect(check(history([people.applicant, submitted], [people.frontDesk, accepted]))).toEqual([
      expect.objectContaining({ revision: 0, finding: 'left-out', shouldBe: 'FeeAssessed' }),
    ]);
    expect(check(history(first, [people.frontDesk, accepted, fee]))).toEqual([
      expect.objectContaining({ revision: 3, finding: 'not-called-for', event: 'FeeAssessed' }),
    ]);
  });

  it('lacks a comment that the action asks for', () => {
    const rejected: ApplicationEvent = {
      type: 'StepTaken',
      data: { action: 'reject', from: 'intake', to: 'refused', outcome: 'refused' },
    };
    const [first] = begun;
    if (!first) throw new Error('it begins with its submission');
    expect(check(history(first, [people.frontDesk, rejected]))).toEqual([
      expect.objectContaining({ refusal: { type: 'comment-required', action: 'reject' } }),
    ]);
  });

  it('has a step on a file that another officer holds', () => {
    const assigned: ApplicationEvent = {
      type: 'OfficerAssigned',
      data: { state: 'intake', officer: people.frontDesk.id },
    };
    const [first] = begun;
    if (!first) throw new Error('it begins with its submission');
    const other = { ...people.frontDesk, id: 'officer-front-desk-2' };
    expect(check(history(first, [people.frontDesk, assigned], [other, accepted]))).toEqual([
      expect.objectContaining({
        refusal: { type: 'assigned-to-another', state: 'intake', officer: people.frontDesk.id },
      }),
    ]);
  });

  it('has a step into a state that there is not: the rest is still held against what is recorded', () => {
    const astray: ApplicationEvent = {
      type: 'StepTaken',
      data: { action: 'accept', from: 'intake', to: 'nowhere' },
    };
    const [first] = begun;
    if (!first) throw new Error('it begins with its submission');
    const findings = check(
      history(first, [people.frontDesk, astray], [people.headOfUnit, approved]),
    );
    expect(findings).toMatchObject([
      { revision: 2, finding: 'recorded-otherwise', path: 'to', is: 'nowhere' },
      { revision: 3, finding: 'undecidable' },
    ]);
  });

  it('does not begin with a submission', () => {
    expect(check(history([people.frontDesk, accepted]))).toMatchObject([
      { revision: 0, finding: 'not-called-for' },
      { revision: 0, finding: 'undecidable' },
    ]);
  });

  it('has an event that cannot be read: named, and what follows is checked all the same', () => {
    const whole = history(...begun, [people.cashier, paid], [people.headOfUnit, approved]);
    const [one] = whole.splice(2, 1, { revision: 2, type: 'StepTaken', unreadable: 'data.to' });
    expect(one?.type).toBe('StepTaken');
    expect(check(whole)).toMatchObject([
      { revision: 2, finding: 'unreadable', reason: 'data.to' },
      { revision: 4, finding: 'refused', refusal: { type: 'action-not-available' } },
    ]);
  });

  it('has the same command twice', () => {
    const whole = history(...begun, [people.frontDesk, accepted]);
    const [first, last] = [whole[2], whole.at(-1)];
    if (!first || !last || !('metadata' in first) || !('metadata' in last)) throw new Error('both');
    const note: ApplicationEvent = { type: 'NoteAdded', data: { text: '-' } };
    const again = { ...last, event: note, type: note.type, metadata: first.metadata, revision: 4 };
    const between = { ...last, event: note, type: note.type };
    expect(check([...whole.slice(0, 3), between, again])).toMatchObject([
      { revision: 4, finding: 'repeated-command' },
    ]);
  });

  it('is of an office that is not configured: said once', () => {
    const { findings } = checkConformance(history(...begun), {
      service: () => service,
      calendars: () => undefined,
    });
    expect(findings).toMatchObject([{ revision: 0, finding: 'unknown-office', office }]);
  });
});

describe('a case that was taken over from another system', () => {
  const imported = (event: ApplicationEvent): ApplicationEvent =>
    event.type === 'ApplicationSubmitted'
      ? {
          ...event,
          data: {
            ...event.data,
            imported: {
              log: '0190a8e4-6b1a-7c3e-9f00-000000000001',
              case: '1',
              place: 0,
              attributes: [],
            },
          },
        }
      : event.type === 'StepTaken'
        ? { ...event, data: { ...event.data, imported: { attributes: [] } } }
        : event;
  const stranger: Actor = { id: 'Resource21', roles: [] };

  it('is held against the workflow alone, whoever acted and in whichever order of time', () => {
    const whole = history([stranger, imported(submitted)], [stranger, imported(accepted)]);
    const [first, second] = whole;
    if (!first || !second || !('metadata' in second)) throw new Error('both are there');
    const metadata = { ...second.metadata, occurredAt: '2019-01-01T00:00:00Z' };
    expect(check([first, { ...second, metadata }])).toEqual([]);
  });

  it('has a step that the definition does not allow', () => {
    expect(check(history([stranger, imported(submitted)], [stranger, imported(approved)]))).toEqual(
      [
        expect.objectContaining({
          revision: 1,
          refusal: expect.objectContaining({ type: 'action-not-available', action: 'approve' }),
        }),
      ],
    );
  });

  it('says nothing of what a guard asks for: that is no finding', () => {
    const whole = history(
      [stranger, imported(submitted)],
      [stranger, imported(accepted)],
      [stranger, imported(approved)],
    );
    const checked = checkConformance(whole, { service: () => service, calendars: () => calendars });
    expect(checked.findings).toEqual([]);
    expect(checked.unchecked).toEqual([
      { revision: 2, event: 'StepTaken', why: 'imported-without-facts' },
    ]);
  });
});
