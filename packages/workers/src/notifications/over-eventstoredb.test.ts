import { openEventStore, notificationsOverview } from '@satu-atap/event-store';
import { startTestServer } from '@satu-atap/event-store/test-server';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Notifier } from './notifier.ts';
import { eventually } from './testing/eventually.ts';
import { openHouse, webhookTo } from './testing/house.ts';
import { startReceiver } from './testing/receiver.ts';
import { webhookChannel } from './webhook/webhook.ts';

it('over EventStoreDB, two notifiers tell each thing, with the server restarted in between', async () => {
  const server = await startTestServer();
  const { connectionString } = server;
  const stores = await Promise.all([1, 2, 3].map(async () => openEventStore({ connectionString })));
  const [own, ...others] = stores;
  if (!own) throw new Error('no store');
  const house = await openHouse(own);
  const receiver = await startReceiver();
  const recipients = [webhookTo(receiver.url)];
  const key = Buffer.from('a key of at least 24 bytes');
  const notifiers = others.map(
    (store) =>
      new Notifier({
        store,
        services: house.services,
        recipients,
        channels: {
          webhook: webhookChannel(recipients, new Map([['super-app', [key]]])),
          email: undefined,
        },
        log: pino({ level: 'silent' }),
        timeout: 500,
        retries: Array.from({ length: 20 }, () => 20),
      }),
  );
  try {
    for (const one of notifiers) one.run();
    await eventually(() => notifiers.every(({ status }) => status.live)).toBe(true);
    for (let seed = 0; seed < 10; seed++) await house.send(await house.begin(seed));
    await server.restart();
    for (let seed = 10; seed < 20; seed++) await house.send(await house.begin(seed));
    await eventually(async () => (await notificationsOverview(own)).sent).toBe(20);
    expect(receiver.ids).toHaveLength(20);
    await eventually(() => notifiers.map(({ status }) => status.underWay)).toEqual([0, 0]);
  } finally {
    for (const one of notifiers) await one.stop();
    for (const store of stores) await store.close();
    await receiver.close();
    await server.stop();
  }
}, 40_000);
