import { describe, expect, it } from 'vitest';
import type { ApplicationEvent } from '../application/events.ts';
import { evolve, type Application } from '../application/application.ts';
import type { CompiledService } from '../service/compile.ts';
import { office, people } from '../testing/sample-people.ts';
import { compiled, samplePermit } from '../testing/sample-service.ts';
import { addresseesOf, applicantContact } from './addressees.ts';
import { announcementsOf, type HistoryEvent } from './announcement.ts';
import { recipientDefinition } from './recipient.ts';

const text = (en: string) => ({ id: en, en });
const service = compiled({
  ...samplePermit,
  form: {
    ...samplePermit.form,
    email: { type: 'text', title: text('E-mail'), personal: true, contact: 'email' },
  },
});
const occurredAt = '2026-03-02T02:00:00Z';

const submitted: ApplicationEvent = {
  type: 'ApplicationSubmitted',
  data: {
    office,
    service: { id: service.id, version: 1, digest: 'a'.repeat(64) },
    applicant: { id: 'applicant-1', name: 'Pemohon' },
    channel: 'online',
    data: { email: 'pemohon@example.com' },
    state: 'preparing',
  },
};
const step = (from: string, to: string, more: object = {}): ApplicationEvent => ({
  type: 'StepTaken',
  data: { action: 'some', from, to, ...more },
});
const sent = step('preparing', 'intake');

/** What is announced of the last of these commands, each a list of events. */
function announced(...commands: ApplicationEvent[][]) {
  return announcedUnder(service, ...commands);
}

function announcedUnder(under: CompiledService, ...commands: ApplicationEvent[][]) {
  let before: Application | undefined;
  let revision = 0;
  let happened: HistoryEvent[] = [];
  for (const [index, events] of commands.entries()) {
    for (const { event, metadata } of happened) before = evolve(before, event, metadata);
    const command = `00000000-0000-5000-8000-00000000000${index}`;
    const metadata = { actor: people.system, occurredAt, command };
    happened = events.map((event) => ({
      event,
      metadata,
      id: `event-${revision}`,
      revision: revision++,
    }));
  }
  return announcementsOf(before, happened, under);
}
const topicsOf = (...commands: ApplicationEvent[][]) =>
  announced(...commands).map(({ topic }) => topic);

describe('what is told of an application', () => {
  it('is that it was received, once the promised time begins', () => {
    expect(topicsOf([submitted])).toEqual([]);
    expect(topicsOf([submitted], [sent])).toEqual(['received']);
    const back = step('intake', 'returned');
    expect(topicsOf([submitted], [sent], [back], [step('returned', 'intake')])).toEqual([]);
  });

  it('is that it was given back, with what the officer wrote', () => {
    const back = step('intake', 'returned', { comment: 'Denah tidak terbaca' });
    expect(announced([submitted], [sent], [back])).toMatchObject([
      { topic: 'returned', comment: 'Denah tidak terbaca', from: ['intake'], to: ['returned'] },
    ]);
  });

  it('is a fee, as long as something is to be paid', () => {
    const fee = (amount: number): ApplicationEvent => ({ type: 'FeeAssessed', data: { amount } });
    const paid: ApplicationEvent = {
      type: 'PaymentReceived',
      data: { amount: 100, reference: 'A1' },
    };
    expect(announced([submitted], [fee(100)])).toMatchObject([
      { topic: 'fee-due', fee: { amount: 100, outstanding: 100 } },
    ]);
    expect(topicsOf([submitted], [fee(0)])).toEqual([]);
    expect(topicsOf([submitted], [fee(100)], [paid], [fee(90)])).toEqual([]);
  });

  it('is a fee that the form decides only once the file waits for it', () => {
    const fixed = compiled({
      ...samplePermit,
      fee: { kind: 'fixed', amount: 100, receivedBy: ['cashier'] },
    });
    const fee: ApplicationEvent = { type: 'FeeAssessed', data: { amount: 100 } };
    const begun = [submitted, fee];
    const steps = [[sent], [step('intake', 'decision')]];
    expect(announcedUnder(fixed, begun).map(({ topic }) => topic)).toEqual([]);
    expect(announcedUnder(fixed, begun, ...steps)).toMatchObject([
      { topic: 'fee-due', fee: { amount: 100, outstanding: 100 } },
    ]);
    const paid: ApplicationEvent = {
      type: 'PaymentReceived',
      data: { amount: 100, reference: 'A1' },
    };
    expect(announcedUnder(fixed, begun, [paid], ...steps)).toEqual([]);
  });

  it('is what one step gives out, told of once for all documents', () => {
    const output = (name: string): ApplicationEvent => ({
      type: 'OutputIssued',
      data: { output: name, issuedOn: '2026-03-02' },
    });
    const end = step('intake', 'issued', { outcome: 'granted' });
    const found = announced([submitted], [sent], [end, output('permit'), output('plate')]);
    expect(found).toMatchObject([
      { topic: 'ended', outcome: 'granted' },
      { topic: 'issued', outputs: ['permit', 'plate'] },
    ]);
    const told = found.flatMap((one) => addresseesOf(one, service, [], true));
    expect(told).toEqual([{ channel: 'email', recipient: 'applicant' }]);
  });

  it('is a promise at risk, for the unit that made it', () => {
    const inspecting = { review: { structure: 'inspecting', fire: 'inspecting' } };
    const review: ApplicationEvent = {
      type: 'StepTaken',
      data: { action: 'accept', from: 'intake', to: inspecting },
    };
    const clock = { clock: 'service', dueAt: occurredAt };
    const breach: ApplicationEvent = { type: 'ClockBreached', data: clock };
    const [found] = announced([submitted], [sent], [review], [breach]);
    expect(found).toMatchObject({ topic: 'breached', unit: 'dpmptsp', clock: { id: 'service' } });
  });
});

describe('what is escalated', () => {
  const escalated: ApplicationEvent = {
    type: 'ClockEscalated',
    data: {
      clock: 'service',
      at: 'due',
      to: ['head-of-unit'],
      dueAt: occurredAt,
      calendar: { id: 'indonesia', version: 1, digest: 'a'.repeat(64) },
    },
  };
  const told = (roles?: string[]) => {
    const desk = recipientDefinition.parse({
      id: 'desk',
      topics: ['escalated'],
      mailbox: { to: 'desk@example.go.id' },
      ...(roles ? { roles } : {}),
    });
    return announced([submitted], [sent], [escalated]).flatMap((one) =>
      addresseesOf(one, service, [desk], true).map(({ recipient }) => recipient),
    );
  };

  it('is told to mailboxes of the roles, and to those that ask for no role', () => {
    expect(told(['head-of-unit', 'supervisor'])).toEqual(['desk']);
    expect(told()).toEqual(['desk']);
    expect(told(['supervisor'])).toEqual([]);
  });

  it('is not told to the applicant, as an extension is', () => {
    const extended: ApplicationEvent = {
      type: 'PromiseExtended',
      data: {
        action: 'extend',
        by: { amount: 2, unit: 'working-days' },
        legalGround: text('Article 1'),
      },
    };
    const [found] = announced([submitted], [sent], [extended]);
    expect(found).toMatchObject({ topic: 'extended', extension: { by: { amount: 2 } } });
    expect(found && addresseesOf(found, service, [], true)).toEqual([
      { channel: 'email', recipient: 'applicant' },
    ]);
  });
});

describe('who is told', () => {
  const recipient = (more: object) =>
    recipientDefinition.parse({
      id: 'desk',
      topics: ['received'],
      mailbox: { to: 'desk@example.go.id' },
      ...more,
    });
  const told = (more: object, hasEmail = true) => {
    const [received] = announced([submitted], [sent]);
    if (!received) throw new Error('nothing was received');
    return addresseesOf(received, service, [recipient(more)], hasEmail).map((one) => one.recipient);
  };

  it.each([
    [{}, ['desk', 'applicant']],
    [{ office, unit: 'dpmptsp', services: [service.id] }, ['desk', 'applicant']],
    [{ topics: ['ended'] }, ['applicant']],
    [{ office: 'mpp-makassar' }, ['applicant']],
    [{ unit: 'pemadam-kebakaran' }, ['applicant']],
    [{ services: ['polres.skck'] }, ['applicant']],
  ])('by what a recipient asks for: %j', (more, expected) => {
    expect(told(more)).toEqual(expected);
  });

  it('is nobody by e-mail where there is none', () => {
    expect(told({}, false)).toEqual([]);
  });

  it('is the applicant only where the form asked for an address and one was given', () => {
    const contactOf = (data: Record<string, string>) => applicantContact(service, { data });
    expect(contactOf({ email: 'a@example.com' })).toEqual({
      email: 'a@example.com',
      language: 'id',
    });
    expect(contactOf({})).toBe(undefined);
    expect(contactOf({ email: 'a@example.com, b@example.com' })).toBe(undefined);
    expect(applicantContact(compiled(), { data: { email: 'a@example.com' } })).toBe(undefined);
  });
});

describe('a recipient', () => {
  const problemOf = (more: object) =>
    recipientDefinition
      .safeParse({ id: 'app', topics: ['ended'], ...more })
      .error?.issues.map(({ message }) => message);
  const webhook = (url: string) => ({ webhook: { url, secrets: ['app'] } });

  it.each([
    ['http://example.go.id/', 'must be https (http only on this machine: localhost)'],
    ['ftp://localhost/', 'must be https (http only on this machine: localhost)'],
    ['example.go.id', 'must be a URL, like "https://example.go.id/hooks"'],
    [
      'https://user:word@example.go.id/',
      'holds a user or password, which logs would show; requests are signed instead',
    ],
  ])('has no webhook like %s', (url, problem) => {
    expect(problemOf(webhook(url))).toEqual([problem]);
  });

  it.each(['https://example.go.id/', 'http://localhost:9000/', 'http://[::1]:9000/'])(
    'may have one like %s',
    (url) => {
      expect(problemOf(webhook(url))).toBe(undefined);
    },
  );

  it('has either a webhook or a mailbox, and is not called applicant', () => {
    expect(problemOf({})).toEqual(['needs either a webhook or a mailbox']);
    expect(problemOf({ ...webhook('https://example.go.id/'), id: 'applicant' })).toHaveLength(1);
  });
});
