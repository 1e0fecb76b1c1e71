import { people } from '@satu-atap/domain/testing';
import { EventStoreUnavailableError, type EventStore } from '@satu-atap/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHouse, type House } from './sla-monitor-house.ts';
import type { SlaMonitor } from './sla-monitor.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

/** When everything is over: the promise, and the applicant's time to answer. */
const late = '2026-03-20T02:00:00Z';

/** One that silence approves, one whose applicant does not answer, and one that cannot be decided. */
async function applications(round: number): Promise<string[]> {
  house.clock.now = Temporal.Instant.from('2026-03-02T02:00:00Z')
    .add({ seconds: round })
    .toString();
  const files = [...(await house.apply(2)), ...(await house.apply(3, false)).slice(2)];
  await house.take(files[1] ?? '', 'ask', people.frontDesk);
  return files;
}

const story = async (files: string[]) =>
  Promise.all(
    files.map(async (file) =>
      (await house.events(file)).map(({ type, data }) =>
        'clock' in data ? `${type} ${String(data['clock'])}` : type,
      ),
    ),
  );

/** The process that uses it ends at its n-th append, which is durable or not. */
function dyingAt(append: number, isDurable: boolean) {
  let appends = 0;
  let isDead = false;
  const store = new Proxy(house.store, {
    get(target, name: keyof EventStore) {
      if (isDead) return () => Promise.reject(new EventStoreUnavailableError('killed'));
      if (name !== 'append') {
        const method: unknown = target[name];
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      }
      return async (...given: Parameters<EventStore['append']>) => {
        if (isDead) throw new EventStoreUnavailableError('killed');
        isDead = appends++ === append;
        if (isDead && !isDurable) throw new EventStoreUnavailableError('killed');
        const appended = await target.append(...given);
        if (isDead) throw new EventStoreUnavailableError('killed');
        return appended;
      };
    },
  });
  return { store, isDead: () => isDead };
}

/** Until the process ends, or there is nothing to do any more. */
async function untilItEnds(monitor: SlaMonitor): Promise<void> {
  await house.untilDone(monitor).catch((error: unknown) => {
    if (!(error instanceof EventStoreUnavailableError)) throw error;
  });
}

describe('an SLA monitor that is killed', () => {
  it('at any append, leaves to the next what it would have done, and nothing is done twice', async () => {
    const undisturbed = await applications(0);
    house.clock.now = late;
    await house.untilDone(house.monitor());
    const expected = await story(undisturbed);
    expect(expected[0]?.at(-1)).toBe('OutputIssued');
    expect(expected[1]?.at(-1)).toBe('StepTaken');
    expect(expected[2]?.at(-1)).toBe('ClockParked service');

    let kills = 0;
    for (let append = 0, round = 1; ; append++) {
      const died: boolean[] = [];
      for (const isDurable of [false, true]) {
        const files = await applications(round++);
        house.clock.now = late;
        const { store, isDead } = dyingAt(append, isDurable);
        await untilItEnds(house.monitor({ commands: house.newCommands(store) }));
        died.push(isDead());
        await house.untilDone(house.monitor({ commands: house.newCommands() }));
        expect(await story(files), `append ${append}, durable: ${isDurable}`).toEqual(expected);
      }
      if (!died.includes(true)) break;
      kills += died.length;
    }
    expect(kills).toBeGreaterThan(15);
    await inOrderWithoutGaps();
  });

  it('while others work beside it, leaves nothing undone and nothing done twice', async () => {
    const undisturbed = await applications(0);
    house.clock.now = late;
    await house.untilDone(house.monitor());
    const expected = await story(undisturbed);

    for (let round = 1; round < 8; round++) {
      const files = await applications(round);
      house.clock.now = late;
      const { store } = dyingAt(round, round % 2 === 0);
      const monitors = [store, house.store, house.store].map((over) =>
        house.monitor({ commands: house.newCommands(over) }),
      );
      await Promise.all(monitors.map(untilItEnds));
      await house.untilDone(house.monitor());
      expect(await story(files), `round ${round}`).toEqual(expected);
    }
    await inOrderWithoutGaps();
  });
});

/** Numbers were reserved before a kill and used after it. */
async function inOrderWithoutGaps(): Promise<void> {
  const given: number[] = [];
  for await (const batch of house.store.readAll({ streams: ['application-'] })) {
    for (const { type, data } of batch) {
      if (type === 'OutputIssued') given.push((data['number'] as { sequence: number }).sequence);
    }
  }
  expect(given.toSorted((a, b) => a - b)).toEqual(given.map((_, index) => index + 1));
}

describe('an SLA monitor that catches up', () => {
  it('goes through what is due in pages, and lets people in between', async () => {
    const files = await house.apply(1200);
    await house.projected();
    house.clock.now = '2026-03-03T05:00:00Z';
    let underWay = 0;
    let most = 0;
    let done = 0;
    let answeredAfter = Number.POSITIVE_INFINITY;
    let person: Promise<unknown> | undefined;
    const ask = async () => {
      await house.take(files[1199] ?? '', 'ask', people.frontDesk);
      answeredAfter = done;
    };
    const monitor = house.monitor({
      async commands(request) {
        most = Math.max(most, ++underWay);
        const result = await house.commands(request);
        underWay -= 1;
        done += 1;
        person ??= ask();
        return result;
      },
    });
    const tick = await monitor.tick();
    await person;
    // All but the file that the person took, if that was known in time.
    expect(tick.recorded).toBeGreaterThanOrEqual(1199);
    expect(most).toBeLessThanOrEqual(32);
    expect(answeredAfter).toBeLessThan(600);
  });

  it('stops when it is asked to, with the rest still due', async () => {
    await house.apply(600);
    await house.projected();
    house.clock.now = '2026-03-03T05:00:00Z';
    let done = 0;
    const monitor = house.monitor({
      interval: 1,
      async commands(request) {
        const result = await house.commands(request);
        done += 1;
        return result;
      },
    });
    monitor.run();
    await expect.poll(() => done, { interval: 1 }).toBeGreaterThan(0);
    await monitor.stop();
    const stoppedAfter = done;
    await house.projected();
    expect(await house.monitor().tick()).toMatchObject({ recorded: 600 - stoppedAfter });
  });
});
