import { people, sampleCalendar } from '@satu-atap/domain/testing';
import { openEventStore } from '@satu-atap/event-store';
import { startTestServer } from '@satu-atap/event-store/test-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { due, openHouse, type House } from './sla-monitor-house.ts';

let house: House;
const nothing = { recorded: 0, overtaken: 0, parked: 0, failed: 0 };

/** Type, promised instant and recorded instant of what the monitor did. */
async function doneTo(application: string) {
  return (await house.events(application))
    .filter(({ metadata }) => (metadata['actor'] as { id: string }).id === people.system.id)
    .map(({ type, data, metadata }) => {
      const { dueAt } = { ...data, ...(data['automatic'] as object | undefined) } as {
        dueAt?: string;
      };
      return [type, dueAt, metadata['occurredAt']];
    });
}

/** As it is recorded. */
const instantOf = (iso: string) => Temporal.Instant.from(iso).toString();

const stores = [
  {
    name: 'the embedded store',
    open: async () => ({ house: await openHouse(), server: undefined }),
  },
  {
    name: 'EventStoreDB',
    open: async () => {
      const server = await startTestServer();
      const store = await openEventStore({ connectionString: server.connectionString });
      return { house: await openHouse({ store }), server };
    },
  },
];

for (const { name, open } of stores)
  describe(`what is done when time is over, on ${name}`, () => {
    let server: { stop(): Promise<void> } | undefined;
    beforeEach(async () => {
      ({ house, server } = await open());
    });
    afterEach(async () => {
      await house.close();
      await server?.stop();
    });

    it('comes in order after a day without a monitor, each with the instant that was promised', async () => {
      const [application = ''] = await house.apply(1);
      const monitor = house.monitor();
      // A day and a half too late.
      const late = '2026-03-06T02:30:00Z';
      house.clock.now = late;
      await house.untilDone(monitor);
      expect(await doneTo(application)).toEqual([
        ['ClockEscalated', due, late],
        ['ClockEscalated', due, late],
        ['ClockWarned', due, late],
        ['ClockBreached', due, late],
        ['StepTaken', due, late],
        ['OutputIssued', undefined, late],
      ]);
      const issued = (await house.events(application)).at(-1);
      expect(issued?.data).toMatchObject({ number: { text: '1/2026', sequence: 1 } });
      expect(await house.readModels.clocks.of(application)).toEqual([]);
      const row = await house.readModels.applications.get(application);
      expect(row).toMatchObject({ slaStatus: 'finished-late', ended: { outcome: 'granted' } });
      expect(await monitor.tick()).toEqual(nothing);
    });

    it('is a step out of a state whose deadline has passed', async () => {
      const [application = ''] = await house.apply(1);
      house.clock.now = '2026-03-02T03:00:00Z';
      await house.take(application, 'ask', people.frontDesk);
      house.clock.now = '2026-03-12T16:59:59Z';
      await house.untilDone(house.monitor());
      expect(await doneTo(application)).toEqual([]);
      // Midnight in Jakarta after ten calendar days.
      house.clock.now = '2026-03-12T17:00:00Z';
      await house.untilDone(house.monitor());
      expect(await doneTo(application)).toEqual([
        ['StepTaken', '2026-03-12T17:00:00.000Z', house.clock.now],
      ]);
    });
  });

describe('what is done when time is over', () => {
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  it('gives way to an extension that was granted at the very instant, before the due-list knew', async () => {
    const [application = ''] = await house.apply(1);
    const monitor = house.monitor();
    house.clock.now = '2026-03-04T08:59:59Z';
    await house.untilDone(monitor);
    await house.projector.stop();
    house.clock.now = due;
    await house.take(application, 'extend', people.headOfUnit);
    const before = await doneTo(application);
    expect(await monitor.tick()).toEqual({ ...nothing, overtaken: 1 });
    expect(await doneTo(application)).toEqual(before);
  });

  it('no longer counts where an extension at the very instant came after the breach', async () => {
    const [application = ''] = await house.apply(1);
    const monitor = house.monitor();
    house.clock.now = '2026-03-04T08:59:59Z';
    await house.untilDone(monitor);
    house.clock.now = due;
    await monitor.tick();
    await house.projected();
    await monitor.tick();
    await house.take(application, 'extend', people.headOfUnit);
    await house.untilDone(monitor);
    const row = await house.readModels.applications.get(application);
    expect(row).toMatchObject({ slaStatus: 'on-time', dueAt: '2026-03-09T09:00:00.000Z' });
    house.clock.now = '2026-03-09T09:00:00Z';
    await house.untilDone(monitor);
    const breaches = (await doneTo(application)).filter(([type]) => type === 'ClockBreached');
    expect(breaches).toEqual([
      ['ClockBreached', due, instantOf(due)],
      ['ClockBreached', '2026-03-09T09:00:00.000Z', house.clock.now],
    ]);
    expect(await doneTo(application)).toContainEqual([
      'StepTaken',
      '2026-03-09T09:00:00.000Z',
      house.clock.now,
    ]);
  });

  it('is what the newest calendar says, also while its due dates are still those of the old', async () => {
    const applications = await house.apply(40);
    const monitor = house.monitor();
    house.clock.now = '2026-03-03T09:00:00Z';
    await house.untilDone(monitor);
    await house.projector.stop();
    const holiday = { date: '2026-03-04', name: 'Libur tambahan' };
    await house.publishCalendar({
      ...sampleCalendar,
      holidays: [...sampleCalendar.holidays, holiday],
    });
    // By the old calendar a warning is due, by the new one none is: there is no work that day.
    house.clock.now = '2026-03-04T08:00:00Z';
    expect(await monitor.tick()).toEqual({ ...nothing, overtaken: 40 });
    house.projector.run();
    await house.untilDone(monitor);
    house.clock.now = '2026-03-05T09:00:00Z';
    await house.untilDone(monitor);
    for (const application of applications) {
      const done = await doneTo(application);
      expect(done.map(([type, dueAt]) => [type, dueAt])).toEqual([
        ['ClockEscalated', due],
        ['ClockWarned', '2026-03-05T09:00:00.000Z'],
        ['ClockEscalated', '2026-03-05T09:00:00.000Z'],
        ['ClockBreached', '2026-03-05T09:00:00.000Z'],
        ['StepTaken', '2026-03-05T09:00:00.000Z'],
        ['OutputIssued', undefined],
      ]);
    }
  });
});
