import { notificationPrefix, notificationsOverview } from '@satu-atap/event-store';
import { people } from '@satu-atap/domain/testing';
import type { RecipientDefinition } from '@satu-atap/domain';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Notifier } from '../notifier.ts';
import { eventually } from '../testing/eventually.ts';
import { officeDefinitions, openHouse, type House } from '../testing/house.ts';
import { startSmtpServer, type SmtpTestServer } from '../testing/smtp-server.ts';
import { emailChannel } from './email.ts';
import { smtpServer } from './smtp-server.ts';

let house: House;
let smtp: SmtpTestServer;
let notifier: Notifier | undefined;
let logged: string;

beforeEach(async () => {
  house = await openHouse();
  smtp = await startSmtpServer();
  logged = '';
});
afterEach(async () => {
  await notifier?.stop();
  await smtp.close();
  await house.store.close();
});

async function start(recipients: RecipientDefinition[] = []) {
  const email = emailChannel({
    server: smtpServer(smtp.url),
    from: 'mpp@example.go.id',
    recipients,
    offices: officeDefinitions,
  });
  const one = new Notifier({
    store: house.store,
    services: house.services,
    recipients,
    channels: { webhook: undefined, email },
    log: pino({ level: 'trace' }, { write: (line) => (logged += line) }),
    timeout: 2_000,
    retries: [5, 5, 5],
  });
  notifier = one;
  one.run();
  await eventually(() => one.status.live).toBe(true);
}

const only = { streams: [notificationPrefix] };

async function recorded(): Promise<string> {
  const batches = await Array.fromAsync(house.store.readAll(only));
  return batches
    .flat()
    .map(({ type, data }) => `${type} ${JSON.stringify(data)}`)
    .join('\n');
}

const address = 'pemohon@example.com';

describe('e-mail to the applicant', () => {
  it('says in their language that the file was received and given back, and why', async () => {
    await start();
    const application = await house.begin(1, { email: address, language: 'en' });
    await house.send(application);
    await eventually(() => smtp.received.length).toBe(1);
    await house.giveBack(application);
    await eventually(recorded).toMatch(/(NotificationSent[^]*){2}/);
    const [received, returned] = smtp.received.map(({ content }) => content);
    expect(received).toContain('Subject: Application received: Building permit');
    expect(received).toContain('5 working days');
    expect(received).toContain('Auto-Submitted: auto-generated');
    const { parked, ...overview } = await notificationsOverview(house.store);
    expect([parked, overview]).toEqual([[], { sent: 2, underWay: [] }]);
    const { stream = '' } = (await Array.fromAsync(house.store.readAll(only))).flat()[0] ?? {};
    expect(received).toContain(
      `\nMessage-ID: <${stream.slice(notificationPrefix.length)}@example.go.id>\n`,
    );
    expect(returned).toContain('Subject: Application returned to you: Building permit');
    expect(returned).toContain('What the officer wrote: Denah tidak terbaca');
    expect(returned).toContain('multipart/alternative');
    expect(smtp.received.map(({ to }) => to)).toEqual([address, address]);
  });

  it('is in Indonesian where they did not say, and not sent where they gave no address', async () => {
    await start();
    await house.send(await house.begin(1));
    await house.send(await house.begin(2, { email: address }));
    await eventually(() => smtp.received.length).toBe(1);
    expect(smtp.received[0]?.content).toContain('Subject: Permohonan diterima: Building permit');
    expect(smtp.received[0]?.content).toContain('WIB');
  });

  it('leaves their address in no log and in no event of a notification', async () => {
    smtp.fault = 'no-such-address';
    await start();
    await house.send(await house.begin(1, { email: address }));
    await eventually(recorded).toContain('NotificationParked');
    expect(await recorded()).toContain('"because":"refused","reason":"SMTP 550 at RCPT TO"');
    expect(logged).toContain('notification not sent');
    expect(logged + (await recorded())).not.toContain('pemohon');
  });

  it('is tried again where the server certainly does not have it', async () => {
    smtp.fault = 'closes-before-data';
    await start();
    await house.send(await house.begin(1, { email: address }));
    await eventually(() => smtp.connections).toBeGreaterThan(1);
    smtp.fault = 'none';
    await eventually(recorded).toContain('NotificationSent');
    expect(smtp.received).toHaveLength(1);
  });

  it('is left to a person where the server may have it', async () => {
    smtp.fault = 'closes-after-data';
    await start();
    await house.send(await house.begin(1, { email: address }));
    await eventually(recorded).toContain('"because":"uncertain"');
    expect(smtp.received).toHaveLength(1);
    expect(smtp.connections).toBe(1);
  });
});

describe('e-mail to a mailbox', () => {
  it('tells a desk of what its unit answers for', async () => {
    const desk: RecipientDefinition = {
      id: 'front-desk',
      topics: ['ended'],
      unit: 'dpmptsp',
      mailbox: { to: 'loket@example.go.id', language: 'id' },
    };
    await start([desk]);
    const application = await house.begin(1);
    await house.step(application, people.applicant, 'withdraw');
    await eventually(() => smtp.received.length).toBe(1);
    expect(smtp.received[0]).toMatchObject({ to: 'loket@example.go.id' });
    expect(smtp.received[0]?.content).toContain('withdrawn');
    expect(smtp.received[0]?.content).not.toContain('Rahasia');
  });
});
