import { describe, expect, it } from 'vitest';
import { given, type Happening, type Setting } from '../testing/given.ts';
import { compiled, samplePermit } from '../testing/sample-service.ts';
import { office, people, sampleOffices } from '../testing/sample-people.ts';
import type { ApplicationCommand } from './commands.ts';

const service = compiled();
const calendars = sampleOffices.get(office)?.calendars;
if (!calendars) throw new Error('the sample office has no calendar');
const setting: Setting = {
  service,
  calendars,
  actor: people.applicant,
  at: '2026-03-02T02:00:00Z',
};

const document = '0190a8e4-6b1a-7c3e-9f00-000000000001';
const replacement = '0190a8e4-6b1a-7c3e-9f00-000000000002';
const data = { address: 'Jalan Melati 1', floorArea: 120 };
const applicant = { id: people.applicant.id, name: 'Pemohon' };

const submitted: Happening = {
  type: 'ApplicationSubmitted',
  data: {
    office,
    service: { id: service.id, version: service.version, digest: service.digest },
    applicant,
    channel: 'online',
    data,
    state: 'preparing',
  },
};
const sitePlan = {
  document,
  requirement: 'site-plan',
  name: 'denah.pdf',
  mediaType: 'application/pdf',
  bytes: 1200,
  sha256: 'a'.repeat(64),
};
const attached: Happening = { type: 'DocumentAttached', data: sitePlan };
const verified: Happening = {
  type: 'DocumentVerified',
  data: { document },
  by: people.frontDesk,
};
const sent: Happening = {
  type: 'StepTaken',
  data: { action: 'send', from: 'preparing', to: 'intake' },
};
const inReview = {
  review: { structure: 'inspecting', fire: 'inspecting' },
};
const accepted: Happening = {
  type: 'StepTaken',
  data: { action: 'accept', from: 'intake', to: inReview },
  by: people.frontDesk,
};
const structureApproved: Happening = {
  type: 'StepTaken',
  data: {
    action: 'approve-structure',
    from: inReview,
    to: { review: { structure: 'done', fire: 'inspecting' } },
    data: { structure: 'sound' },
  },
  by: people.structureReviewer,
};
const atDecision: Happening[] = [
  submitted,
  attached,
  sent,
  verified,
  accepted,
  structureApproved,
  {
    type: 'StepTaken',
    data: {
      action: 'report-fire-safety',
      from: { review: { structure: 'done', fire: 'inspecting' } },
      to: 'decision',
      data: { fireSafety: 'safe' },
    },
    by: people.fireReviewer,
  },
];
const assessed: Happening = {
  type: 'FeeAssessed',
  data: { amount: 500_000 },
  by: people.structureReviewer,
};
const paid: Happening = {
  type: 'PaymentReceived',
  data: { amount: 500_000, reference: 'kwitansi-1' },
  by: people.cashier,
};
const step = (action: string, more: object = {}): ApplicationCommand => ({
  type: 'take-step',
  data: { action, ...more },
});

describe('submitting', () => {
  const submit = (more: object = {}): ApplicationCommand => ({
    type: 'submit',
    data: { service: service.id, office, applicant, channel: 'online', data, ...more },
  });

  it('records the form, the version of the service and the state it begins in', () => {
    given(setting).when(submit()).then({ type: 'ApplicationSubmitted', data: submitted.data });
  });

  it('refuses to submit twice', () => {
    given(setting, submitted).when(submit()).refusedAs({ type: 'application-exists' });
  });

  it("refuses somebody else's application", () => {
    given(setting)
      .when(submit(), { by: people.otherApplicant })
      .refusedAs({ type: 'not-your-application' });
  });

  it('lets the front desk of the office submit for the applicant', () => {
    const { decision } = given(setting).when(submit({ channel: 'counter' }), {
      by: people.frontDesk,
    });
    expect(decision).toMatchObject({ events: [{ type: 'ApplicationSubmitted' }] });
  });

  it('refuses an officer whose role the service does not name', () => {
    given(setting)
      .when(submit(), { by: people.cashier })
      .refusedAs({ type: 'role-required', roles: ['applicant', 'front-desk'] });
  });

  it('names each field that is missing, wrong or unknown, in both languages', () => {
    const { decision } = given(setting).when(submit({ data: { floorArea: 0, colour: 'red' } }));
    expect(decision).toMatchObject({ refusal: { type: 'invalid-data' } });
    const issues =
      'refusal' in decision && decision.refusal.type === 'invalid-data'
        ? decision.refusal.issues
        : [];
    expect(issues.map(({ field }) => field).toSorted()).toEqual(['address', 'colour', 'floorArea']);
    for (const { message } of issues) expect(message.id).not.toBe(message.en);
  });

  it('does not let anybody fill in beforehand what officers are to find', () => {
    given(setting)
      .when(submit({ data: { ...data, structure: 'sound' } }))
      .refusedAs({
        type: 'field-not-allowed',
        field: 'structure',
        allowed: ['address', 'floorArea'],
      });
  });

  it('assesses a fixed fee at once', () => {
    const fixed = compiled({
      ...service.definition,
      fee: { kind: 'fixed', amount: 30_000, receivedBy: ['cashier'] },
    });
    const { decision } = given({ ...setting, service: fixed }).when(submit());
    expect(decision).toMatchObject({
      events: [{ type: 'ApplicationSubmitted' }, { type: 'FeeAssessed', data: { amount: 30_000 } }],
    });
  });
});

describe('taking a step', () => {
  it('moves the file where the workflow says', () => {
    given(setting, submitted, attached)
      .when(step('send'))
      .then({
        type: 'StepTaken',
        data: { action: 'send', from: 'preparing', to: 'intake' },
      });
  });

  it('leaves the file where it is, when the action leads nowhere', () => {
    const visits = compiled({
      ...samplePermit,
      workflow: {
        ...samplePermit.workflow,
        states: {
          ...samplePermit.workflow.states,
          intake: {
            ...samplePermit.workflow.states.intake,
            on: { visit: { roles: ['front-desk'], sets: ['floorArea'] } },
          },
        },
      },
    });
    given({ ...setting, service: visits }, submitted, attached, sent)
      .when(step('visit', { data: { floorArea: 95 } }), { by: people.frontDesk })
      .then({
        type: 'StepTaken',
        data: { action: 'visit', from: 'intake', to: 'intake', data: { floorArea: 95 } },
      });
  });

  it('refuses what the definition does not know, naming what it knows', () => {
    given(setting, submitted)
      .when(step('teleport'))
      .refusedAs({ type: 'unknown-action', known: expect.arrayContaining(['send', 'withdraw']) });
  });

  it('refuses what is not offered in this state, naming what is', () => {
    given(setting, submitted)
      .when(step('accept'), { by: people.frontDesk })
      .refusedAs({
        type: 'action-not-available',
        state: ['preparing'],
        available: ['send', 'withdraw'],
      });
  });

  it('refuses anything after the end', () => {
    given(setting, submitted, {
      type: 'StepTaken',
      data: { action: 'withdraw', from: 'preparing', to: 'withdrawn', outcome: 'withdrawn' },
    })
      .when(step('send'))
      .refusedAs({ type: 'application-ended', outcome: 'withdrawn' });
  });

  it('refuses the wrong role, unit, office and applicant, each by its own name', () => {
    const file = given(setting, submitted, attached, sent, verified);
    const { frontDesk } = people;
    file
      .when(step('accept'), { by: people.cashier })
      .refusedAs({ type: 'role-required', roles: ['front-desk'] });
    file
      .when(step('accept'), { by: { ...frontDesk, unit: 'polres' } })
      .refusedAs({ type: 'other-unit', unit: 'dpmptsp' });
    file
      .when(step('accept'), { by: { ...frontDesk, office: 'mpp-makassar' } })
      .refusedAs({ type: 'other-office', office });
    file
      .when(step('withdraw'), { by: people.otherApplicant })
      .refusedAs({ type: 'not-your-application' });
  });

  it('waits for the documents that are required, and says which', () => {
    given(setting, submitted)
      .when(step('send'))
      .refusedAs({
        type: 'guard-not-met',
        unmet: { guard: 'documents-attached', missing: ['site-plan'] },
      });
    given(setting, submitted, attached, sent)
      .when(step('accept'), { by: people.frontDesk })
      .refusedAs({
        type: 'guard-not-met',
        unmet: { guard: 'requirements-verified', missing: [], unverified: ['site-plan'] },
      });
  });

  it('asks for a comment where the definition requires one', () => {
    const file = given(setting, submitted, attached, sent);
    file
      .when(step('return-to-applicant'), { by: people.frontDesk })
      .refusedAs({ type: 'comment-required' });
    file
      .when(step('return-to-applicant', { comment: 'Denah tidak terbaca' }), {
        by: people.frontDesk,
      })
      .then({
        type: 'StepTaken',
        data: {
          action: 'return-to-applicant',
          from: 'intake',
          to: 'returned',
          comment: 'Denah tidak terbaca',
        },
      });
  });

  it('sets only the fields that the action may set, and only to valid values', () => {
    const returned: Happening = {
      type: 'StepTaken',
      data: { action: 'return-to-applicant', from: 'intake', to: 'returned', comment: '…' },
    };
    const file = given(setting, submitted, attached, sent, returned);
    file
      .when(step('resend', { data: { address: 'elsewhere' } }))
      .refusedAs({ type: 'field-not-allowed', field: 'address', allowed: ['floorArea'] });
    file.when(step('resend', { data: { floorArea: -1 } })).refusedAs({ type: 'invalid-data' });
    file.when(step('resend', { data: { floorArea: 90 } })).then({
      type: 'StepTaken',
      data: { action: 'resend', from: 'returned', to: 'intake', data: { floorArea: 90 } },
    });
  });
});

describe('a parallel review', () => {
  it('lets two units look at the same file at once, in either order', () => {
    const file = given(setting, submitted, attached, sent, verified, accepted);
    file.when(step('approve-structure'), { by: people.structureReviewer }).then({
      type: 'StepTaken',
      data: {
        action: 'approve-structure',
        from: inReview,
        to: { review: { structure: 'done', fire: 'inspecting' } },
        data: { structure: 'sound' },
      },
    });
    file
      .when(step('report-fire-safety', { data: { fireSafety: 'safe' } }), {
        by: people.fireReviewer,
      })
      .then({
        type: 'StepTaken',
        data: {
          action: 'report-fire-safety',
          from: inReview,
          to: { review: { structure: 'inspecting', fire: 'done' } },
          data: { fireSafety: 'safe' },
        },
      });
  });

  it("keeps one unit out of the other's review", () => {
    given(setting, submitted, attached, sent, verified, accepted)
      .when(step('approve-structure'), {
        by: { ...people.structureReviewer, unit: 'pemadam-kebakaran' },
      })
      .refusedAs({ type: 'other-unit', unit: 'dinas-perumahan' });
  });

  it('moves on when both are done, where their findings lead', () => {
    const file = given(setting, submitted, attached, sent, verified, accepted, structureApproved);
    for (const [fireSafety, to, outcome] of [
      ['safe', 'decision', undefined],
      ['unsafe', 'refused', 'refused'],
    ] as const) {
      file
        .when(step('report-fire-safety', { data: { fireSafety } }), { by: people.fireReviewer })
        .then({
          type: 'StepTaken',
          data: {
            action: 'report-fire-safety',
            from: { review: { structure: 'done', fire: 'inspecting' } },
            to,
            data: { fireSafety },
            ...(outcome ? { outcome } : {}),
          },
        });
    }
  });

  it('does not open a region twice', () => {
    given(setting, submitted, attached, sent, verified, accepted, structureApproved)
      .when(step('approve-structure'), { by: people.structureReviewer })
      .refusedAs({ type: 'action-not-available', available: ['report-fire-safety', 'withdraw'] });
  });
});

describe('the decision', () => {
  it('needs four eyes: who accepted the file may not approve it', () => {
    const both = { ...people.headOfUnit, id: people.frontDesk.id };
    given(setting, ...atDecision, assessed, paid)
      .when(step('approve'), { by: both })
      .refusedAs({
        type: 'guard-not-met',
        unmet: { guard: 'not-the-same-officer', action: 'accept' },
      });
  });

  it('waits for the fee, and says how much is open', () => {
    const by = people.headOfUnit;
    const unpaid = (assessedFee: boolean, outstanding: number) =>
      ({
        type: 'guard-not-met',
        unmet: { guard: 'fee-paid', assessed: assessedFee, outstanding },
      }) as const;
    given(setting, ...atDecision)
      .when(step('approve'), { by })
      .refusedAs(unpaid(false, 0));
    given(setting, ...atDecision, assessed)
      .when(step('approve'), { by })
      .refusedAs(unpaid(true, 500_000));
  });

  it('follows the branch whose condition the data meets, and ends with its outcome', () => {
    given(setting, ...atDecision, assessed, paid)
      .when(step('approve'), { by: people.headOfUnit })
      .then({
        type: 'StepTaken',
        data: { action: 'approve', from: 'decision', to: 'issued', outcome: 'granted' },
      });
    const large: Happening = {
      ...submitted,
      data: { ...submitted.data, data: { ...data, floorArea: 5000 } },
    };
    given(setting, large, ...atDecision.slice(1), assessed, paid)
      .when(step('approve'), { by: people.headOfUnit })
      .then({
        type: 'StepTaken',
        data: { action: 'approve', from: 'decision', to: 'second-opinion' },
      });
  });
});

describe('documents', () => {
  const attach = (more: object = {}): ApplicationCommand => ({
    type: 'attach-document',
    data: { ...sitePlan, ...more },
  });

  it('are taken while the applicant has the file', () => {
    given(setting, submitted).when(attach()).then({ type: 'DocumentAttached', data: sitePlan });
    given(setting, submitted, attached, sent)
      .when(attach({ document: replacement }))
      .refusedAs({ type: 'not-at-this-desk', state: ['intake'] });
  });

  it('must be of a kind, type and size that the definition accepts', () => {
    const file = given(setting, submitted);
    file
      .when(attach({ requirement: 'horoscope' }))
      .refusedAs({ type: 'unknown-requirement', known: ['site-plan', 'photo'] });
    file.when(attach({ mediaType: 'text/html' })).refusedAs({ type: 'document-type-not-accepted' });
    file
      .when(attach({ bytes: 6 * 1024 * 1024 }))
      .refusedAs({ type: 'document-too-large', maxBytes: 5 * 1024 * 1024 });
  });

  it('are verified by the role that the definition names, once', () => {
    const verify: ApplicationCommand = { type: 'verify-document', data: { document } };
    const file = given(setting, submitted, attached, sent);
    file
      .when(verify, { by: people.frontDesk })
      .then({ type: 'DocumentVerified', data: { document } });
    file.when(verify).refusedAs({ type: 'role-required', roles: ['front-desk'] });
    given(setting, submitted, attached, sent, verified)
      .when(verify, { by: people.frontDesk })
      .then();
  });

  it('that were rejected or replaced no longer count', () => {
    const reject: ApplicationCommand = {
      type: 'reject-document',
      data: { document, reason: 'Buram' },
    };
    given(setting, submitted, attached, sent)
      .when(reject, { by: people.frontDesk })
      .then({ type: 'DocumentRejected', data: { document, reason: 'Buram' } });
    const newer: Happening = {
      type: 'DocumentAttached',
      data: { ...sitePlan, document: replacement },
    };
    given(setting, submitted, attached, newer, sent)
      .when(reject, { by: people.frontDesk })
      .refusedAs({ type: 'document-replaced', document });
  });
});

describe('payments', () => {
  const receive = (amount: number, reference = 'kwitansi-1'): ApplicationCommand => ({
    type: 'receive-payment',
    data: { amount, reference },
  });

  it('count once by their reference and never exceed what is owed', () => {
    given(setting, ...atDecision)
      .when(receive(1), { by: people.cashier })
      .refusedAs({ type: 'no-fee-due' });
    const file = given(setting, ...atDecision, assessed, {
      type: 'PaymentReceived',
      data: { amount: 200_000, reference: 'kwitansi-1' },
    });
    file
      .when(receive(300_000), { by: people.cashier })
      .refusedAs({ type: 'payment-already-received', reference: 'kwitansi-1' });
    file
      .when(receive(300_001, 'kwitansi-2'), { by: people.cashier })
      .refusedAs({ type: 'payment-exceeds-fee', outstanding: 300_000 });
    file
      .when(receive(300_000, 'kwitansi-2'), { by: people.cashier })
      .then({ type: 'PaymentReceived', data: { amount: 300_000, reference: 'kwitansi-2' } });
  });

  it('are received by the cashier only', () => {
    given(setting, ...atDecision, assessed)
      .when(receive(1), { by: people.headOfUnit })
      .refusedAs({ type: 'role-required', roles: ['cashier'] });
  });
});

describe('assignment', () => {
  const state = 'review.structure.inspecting';
  const assign = (officer: string): ApplicationCommand => ({
    type: 'assign',
    data: { state, officer },
  });
  const inTheirHands: Happening[] = [submitted, attached, sent, verified, accepted];
  const reviewer = people.structureReviewer;
  const colleague = { ...reviewer, id: 'officer-colleague' };
  const held: Happening = {
    type: 'OfficerAssigned',
    data: { state, officer: reviewer.id },
    by: reviewer,
  };

  it('is taken by an officer who can act there', () => {
    const file = given(setting, ...inTheirHands);
    file.when(assign(reviewer.id), { by: reviewer }).then({
      type: 'OfficerAssigned',
      data: { state, officer: reviewer.id },
    });
    file
      .when(assign(people.fireReviewer.id), { by: people.fireReviewer })
      .refusedAs({ type: 'role-required' });
  });

  it('keeps colleagues away until it is released or a supervisor moves it', () => {
    const file = given(setting, ...inTheirHands, held);
    const held403 = { type: 'assigned-to-another', officer: reviewer.id } as const;
    file.when(step('approve-structure'), { by: colleague }).refusedAs(held403);
    file.when(assign(colleague.id), { by: colleague }).refusedAs(held403);
    const supervisor = { ...people.supervisor, unit: 'dinas-perumahan' };
    file
      .when(assign(colleague.id), { by: supervisor })
      .then({ type: 'OfficerAssigned', data: { state, officer: colleague.id } });
    file
      .when({ type: 'release', data: { state } }, { by: reviewer })
      .then({ type: 'OfficerReleased', data: { state } });
  });

  it('ends with the state, and leaves the parallel review alone', () => {
    const file = given(setting, ...inTheirHands, held, structureApproved);
    expect(file.application?.assignments).toEqual({});
    given(setting, ...inTheirHands, held)
      .when(step('report-fire-safety', { data: { fireSafety: 'safe' } }), {
        by: people.fireReviewer,
      })
      .then(expect.objectContaining({ type: 'StepTaken' }) as never);
  });
});

describe('clock marks', () => {
  // Sent on Monday 2 March 2026, 09:00 in Jakarta: intake is due on Tuesday, 16:00 (09:00 UTC).
  const file = given(setting, submitted, attached, sent);
  const mark = (clock: string, kind: 'warned' | 'breached'): ApplicationCommand => ({
    type: 'mark-clock',
    data: { clock, mark: kind },
  });
  const by = people.system;

  it('are recorded when due, with the instant that was promised', () => {
    file.when(mark('state:intake#1', 'breached'), { by, at: '2026-03-03T09:00:00Z' }).then({
      type: 'ClockBreached',
      data: {
        clock: 'state:intake#1',
        dueAt: '2026-03-03T09:00:00.000Z',
        calendar: calendars.of('dpmptsp').reference,
      },
    });
  });

  it('are refused before, and recorded once', () => {
    file
      .when(mark('state:intake#1', 'breached'), { by, at: '2026-03-03T08:59:59Z' })
      .refusedAs({ type: 'clock-not-due' });
    given(setting, submitted, attached, sent, {
      type: 'ClockBreached',
      data: { clock: 'state:intake#1', dueAt: '2026-03-03T09:00:00.000Z' },
      at: '2026-03-03T09:00:00Z',
    })
      .when(mark('state:intake#1', 'breached'), { by, at: '2026-03-04T09:00:00Z' })
      .then();
  });

  it('come from the system alone', () => {
    file
      .when(mark('service', 'warned'), { by: people.headOfUnit, at: '2026-03-31T09:00:00Z' })
      .refusedAs({ type: 'role-required', roles: ['system'] });
  });
});
