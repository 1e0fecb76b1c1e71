import type { Application } from '../application/application.ts';
import type { CarriedClock } from '../application/events.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';
import { startedClocks, type StartedClock } from './started-clocks.ts';

/**
 * The clocks that a migration hands over. They keep their start and what has passed. The service's is
 * held against the new version's standard, a state's or a deadline against that of the state that
 * takes its place; one without such a state ends, held against its own.
 */
export function carriedClocks(
  service: CompiledService,
  target: CompiledService,
  application: Application,
  { places }: { places: Readonly<Record<string, string>> },
  now: Temporal.Instant,
): CarriedClock[] {
  return startedClocks(service, application).map((clock): CarriedClock => {
    if (clock.id === 'service') {
      const { unit, standard } = target.definition;
      // One that is stopped stands still: it goes on if the file comes back into a state where it runs.
      const { endedAt } = clock;
      const pauses = endedAt === undefined ? clock.pauses : [...clock.pauses, { from: endedAt }];
      return carried({ ...clock, unit, standard: standard.time, pauses });
    }
    if (clock.endedAt !== undefined) return { ...carried(clock), endedAt: iso(clock.endedAt) };
    const place = clock.state === undefined ? undefined : places[clock.state];
    if (place !== undefined) {
      const { unit, standard, clock: mode, deadline } = stateOf(target, place);
      if (clock.takes && deadline) {
        return { ...carried({ ...clock, unit, standard: deadline.after }), state: place };
      }
      if (!clock.takes && standard && mode === 'running') {
        return { ...carried({ ...clock, unit, standard }), state: place };
      }
    }
    return { ...carried(clock), endedAt: iso(now.epochMilliseconds) };
  });
}

function carried({ id, unit, standard, startedAt, pauses }: StartedClock): CarriedClock {
  return {
    id,
    unit,
    standard,
    startedAt: iso(startedAt),
    pauses: pauses.map(({ from, to }) => ({
      from: iso(from),
      ...(to === undefined ? {} : { to: iso(to) }),
    })),
  };
}

const iso = (instant: number) => new Date(instant).toISOString();
