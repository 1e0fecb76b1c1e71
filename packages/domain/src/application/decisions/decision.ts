import type { Actor } from '../../actor.ts';
import type { CompiledService } from '../../service/compile.ts';
import type { NumberSeries } from '../../service/number-series.ts';
import type { OfficeCalendars } from '../../sla/office-calendars.ts';
import type { ApplicationEvent } from '../events.ts';
import type { Refused } from '../refusal.ts';

/** What a decision may look at beside the application: nothing here is read from the outside world. */
export type DecisionContext = {
  /** The version that the application is pinned to, or the newest for a submission. */
  service: CompiledService;
  /** For a migration: the version to go on under. */
  target?: CompiledService | undefined;
  /** The office's calendars. */
  calendars: OfficeCalendars;
  actor: Actor;
  /** The instant of the command, read once by the command handler. */
  now: Temporal.Instant;
  /** The application's place in a series, where one is reserved for it. */
  sequenceIn?: (series: NumberSeries) => number | undefined;
};

/**
 * Events to append (none when there is nothing left to record), or why not. With `numbers` it is not
 * yet what is to be recorded: documents in it lack the numbers that these series have to give.
 */
export type Decision = { events: ApplicationEvent[]; numbers?: NumberSeries[] } | Refused;

/** One event, as a decision. */
export const recorded = (event: ApplicationEvent): Decision => ({ events: [event] });
