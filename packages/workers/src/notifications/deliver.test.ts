import { applicantRecipient } from '@satu-atap/domain';
import { notificationsOverview } from '@satu-atap/event-store';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { deliver } from './deliver.ts';
import { queueFrom } from './queue.ts';
import { openHouse } from './testing/house.ts';

it('a worker that was asleep between recording a try and making it does not make it', async () => {
  const house = await openHouse();
  const { store, services } = house;
  await house.send(await house.begin(1, { email: 'pemohon@example.com' }));
  const events = (await Array.fromAsync(store.readAll())).flat();
  const log = pino({ level: 'silent' });
  let now = Temporal.Now.instant();
  const maxAge = 86_400_000;
  await queueFrom(events, now, { store, services, recipients: [], hasEmail: true, log, maxAge });
  const [queued] = (await notificationsOverview(store)).underWay;
  if (!queued) throw new Error('nothing was queued');
  expect(queued.notification).toMatchObject({ recipient: applicantRecipient });

  let made = 0;
  const after = await deliver(queued, {
    services,
    store: {
      read: (...given) => store.read(...given),
      append: async (...given) => {
        const appended = await store.append(...given);
        now = now.add({ minutes: 10 });
        return appended;
      },
    },
    channels: {
      webhook: undefined,
      email: async () => {
        made += 1;
        return { result: 'sent' };
      },
    },
    log,
    now: () => now,
    timeout: 1000,
    maxAge,
    worker: 'asleep',
  });
  expect(made).toBe(0);
  expect(after?.notification.standing.at).toBe('attempted');
  await store.close();
});
