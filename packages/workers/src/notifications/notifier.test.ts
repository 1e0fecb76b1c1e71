import { createHmac } from 'node:crypto';
import { people } from '@satu-atap/domain/testing';
import {
  derivedId,
  notificationPrefix,
  notificationsOverview,
  readStream,
  retryNotification,
  type RecordedEvent,
} from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Notifier, type NotifierOptions } from './notifier.ts';
import { eventually } from './testing/eventually.ts';
import { openHouse, webhookTo, type House } from './testing/house.ts';
import { startReceiver, type Receiver } from './testing/receiver.ts';
import { webhookChannel } from './webhook/webhook.ts';

const keys = [
  Buffer.from('the newest key of 24 bytes or so'),
  Buffer.from('the key before it, long'),
];

let house: House;
let receiver: Receiver;
let notifiers: Notifier[];

beforeEach(async () => {
  house = await openHouse();
  receiver = await startReceiver();
  notifiers = [];
});

afterEach(async () => {
  await Promise.all(notifiers.map((one) => one.stop()));
  await receiver.close();
  await house.store.close();
});

/** Starts a notifier that has caught up when it is given back. */
async function start(more: Partial<NotifierOptions> = {}): Promise<Notifier> {
  const recipients = more.recipients ?? [webhookTo(receiver.url)];
  const signing = new Map(recipients.map(({ id }) => [id, keys]));
  const notifier = new Notifier({
    store: house.store,
    services: house.services,
    recipients,
    channels: { webhook: webhookChannel(recipients, signing), email: undefined },
    log: pino({ level: 'silent' }),
    timeout: 500,
    retries: [5, 10, 20],
    ...more,
  });
  notifiers.push(notifier);
  notifier.run();
  await eventually(() => notifier.status.live).toBe(true);
  return notifier;
}

async function notificationEvents(): Promise<RecordedEvent[]> {
  const batches = await Array.fromAsync(house.store.readAll({ streams: [notificationPrefix] }));
  return batches.flat();
}
const typesRecorded = async () => (await notificationEvents()).map(({ type }) => type);

describe('the notifier', () => {
  it('tells other systems what became of a file, each thing once', async () => {
    await start();
    const application = await house.begin(1);
    await house.send(application);
    await house.giveBack(application);
    await house.withdraw(application);
    const expected = ['application.received', 'application.returned', 'application.ended'];
    await eventually(() => receiver.topics.toSorted()).toEqual(expected.toSorted());
    await eventually(async () =>
      (await typesRecorded()).filter((type) => type === 'NotificationSent'),
    ).toHaveLength(3);
    expect(receiver.received).toHaveLength(3);
  });

  it('says which file, what and when, and nothing of the person or the form', async () => {
    await start();
    const application = await house.begin(1, { email: 'pemohon@example.com' });
    await house.send(application);
    await house.giveBack(application);
    await eventually(() => receiver.received.length).toBe(2);
    const returned = receiver.received.find(({ body }) => body.includes('returned'));
    expect(JSON.parse(returned?.body ?? '')).toMatchObject({
      type: 'application.returned',
      timestamp: expect.stringMatching(/^\d{4}-/),
      data: {
        application,
        office: 'mpp-jakarta',
        unit: 'dpmptsp',
        applicant: people.applicant.id,
        service: { id: 'dpmptsp.building-permit', version: 1 },
        from: [{ id: 'intake' }],
        to: [{ id: 'returned' }],
      },
    });
    for (const { body } of receiver.received) {
      expect(body).not.toMatch(/Rahasia|pemohon@|Melati|Denah tidak/);
    }
  });

  it('signs as Standard Webhooks says, with every key', async () => {
    await start();
    await house.send(await house.begin(1));
    await eventually(() => receiver.received.length).toBe(1);
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']];
    const expected = keys.map((key) => {
      const digest = createHmac('sha256', key).update(`${String(id)}.${String(timestamp)}.`);
      return `v1,${digest.update(body).digest('base64')}`;
    });
    expect(headers['webhook-signature']).toBe(expected.join(' '));
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('tries again under the same id until the receiver takes it', async () => {
    const faults = [
      (one: Receiver) => (one.answering = 500),
      (one: Receiver) => (one.answering = (response) => void response.socket?.destroy()),
      (one: Receiver) =>
        (one.answering = (response) => void response.writeHead(302, { location: one.url }).end()),
    ];
    for (const [seed, fault] of faults.entries()) {
      fault(receiver);
      receiver.received.length = 0;
      const notifier = await start({ retries: Array.from({ length: 50 }, () => 5) });
      await house.send(await house.begin(seed));
      await eventually(() => receiver.received.length).toBeGreaterThan(2);
      receiver.answering = 204;
      await eventually(() => notifier.status.underWay).toBe(0);
      expect(receiver.ids).toHaveLength(1);
      await notifier.stop();
    }
    expect((await typesRecorded()).filter((type) => type === 'NotificationSent')).toHaveLength(3);
  });

  it('parks what nobody takes, until somebody has it sent again', async () => {
    receiver.answering = 503;
    const notifier = await start();
    await house.send(await house.begin(1));
    await eventually(typesRecorded).toContain('NotificationParked');
    const events = await notificationEvents();
    expect(events.filter(({ type }) => type === 'DeliveryAttempted')).toHaveLength(4);
    expect(events.at(-1)?.data).toEqual({ attempt: 4, because: 'given-up', reason: 'HTTP 503' });
    await eventually(() => notifier.status.underWay).toBe(0);

    receiver.answering = 204;
    const [id = ''] = receiver.ids;
    const now = Temporal.Now.instant();
    expect(await retryNotification(house.store, id, people.supervisor, now)).toBe('retried');
    await eventually(async () => (await typesRecorded()).at(-1)).toBe('NotificationSent');
    expect(receiver.ids).toHaveLength(1);
  });

  it('does not ask a receiver again that takes no more, unless somebody sends by hand', async () => {
    receiver.answering = 410;
    await start();
    await house.send(await house.begin(1));
    await eventually(typesRecorded).toContain('NotificationParked');
    await house.send(await house.begin(2));
    await eventually(async () => (await notificationsOverview(house.store)).parked.length).toBe(2);
    expect(receiver.received).toHaveLength(1);

    receiver.answering = 204;
    const [first = ''] = receiver.ids;
    const now = Temporal.Now.instant();
    expect(await retryNotification(house.store, first, people.supervisor, now)).toBe('retried');
    await eventually(typesRecorded).toContain('NotificationSent');
    await house.send(await house.begin(3));
    await eventually(() => receiver.ids.length).toBe(2);
  });

  it('lets a receiver that hangs hold up nobody else', async () => {
    const hanging = await startReceiver(() => undefined);
    const recipients = [webhookTo(hanging.url, { id: 'hanging' }), webhookTo(receiver.url)];
    await start({ recipients, timeout: 10_000 });
    for (let seed = 0; seed < 12; seed++) await house.send(await house.begin(seed));
    await eventually(() => receiver.received.length).toBe(12);
    expect(hanging.received.length).toBeLessThanOrEqual(4);
    await hanging.close();
  });

  it('sends each thing once, where two are at work', async () => {
    await Promise.all([start(), start()]);
    for (let seed = 0; seed < 15; seed++) await house.send(await house.begin(seed));
    await eventually(async () =>
      (await typesRecorded()).filter((type) => type === 'NotificationSent'),
    ).toHaveLength(15);
    expect(receiver.received).toHaveLength(15);
    expect(receiver.ids).toHaveLength(15);
  });

  it('begins with what happens from its first start on, and goes on where it stood', async () => {
    await house.send(await house.begin(1));
    const first = await start();
    await house.send(await house.begin(2));
    await eventually(() => receiver.received.length).toBe(1);
    await first.stop();
    await house.send(await house.begin(3));
    await start();
    await eventually(() => receiver.received.length).toBe(2);
    const told = receiver.received.map(({ body }) => (JSON.parse(body) as Told).data.application);
    expect(told).toEqual([derivedId('application', 2), derivedId('application', 3)]);
  });

  it('tells nobody of what is long past or was imported', async () => {
    const first = await start();
    await first.stop();
    await house.send(await house.begin(1));
    const later = Temporal.Now.instant().add({ hours: 100 });
    const notifier = await start({ now: () => later });
    expect(notifier.status.underWay).toBe(0);
    await notifier.stop();

    // An import writes events today that happened then.
    const source = derivedId('application', 1);
    const imported = derivedId('application', 2);
    const then = Temporal.Now.instant().subtract({ hours: 3 }).toString();
    const history = await readStream(house.store, `application-${source}`);
    await start();
    await house.store.append(
      `application-${imported}`,
      history.map(({ type, data, metadata }, index) => ({
        id: derivedId('imported', index),
        type,
        data,
        metadata: { ...metadata, occurredAt: then },
      })),
      'no-stream',
    );
    await house.send(await house.begin(3));
    await eventually(() => receiver.received.length).toBeGreaterThan(0);
    const told = receiver.received.map(({ body }) => (JSON.parse(body) as Told).data.application);
    expect(told).not.toContain(imported);
  });

  it('goes on past a file that cannot be read', async () => {
    await start();
    const broken = derivedId('application', 1);
    await house.store.append(
      `application-${broken}`,
      [
        {
          id: derivedId('broken'),
          type: 'ApplicationSubmitted',
          data: {},
          metadata: { occurredAt: Temporal.Now.instant().toString() },
        },
      ],
      'no-stream',
    );
    await house.send(await house.begin(2));
    await eventually(() => receiver.received.length).toBe(1);
  });
});

type Told = { data: { application: string } };
