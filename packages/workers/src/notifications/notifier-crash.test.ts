import { notificationPrefix } from '@satu-atap/event-store';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { emailChannel } from './email/email.ts';
import { smtpServer } from './email/smtp-server.ts';
import { Notifier, type NotifierOptions } from './notifier.ts';
import { eventually } from './testing/eventually.ts';
import { officeDefinitions, openHouse, webhookTo } from './testing/house.ts';
import { Mortal } from './testing/mortal.ts';
import { startReceiver } from './testing/receiver.ts';
import { startSmtpServer } from './testing/smtp-server.ts';
import { webhookChannel } from './webhook/webhook.ts';

const key = Buffer.from('a key of at least 24 bytes');

/**
 * A file is sent and given back while one notifier is killed at its n-th step, and another goes on.
 *
 * @returns what arrived, and whether the first died of it
 */
async function killedAt(steps: number) {
  const house = await openHouse();
  const receiver = await startReceiver();
  const smtp = await startSmtpServer();
  const recipients = [webhookTo(receiver.url)];
  const webhook = webhookChannel(recipients, new Map([['super-app', [key]]]));
  const from = 'mpp@example.go.id';
  const server = smtpServer(smtp.url);
  const email = emailChannel({ server, from, recipients, offices: officeDefinitions });
  const options: NotifierOptions = {
    store: house.store,
    services: house.services,
    recipients,
    channels: { webhook, email },
    log: pino({ level: 'silent' }),
    timeout: 400,
    retries: [5, 5, 5, 5],
  };
  // Its first start is recorded by one that lives, so that both begin at the same place.
  const beginning = new Notifier(options);
  beginning.run();
  await eventually(() => beginning.status.live).toBe(true);
  await beginning.stop();

  const mortal = new Mortal(steps);
  const first = new Notifier({
    ...options,
    store: mortal.store(house.store),
    channels: { webhook: mortal.channel(webhook), email: mortal.channel(email) },
    checkpointInterval: 0,
  });
  first.run();
  await eventually(() => first.status.live).toBe(true);
  const application = await house.begin(1, { email: 'pemohon@example.com' });
  await house.send(application);
  await house.giveBack(application);
  const settled = async () => {
    const batches = await Array.fromAsync(house.store.readAll({ streams: [notificationPrefix] }));
    return batches.flat().filter(({ type }) => /Sent|Parked/.test(type));
  };
  await eventually(async () => mortal.isDead || (await settled()).length === 4).toBe(true);

  const second = new Notifier(options);
  second.run();
  await eventually(async () => (await settled()).length).toBe(4);
  const parked = (await settled()).filter(({ type }) => type === 'NotificationParked');
  await second.stop();
  await receiver.close();
  await smtp.close();
  await house.store.close();
  return {
    died: mortal.isDead,
    topics: receiver.topics,
    ids: receiver.ids,
    mails: smtp.received.map(({ content }) => /^Message-ID: (.*)$/m.exec(content)?.[1]),
    parked: parked.map(({ data }) => data['because']),
  };
}

describe('a notifier that is killed', () => {
  it('at any step loses nothing: webhooks come again under the same id, e-mail never twice', async () => {
    const ends: Awaited<ReturnType<typeof killedAt>>[] = [];
    // Killed at each step that it has: with more to live, it lives.
    while (ends.at(-1)?.died !== false) {
      const steps = Array.from({ length: 12 }, (_, index) => ends.length + index + 1);
      ends.push(...(await Promise.all(steps.map(killedAt))));
    }
    const expected = ['application.received', 'application.returned'];
    for (const [index, { topics, ids, mails, parked }] of ends.entries()) {
      const at = `killed at step ${index + 1}`;
      expect([...new Set(topics)].toSorted(), at).toEqual(expected);
      expect(ids, at).toHaveLength(2);
      // Each e-mail arrived once, or a person is asked whether it did.
      expect(new Set(mails).size, at).toBe(mails.length);
      expect(
        parked.filter((because) => because !== 'uncertain'),
        at,
      ).toEqual([]);
      expect(mails.length + parked.length, at).toBeGreaterThanOrEqual(2);
    }
    expect(ends.filter(({ died }) => died).length).toBeGreaterThan(20);
    expect(ends.some(({ topics }) => topics.length > 2)).toBe(true);
    expect(ends.some(({ parked, mails }) => parked.length > 0 && mails.length === 2)).toBe(true);
    expect(ends.some(({ parked, mails }) => parked.length > 0 && mails.length === 1)).toBe(true);
  }, 120_000);
});
