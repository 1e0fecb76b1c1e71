import { randomUUID } from 'node:crypto';
import { applicantRecipient, type NotificationEvent } from '@satu-atap/domain';
import { notificationId, notificationStream, readStream } from '@satu-atap/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall } from './testing/mall.ts';
import { atReception, people } from './testing/people.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const queuedAt = '2026-11-22T02:00:00Z';

/** What the notifier would have recorded of telling the applicant that the file was received. */
async function toldOf(application: string, ...events: NotificationEvent[]): Promise<string> {
  const history = await readStream(mall.store, `application-${application}`);
  const step = history.findLast(({ type }) => type === 'StepTaken');
  if (!step) throw new Error('it was not handed in');
  const addressee = { channel: 'email' as const, recipient: applicantRecipient };
  const id = notificationId({ event: step.id, topic: 'received' }, addressee);
  const { revision } = step;
  const queued: NotificationEvent = {
    type: 'NotificationQueued',
    data: { topic: 'received', application, revision, ...addressee },
  };
  const recorded = [queued, ...events].map(({ type, data }) => {
    const command = randomUUID();
    const actor = { id: 'notifier', roles: ['system'] };
    return { id: command, type, data, metadata: { actor, occurredAt: queuedAt, command } };
  });
  await mall.store.append(notificationStream(id), recorded, 'no-stream');
  return id;
}

const attempted: NotificationEvent = {
  type: 'DeliveryAttempted',
  data: { attempt: 1, answerBy: queuedAt },
};
const uncertain: NotificationEvent = {
  type: 'NotificationParked',
  data: { attempt: 1, because: 'uncertain', reason: 'the worker ended while it was sent' },
};
const pathOf = (application: string) => `/api/v1/applications/${application}/notifications`;

describe('what an applicant was told', () => {
  it('is listed for them and for officers, without an address', async () => {
    const application = await atReception(mall);
    const id = await toldOf(application, attempted, {
      type: 'NotificationSent',
      data: { attempt: 1 },
    });
    const expected = {
      items: [
        {
          id,
          topic: 'received',
          channel: 'email',
          revision: 2,
          queuedAt,
          standing: 'sent',
          since: queuedAt,
          attempts: 1,
        },
      ],
    };
    for (const as of [people.applicant, people.counter, people.auditor]) {
      expect((await mall.send('GET', pathOf(application), { as })).body).toEqual(expected);
    }
    expect((await mall.send('GET', pathOf(application), { as: people.stranger })).status).toBe(404);
    expect((await mall.send('GET', pathOf(application), { as: people.southern })).status).toBe(403);
  });

  it('is nothing where nothing was queued', async () => {
    const application = await atReception(mall);
    const { body } = await mall.send('GET', pathOf(application), { as: people.applicant });
    expect(body).toEqual({ items: [] });
  });
});

describe('a notification that is parked', () => {
  it('is sent again when a supervisor says so, and nobody else, and once', async () => {
    const application = await atReception(mall);
    const id = await toldOf(application, attempted, uncertain);
    const path = `${pathOf(application)}/${id}/retry`;
    for (const as of [people.applicant, people.counter, people.auditor]) {
      const { status, body } = await mall.send('POST', path, { as });
      expect([status, body.type]).toEqual([403, '/problems/role-required']);
    }
    const retried = await mall.send('POST', path, { as: people.supervisor });
    expect(retried.body).toMatchObject({ id, standing: 'waiting', attempts: 1 });
    const again = await mall.send('POST', path, { as: people.supervisor });
    expect([again.status, again.body.type]).toEqual([409, '/problems/notification-not-parked']);
    const events = await readStream(mall.store, notificationStream(id));
    expect(events.at(-1)).toMatchObject({
      type: 'NotificationRetried',
      metadata: { actor: { id: 'supervisor-1' } },
    });
  });

  it('is found under its own application only', async () => {
    const id = await toldOf(await atReception(mall), attempted, uncertain);
    const other = await atReception(mall);
    const as = people.supervisor;
    for (const notification of [id, randomUUID()]) {
      const { status, body } = await mall.send('POST', `${pathOf(other)}/${notification}/retry`, {
        as,
      });
      expect([status, body.type]).toEqual([404, '/problems/notification-not-found']);
    }
  });
});
