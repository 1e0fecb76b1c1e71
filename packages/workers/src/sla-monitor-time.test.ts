import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHouse, type House } from './sla-monitor-house.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
  await house.apply(1);
  await house.projected();
});
afterEach(() => house.close());

const nothing = { recorded: 0, overtaken: 0, parked: 0, failed: 0 };
/** The first thing is due at half of the time. */
const half = '2026-03-03T05:00:00Z';
const at = (instant: string, seconds: number) =>
  Temporal.Instant.from(instant).add({ seconds }).toString();
const monitorBeside = (other: string) =>
  house.monitor({ otherClock: async () => Temporal.Instant.from(other) });

describe('an SLA monitor whose clock is not that of the database', () => {
  it('does nothing before it is due by both', async () => {
    const [first] = await house.readModels.clocks.due(Temporal.Instant.from(half), 1);
    const due = Temporal.Instant.fromEpochMilliseconds(first?.at ?? 0).toString();
    house.clock.now = at(due, 10);
    expect(await monitorBeside(at(due, -1)).tick()).toEqual(nothing);
    house.clock.now = at(due, -1);
    expect(await monitorBeside(at(due, 10)).tick()).toEqual(nothing);
    house.clock.now = at(due, 10);
    expect(await monitorBeside(due).tick()).toEqual({ ...nothing, recorded: 1 });
  });

  it('does nothing at all while they are more than half a minute apart, and says so', async () => {
    house.clock.now = at(half, 300);
    await expect(monitorBeside(half).tick()).rejects.toThrow(
      'the clock of this machine is 300 s ahead of the database',
    );
    await expect(monitorBeside(at(half, 400)).tick()).rejects.toThrow('100 s behind');
    const monitor = monitorBeside(half);
    monitor.run();
    await expect.poll(() => monitor.status).toMatchObject({ acting: false });
    expect(monitor.status.error).toMatch('ahead of');
    await monitor.stop();
    expect(await monitorBeside(at(half, 280)).tick()).toEqual({ ...nothing, recorded: 1 });
  });

  it('takes the time that the answer takes for no difference', async () => {
    house.clock.now = half;
    const slow = house.monitor({
      async otherClock() {
        house.clock.now = at(half, 60);
        return Temporal.Instant.from(at(half, 45));
      },
    });
    expect(await slow.tick()).toEqual({ ...nothing, recorded: 1 });
  });
});
