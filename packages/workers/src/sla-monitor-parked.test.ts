import { people } from '@satu-atap/domain/testing';
import { EventStoreUnavailableError, type CommandHandler } from '@satu-atap/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { due, openHouse, sitePlan, type House } from './sla-monitor-house.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const nothing = { recorded: 0, overtaken: 0, parked: 0, failed: 0 };
const parkedClocks = async () =>
  (await house.readModels.clocks.list({ status: 'parked' }, { limit: 100 })).items;
const outcomeOf = async (application: string) =>
  (await house.readModels.applications.get(application))?.ended?.outcome;

/** Fails for these applications, at all they are asked by the monitor or at what is due alone. */
function failingFor(poison: readonly string[], fails: 'all' | 'what-is-due'): CommandHandler {
  return (request) =>
    poison.includes(request.application) &&
    (fails === 'all' || request.command.type !== 'park-clock')
      ? Promise.reject(new Error('unreadable'))
      : house.commands(request);
}

describe('a file that cannot be handled', () => {
  it('is parked where its definition does not let the engine decide, and holds up nobody', async () => {
    const [good = ''] = await house.apply(1);
    house.clock.now = '2026-03-02T02:00:01Z';
    const [poison = ''] = await house.apply(1, false);
    house.clock.now = '2026-03-04T09:00:00Z';
    await house.untilDone(house.monitor());
    expect(await outcomeOf(good)).toBe('granted');
    expect(await outcomeOf(poison)).toBeUndefined();
    expect(await parkedClocks()).toMatchObject([
      {
        application: poison,
        clock: 'service',
        breachedAt: '2026-03-04T09:00:00Z',
        parked: {
          mark: 'acted',
          dueAt: due,
          since: '2026-03-04T09:00:00Z',
          attempts: 1,
          retryAt: '2026-03-04T09:01:00.000Z',
          reason: 'guard-not-met',
        },
      },
    ]);
    expect(await house.readModels.clocks.parked()).toBe(1);
    const [last] = (await house.events(poison)).slice(-1);
    expect(last).toMatchObject({ type: 'ClockParked', data: { attempts: 1, mark: 'acted' } });
  });

  it('is tried again after longer and longer times, a day at the most', async () => {
    const [poison = ''] = await house.apply(1, false);
    house.clock.now = '2026-03-04T09:00:00Z';
    await house.untilDone(house.monitor());
    const waits: number[] = [];
    for (let attempts = 1; attempts < 8; attempts++) {
      const [clock] = await parkedClocks();
      expect(clock?.parked).toMatchObject({ attempts, since: '2026-03-04T09:00:00Z' });
      const retryAt = Temporal.Instant.from(clock?.parked?.retryAt ?? '');
      waits.push(retryAt.since(house.clock.now).total('minutes'));
      house.clock.now = retryAt.subtract({ seconds: 1 }).toString();
      // Whoever looks, a monitor that was just started, too: it is not due again yet.
      expect(await house.monitor().tick()).toEqual(nothing);
      house.clock.now = retryAt.toString();
      expect(await house.monitor().tick()).toEqual({ ...nothing, parked: 1 });
      await house.projected();
    }
    expect(waits).toEqual([1, 4, 16, 64, 256, 1024, 1440]);
    const parked = (await house.events(poison)).filter(({ type }) => type === 'ClockParked');
    expect(parked).toHaveLength(8);
  });

  it('is tried again at once when something happens to it, and then is parked no more', async () => {
    const [poison = ''] = await house.apply(1, false);
    const monitor = house.monitor();
    house.clock.now = '2026-03-04T09:00:00Z';
    await house.untilDone(monitor);
    house.clock.now = '2026-03-04T09:00:20Z';
    await house.give(poison, sitePlan(poison), people.frontDesk);
    await house.untilDone(monitor);
    expect(await outcomeOf(poison)).toBe('granted');
    expect(await parkedClocks()).toEqual([]);
    const step = (await house.events(poison)).find(({ type }) => type === 'StepTaken');
    // The law says it was granted then; that it was recorded later is to be seen.
    expect(step?.data['automatic']).toMatchObject({ dueAt: due });
    expect(step?.metadata['occurredAt']).toBe('2026-03-04T09:00:20Z');
  });

  it('does not hold up another thing that is due by the same clock', async () => {
    const [poison = ''] = await house.apply(1);
    const failing: CommandHandler = (request) =>
      request.command.type === 'mark-clock' && request.command.data.mark === 'warned'
        ? Promise.reject(new Error('a fault of this version'))
        : house.commands(request);
    house.clock.now = '2026-03-04T09:00:00Z';
    await house.untilDone(house.monitor({ commands: failing }));
    expect(await outcomeOf(poison)).toBe('granted');
  });

  it('is parked once by two monitors', async () => {
    const poison = await house.apply(20, false);
    house.clock.now = '2026-03-04T09:00:00Z';
    await house.untilDone(house.monitor());
    house.clock.now = '2026-03-04T09:01:00Z';
    const monitors = [1, 2, 3].map(() => house.monitor({ commands: house.newCommands() }));
    await Promise.all(monitors.map((monitor) => monitor.tick()));
    for (const application of poison) {
      const events = await house.events(application);
      expect(events.filter(({ type }) => type === 'ClockParked')).toHaveLength(2);
    }
  });

  it('does not stand at the head of the due-list, however many there are', async () => {
    const poison = await house.apply(300, false);
    house.clock.now = '2026-03-04T09:00:00Z';
    const commands = failingFor(poison, 'what-is-due');
    await house.untilDone(house.monitor({ commands }));
    expect(await house.readModels.clocks.parked()).toBe(300);
    const now = Temporal.Instant.from(house.clock.now);
    expect(await house.readModels.clocks.due(now, 10)).toEqual([]);
    expect(await parkedClocks()).toHaveLength(100);
  });

  it('is remembered by the monitor alone where not even that can be recorded', async () => {
    const [poison = '', ...good] = await house.apply(3);
    await house.projected();
    house.clock.now = '2026-03-03T05:00:00Z';
    let tries = 0;
    const failing = failingFor([poison], 'all');
    const monitor = house.monitor({
      commands: (request) => {
        if (request.application === poison) tries += 1;
        return failing(request);
      },
    });
    expect(await monitor.tick()).toEqual({ ...nothing, recorded: good.length, failed: 1 });
    await house.projected();
    expect(await monitor.tick()).toEqual(nothing);
    house.clock.now = '2026-03-03T05:00:03Z';
    expect(await monitor.tick()).toEqual({ ...nothing, failed: 1 });
    house.clock.now = '2026-03-03T05:00:06Z';
    expect(await monitor.tick()).toEqual(nothing);
    // Each time it asks for what is due, and then for its parking.
    expect(tries).toBe(4);
  });

  it('is not what an event store is that does not answer: nothing is parked, and all stays due', async () => {
    await house.apply(100);
    await house.projected();
    house.clock.now = '2026-03-03T05:00:00Z';
    let asked = 0;
    const away: CommandHandler = () => {
      asked += 1;
      return Promise.reject(new EventStoreUnavailableError('away'));
    };
    await expect(house.monitor({ commands: away }).tick()).rejects.toThrow('away');
    expect(asked).toBeLessThan(100);
    expect(await house.monitor().tick()).toEqual({ ...nothing, recorded: 100 });
  });
});
