import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Notifier, type NotifierOptions } from './notifier.ts';
import { eventually } from './testing/eventually.ts';
import { openHouse, webhookTo } from './testing/house.ts';
import { Mortal } from './testing/mortal.ts';
import { startReceiver } from './testing/receiver.ts';
import { webhookChannel } from './webhook/webhook.ts';

const key = Buffer.from('a key of at least 24 bytes');

/**
 * A file is sent and given back while one notifier is killed at its n-th step, and another goes on.
 *
 * @returns what the receiver got, and whether the first died of it
 */
async function killedAt(steps: number) {
  const house = await openHouse();
  const receiver = await startReceiver();
  const recipients = [webhookTo(receiver.url)];
  const webhook = webhookChannel(recipients, new Map([['super-app', [key]]]));
  const options: NotifierOptions = {
    store: house.store,
    services: house.services,
    recipients,
    channels: { webhook, email: undefined },
    log: pino({ level: 'silent' }),
    timeout: 250,
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
    channels: { webhook: mortal.channel(webhook), email: undefined },
    checkpointInterval: 0,
  });
  first.run();
  await eventually(() => first.status.live).toBe(true);
  const application = await house.begin(1);
  await house.send(application);
  await house.giveBack(application);
  await eventually(
    () => mortal.isDead || (first.status.underWay === 0 && receiver.ids.length === 2),
  ).toBe(true);

  const second = new Notifier(options);
  second.run();
  await eventually(() => second.status.live && second.status.underWay === 0).toBe(true);
  await second.stop();
  await receiver.close();
  await house.store.close();
  return { died: mortal.isDead, topics: receiver.topics, ids: receiver.ids };
}

describe('a notifier that is killed', () => {
  it('at any step loses nothing, and what comes again comes under the same id', async () => {
    const steps = Array.from({ length: 60 }, (_, index) => index + 1);
    const ends: Awaited<ReturnType<typeof killedAt>>[] = [];
    while (steps.length > 0) ends.push(...(await Promise.all(steps.splice(0, 15).map(killedAt))));
    for (const [index, { topics, ids }] of ends.entries()) {
      const expected = ['application.received', 'application.returned'];
      expect([...new Set(topics)].toSorted(), `killed at step ${index + 1}`).toEqual(expected);
      expect(ids, `killed at step ${index + 1}`).toHaveLength(2);
    }
    // It was killed at each step that it has: with more to live, it lives.
    expect(ends.at(0)?.died).toBe(true);
    expect(ends.at(-1)?.died).toBe(false);
    expect(ends.some(({ topics }) => topics.length > 2)).toBe(true);
  }, 60_000);
});
