import type { Application } from '../application/application.ts';
import type { CompiledService } from '../service/compile.ts';
import type { CalendarVersion } from './calendar-versions.ts';
import { dueSoFar } from './clock-instants.ts';
import { clocksOf } from './clocks.ts';
import { laidOut, type OfficeCalendars } from './office-calendars.ts';

/** A due date that a version of a calendar moves. Instants are epoch milliseconds. */
export type CalendarEffect = {
  clock: string;
  was: number;
  now: number;
  /** Of a clock that has ended: when, as it was held; the version changes nothing of the record. */
  endedAt?: number;
};

/**
 * What a version of a calendar does to the clocks of an application, as they stand. A clock that runs or
 * stands still is counted by the version before and by this one. One that has ended keeps its due date,
 * and this is what it would have been.
 *
 * @returns nothing for clocks that go by another calendar, or that it does not move
 */
export function calendarEffects(
  service: CompiledService,
  application: Application,
  calendars: OfficeCalendars,
  { id, version }: Pick<CalendarVersion, 'id' | 'version'>,
): CalendarEffect[] {
  return clocksOf(service, application, calendars).flatMap((clock) => {
    const versions = calendars.versions(clock.unit);
    const [before, after] = [version - 1, version].map((number) =>
      versions.find((one) => one.id === id && one.version === number),
    );
    if (!after) return [];
    const { endedAt } = clock;
    const held = endedAt === undefined && before ? laidOut(before, calendars.timeZone) : undefined;
    const was = dueSoFar(clock, held ?? calendars.of(clock.unit, endedAt));
    const now = dueSoFar(clock, laidOut(after, calendars.timeZone));
    if (was === now) return [];
    return [{ clock: clock.id, was, now, ...(endedAt === undefined ? {} : { endedAt }) }];
  });
}
