import type { ServiceDefinition } from '../service/definition.ts';
import type { WorkingCalendar } from './calendar.ts';
import type { Clock, ClockExtension, Escalation } from './clocks.ts';
import { countsWorkingTime, type Duration } from './duration.ts';
import type { StartedClock } from './started-clocks.ts';

type Instants = Pick<Clock, 'dueAt' | 'warnAt' | 'escalations'>;

/**
 * When a clock is due, when to warn and whom to tell when. Unknown while it stands still: only the
 * file's return says by how much they move.
 */
export function instantsOf(
  clock: Omit<StartedClock, 'state'>,
  { warnAt: warnShare, escalations: policies = [] }: ServiceDefinition['standard'],
  calendar: WorkingCalendar,
): Instants {
  const open = clock.pauses.at(-1);
  const isPromise = clock.takes === undefined;
  const told: Escalation[] = clock.id === 'service' ? policies : [];
  if (open && open.to === undefined) return told.length > 0 ? { escalations: told } : {};
  const { between, add } = arithmetic(clock.standard, calendar);

  const promised = promisedAt(clock, calendar);
  const afterShare = (share: number) =>
    add(clock.startedAt, Math.round(between(clock.startedAt, promised) * share));
  /** A pause moves an instant that still lay ahead by the time the pause covers. */
  const moved = (instant: number) =>
    clock.pauses.reduce(
      (at, { from, to }) => (to !== undefined && from < at ? add(at, between(from, to)) : at),
      instant,
    );
  const dueAt = moved(promised);
  return {
    dueAt,
    ...(isPromise ? { warnAt: moved(afterShare(warnShare)) } : {}),
    ...(told.length > 0
      ? {
          escalations: told.map(({ at, to }) => ({
            at,
            to,
            instant: at === 'due' ? dueAt : moved(afterShare(at)),
          })),
        }
      : {}),
  };
}

/**
 * When a clock is due by what has happened so far: the same as its due date, but for a clock that stands
 * still, whose present pause does not count yet.
 */
export function dueSoFar(clock: Omit<StartedClock, 'state'>, calendar: WorkingCalendar): number {
  const { between, add } = arithmetic(clock.standard, calendar);
  return clock.pauses.reduce(
    (at, { from, to }) => (to !== undefined && from < at ? add(at, between(from, to)) : at),
    promisedAt(clock, calendar),
  );
}

/** When a promise would be due without its pauses. */
export function promisedAt(clock: Extended, calendar: WorkingCalendar): number {
  const { whole, others } = extendedBy(clock);
  return others.reduce(
    (due, { by }) => calendar.due(due, by),
    calendar.due(clock.startedAt, whole.standard),
  );
}

type Extended = Pick<Clock, 'startedAt' | 'standard' | 'extensions'>;

/**
 * A promise with what was granted on top of it: extensions of its own kind of time lengthen it, so that
 * 5 and 3 working days are 8; others are counted from the due date on, one after the other.
 */
export function extendedBy({ standard, extensions = [] }: Extended): {
  whole: { standard: Duration; extensions: ClockExtension[] };
  others: ClockExtension[];
} {
  const same = extensions.filter(({ by }) => by.unit === standard.unit);
  const amount = same.reduce((sum, { by }) => sum + by.amount, standard.amount);
  return {
    whole: { standard: { ...standard, amount }, extensions: same },
    others: extensions.filter(({ by }) => by.unit !== standard.unit),
  };
}

/** How time of this kind is measured between instants, and added to one; milliseconds. */
export function arithmetic({ unit }: Duration, calendar: WorkingCalendar) {
  const working = countsWorkingTime(unit);
  return {
    between: (from: number, to: number) => (working ? calendar.workingTime(from, to) : to - from),
    add: (from: number, time: number) =>
      working ? calendar.addWorkingTime(from, time) : from + time,
  };
}
