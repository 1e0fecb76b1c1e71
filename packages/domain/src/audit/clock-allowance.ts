import type { CompiledService } from '../service/compile.ts';
import type { OfficeCalendars } from '../sla/office-calendars.ts';

/**
 * How far the clocks of several machines may lie apart, in milliseconds, and how long a command may take
 * that is decided again after somebody else was faster: it keeps the instant at which it was given.
 */
export const clockAllowance = 60_000;

/** Whether a calendar of the service's units was published shortly after this instant. */
export function hasNews(
  calendars: OfficeCalendars,
  { states, definition }: CompiledService,
  at: number,
) {
  const units = new Set([definition.unit, ...[...states.values()].map(({ unit }) => unit)]);
  return [...units].some((unit) =>
    calendars
      .versions(unit)
      .some(({ publishedAt }) => publishedAt > at && publishedAt <= at + clockAllowance),
  );
}
