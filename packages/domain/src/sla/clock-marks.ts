import type { Application, ClockMark, ParkedMark } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import type { Clock, Escalation } from './clocks.ts';

/** What the SLA monitor has to do about a clock next, and when (epoch milliseconds). */
export type DueMark = {
  mark: 'warned' | 'escalated' | 'breached' | 'acted';
  at: number;
  /** It was tried in vain: not again before this instant. */
  retryAt?: number;
};

/** What is done first where several are due at the same instant. */
const order: DueMark['mark'][] = ['warned', 'escalated', 'breached', 'acted'];

/**
 * What was recorded of a clock and still holds. A warning or a breach holds no longer when its instant
 * has moved behind the record: by a calendar that was published since, an extension or a migration.
 * The record itself stays in the history.
 */
export function marksInForce(application: Application, clock: Clock): ClockMark {
  const { warnedAt, breachedAt, escalated = [] } = application.clocks[clock.id] ?? {};
  const holds = (recorded: string | undefined, instant: number | undefined): recorded is string =>
    recorded !== undefined && (instant === undefined || instant <= Date.parse(recorded));
  const told = escalated.filter(({ at, on }) =>
    holds(on, clock.escalations?.find((one) => one.at === at)?.instant),
  );
  return {
    ...(holds(warnedAt, clock.warnAt) ? { warnedAt } : {}),
    ...(holds(breachedAt, clock.dueAt) ? { breachedAt } : {}),
    ...(told.length > 0 ? { escalated: told } : {}),
  };
}

/** Escalations that are not on record yet, with their instants. */
export function openEscalations(
  application: Application,
  clock: Clock,
): (Escalation & { instant: number })[] {
  const told = marksInForce(application, clock).escalated ?? [];
  return (clock.escalations ?? []).flatMap(({ instant, ...escalation }) =>
    instant === undefined || told.some(({ at }) => at === escalation.at)
      ? []
      : [{ ...escalation, instant }],
  );
}

/**
 * What is still to be done about a clock, in order: nothing while it stands still, or when everything
 * is done. A clock that ended late without a record stays due until its breach is recorded.
 * Nobody is hurried about the cases of a foreign log: what is late there was late elsewhere.
 */
export function openMarks(application: Application, clock: Clock): DueMark[] {
  const { dueAt, warnAt, endedAt, takes } = clock;
  if (dueAt === undefined || application.imported) return [];
  const acts: DueMark[] =
    takes && endedAt === undefined && !application.ended ? [{ mark: 'acted', at: dueAt }] : [];
  // A deadline promises nobody anything.
  if (warnAt === undefined) return acts;

  const recorded = marksInForce(application, clock);
  const breaches: DueMark[] = recorded.breachedAt ? [] : [{ mark: 'breached', at: dueAt }];
  if (endedAt !== undefined) return endedAt > dueAt ? breaches : [];
  if (clock.mode !== 'running') return [];
  const isWarned = recorded.warnedAt !== undefined || recorded.breachedAt !== undefined;
  const warns: DueMark[] = isWarned || warnAt >= dueAt ? [] : [{ mark: 'warned', at: warnAt }];
  const tells = openEscalations(application, clock).map(({ instant }): DueMark => ({
    mark: 'escalated',
    at: instant,
  }));
  return [...warns, ...tells, ...breaches, ...acts].toSorted(
    (a, b) => a.at - b.at || order.indexOf(a.mark) - order.indexOf(b.mark),
  );
}

/** The next thing to do about a clock, if any: what is parked does not hold up what comes after it. */
export function nextMark(application: Application, clock: Clock): DueMark | undefined {
  const open = openMarks(application, clock);
  if (!application.parked) return open[0];
  return open
    .map((due): DueMark => {
      const parked = parkedMark(application, clock.id, due);
      return parked ? { ...due, retryAt: Date.parse(parked.retryAt) } : due;
    })
    .toSorted((a, b) => lookAt(a) - lookAt(b))[0];
}

/** When the SLA monitor has to look at it: epoch milliseconds. */
export function lookAt({ at, retryAt }: DueMark): number {
  return retryAt ?? at;
}

/** What is on record of trying this in vain; what was due at another instant is another thing. */
export function parkedMark(
  application: Application,
  clock: string,
  { mark, at }: DueMark,
): ParkedMark | undefined {
  return application.parked?.find(
    (one) => one.clock === clock && one.mark === mark && Date.parse(one.dueAt) === at,
  );
}

/** The command that does what is due about a clock. */
export function commandFor(clock: string, mark: DueMark['mark']): ApplicationCommand {
  return mark === 'acted'
    ? { type: 'act-on-clock', data: { clock } }
    : { type: 'mark-clock', data: { clock, mark } };
}
