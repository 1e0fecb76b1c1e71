import { activeStates, type Application } from '../application/application.ts';
import { timelineOf } from '../application/timeline.ts';
import { stateOf, type CompiledService } from '../service/compile.ts';
import type { OfficeCalendars } from '../sla/office-calendars.ts';
import { clocksOf, type Clock } from '../sla/clocks.ts';
import type { Duration } from '../sla/duration.ts';
import type { Difference, Promised } from './difference.ts';

/** One application under two versions: the same way through the same states. */
export type Side = { service: CompiledService; application: Application };

/** When and where something is about, for a difference. */
export type Instant = { revision: number; at: string };

/**
 * How clocks and promises differ on a way that both versions agree about.
 *
 * @param begun the entry of the timeline at which the way begins
 * @param until epoch milliseconds: clocks that still run are looked at as of then
 * @param happened what was recorded at an instant (epoch milliseconds)
 */
export function clockDifferences(
  recorded: Side,
  tried: Side,
  at: {
    calendars: OfficeCalendars;
    begun: number;
    until: number;
    happened: (epoch: number) => Instant;
  },
): Difference[] {
  const before = clocksById(recorded, at.calendars);
  const after = clocksById(tried, at.calendars);
  const ids = new Set([...before.keys(), ...after.keys()]);
  const promises = [...ids].flatMap((id): Difference[] => {
    const place = placeOf(id);
    const was = promised(recorded.service, place, before.get(id), at.until);
    const wouldBe = promised(tried.service, place, after.get(id), at.until);
    // The same standard, another due instant: that the clock stood still elsewhere says enough.
    if (isSame(was?.standard, wouldBe?.standard) && isSameStanding(was, wouldBe)) return [];
    const epoch = (before.get(id) ?? after.get(id))?.startedAt ?? at.until;
    const sides = { ...(was ? { was } : {}), ...(wouldBe ? { wouldBe } : {}) };
    return [{ type: 'promise', place, ...sides, ...at.happened(epoch) }];
  });
  const began = before.get('service')?.startedAt;
  return [
    ...modeDifferences(recorded, tried, at),
    ...promises,
    ...(began === undefined ? [] : warningDifference(recorded, tried, at.happened(began))),
  ];
}

type At = Parameters<typeof clockDifferences>[2];

/** Whether the promised time runs in the states that the file came through. */
function modeDifferences(recorded: Side, tried: Side, { begun, happened }: At): Difference[] {
  return timelineOf(recorded.application)
    .slice(begun)
    .flatMap(({ at, value }) =>
      activeStates(value).flatMap((place): Difference[] => {
        const was = stateOf(recorded.service, place).clock;
        const wouldBe = stateOf(tried.service, place).clock;
        if (was === wouldBe) return [];
        return [{ type: 'clock', place, was, wouldBe, ...happened(Date.parse(at)) }];
      }),
    );
}

function warningDifference(recorded: Side, tried: Side, began: Instant): Difference[] {
  const was = recorded.service.definition.standard.warnAt;
  const wouldBe = tried.service.definition.standard.warnAt;
  return was === wouldBe ? [] : [{ type: 'warning', place: 'standard', was, wouldBe, ...began }];
}

function clocksById({ service, application }: Side, calendars: OfficeCalendars) {
  return new Map(clocksOf(service, application, calendars).map((clock) => [clock.id, clock]));
}

/** `standard`, or the state whose promise it is. */
function placeOf(clock: string): string {
  return clock === 'service' ? 'standard' : clock.slice('state:'.length, clock.lastIndexOf('#'));
}

/** What a version promises there, and what came of it; undefined where it promises nothing. */
function promised(
  service: CompiledService,
  place: string,
  clock: Clock | undefined,
  until: number,
): Promised | undefined {
  const standard =
    clock?.standard ??
    (place === 'standard' ? service.definition.standard.time : service.states.get(place)?.standard);
  if (!standard) return undefined;
  if (!clock) return { standard, standing: 'not-running' };
  const { dueAt, endedAt } = clock;
  const isLate = dueAt !== undefined && (endedAt ?? until) > dueAt;
  return {
    standard,
    ...(dueAt === undefined ? {} : { dueAt: new Date(dueAt).toISOString() }),
    standing: isLate ? 'late' : 'in-time',
  };
}

function isSameStanding(one: Promised | undefined, other: Promised | undefined): boolean {
  const ran = one?.standing !== 'not-running' && other?.standing !== 'not-running';
  return !ran || one?.standing === other?.standing;
}

function isSame(one: Duration | undefined, other: Duration | undefined): boolean {
  return one?.amount === other?.amount && one?.unit === other?.unit;
}
