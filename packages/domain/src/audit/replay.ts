import type { Actor } from '../actor.ts';
import { evolve, type Application, type ClockMark } from '../application/application.ts';
import { heldByAnother } from '../application/decisions/desk.ts';
import { usedUp } from '../application/decisions/extend.ts';
import { mergedData } from '../application/application.ts';
import type { ApplicationEvent, EventMetadata } from '../application/events.ts';
import { guardRefusal, offeredActions } from '../application/machine.ts';
import type { Refusal } from '../application/refusal.ts';
import type { Localized } from '../names.ts';
import type { CompiledAction, CompiledService } from '../service/compile.ts';
import type { CalendarReference } from '../sla/calendar-versions.ts';
import { clockSubject, type ClockSubject } from '../sla/clock-report.ts';
import { marksInForce } from '../sla/clock-marks.ts';
import { clocksOf, slaStatus, type Clock, type SlaStatus } from '../sla/clocks.ts';
import { asKnownAt, type OfficeCalendars } from '../sla/office-calendars.ts';
import { inRole } from '../trial/as-the-draft-asks.ts';

/** An event of an application's stream. */
export type ReplayedEvent = { revision: number; event: ApplicationEvent; metadata: EventMetadata };

/** A moment in an application's life: after a revision, or at an instant. */
export type Moment = { revision: number } | { instant: Temporal.Instant };

/** Why there is no such moment. */
export type NoMoment =
  | { type: 'revision-not-found'; revision: number; newest: number }
  | { type: 'before-the-application'; at: string; submittedAt: string };

/** A clock as it was counted then, by what was known then. */
type ClockThen = {
  clock: Clock;
  subject: ClockSubject;
  /** What was recorded of it and held. */
  marks: ClockMark;
  /** Whether its time was over. */
  isOverdue: boolean;
};

/** An action that could be taken then, by whom, and what stood in the way of everybody. */
type ActionThen = {
  action: string;
  title: Localized;
  roles: string[];
  /** The unit whose officers take it. */
  unit: string;
  sets: string[];
  comment: 'required' | 'optional';
  /** Nobody could have taken it: a guard was not met. */
  refusal?: Refusal;
  /** The officer who held the file there: others could not. */
  heldBy?: string;
  /** Officers who could not, because they had taken a step that excludes it. */
  notBy?: string[];
};

/** An application exactly as it stood at a moment. */
export type Replayed = {
  revision: number;
  /** As of when clocks are counted: ISO 8601. */
  asOf: string;
  /** What led there. */
  last: ReplayedEvent;
  application: Application;
  /** The version in force for it, which its last migration or its submission pinned. */
  service: CompiledService;
  /** The calendars in force for its units, as they were known then. */
  calendars: CalendarReference[];
  clocks: ClockThen[];
  slaStatus: SlaStatus;
  actions: ActionThen[];
  previous?: number;
  next?: number;
};

/** What a history is replayed by. */
export type ReplaySetting = {
  service: (version: number) => CompiledService;
  calendars: OfficeCalendars;
};

/**
 * The application as it stood at a moment: folded from its events until then, its clocks counted by the
 * calendars that were known then and asked as of then. At an instant, everything that had happened by it.
 *
 * @param history whole, in order, and not empty
 */
export function replay(
  history: readonly ReplayedEvent[],
  moment: Moment,
  setting: ReplaySetting,
): Replayed | NoMoment {
  const [first] = history;
  const newest = history.at(-1)?.revision ?? -1;
  if (!first) throw new Error('a history has at least its submission');
  const until = reached(history, moment);
  const last = until.at(-1);
  if ('revision' in moment && last?.revision !== moment.revision) {
    return { type: 'revision-not-found', revision: moment.revision, newest };
  }
  if (!last) {
    const at = 'instant' in moment ? moment.instant.toString() : '';
    return { type: 'before-the-application', at, submittedAt: first.metadata.occurredAt };
  }
  let application: Application | undefined;
  for (const { event, metadata } of until) application = evolve(application, event, metadata);
  if (!application) throw new Error('a history has at least its submission');

  const asOf = 'instant' in moment ? moment.instant.toString() : last.metadata.occurredAt;
  const service = setting.service(application.service.version);
  const known = asKnownAt(setting.calendars, Date.parse(asOf));
  const clocks = clocksOf(service, application, known);
  return {
    revision: last.revision,
    asOf,
    last,
    application,
    service,
    calendars: calendarsFor(service, known),
    clocks: clocks.map((clock) => clockThen(clock, application, service, Date.parse(asOf))),
    slaStatus: slaStatus(application, clocks),
    actions: actionsThen(service, application),
    ...(until.length > 1 ? { previous: last.revision - 1 } : {}),
    ...(until.length < history.length ? { next: last.revision + 1 } : {}),
  };
}

/** Events up to a moment. Of two that happened at the same instant, none is left out. */
function reached(history: readonly ReplayedEvent[], moment: Moment): readonly ReplayedEvent[] {
  if ('revision' in moment) {
    return history.filter(({ revision }) => revision <= moment.revision);
  }
  const until = moment.instant;
  // A clock that went back does not take back what stands before.
  const last = history.findLastIndex(
    ({ metadata }) =>
      Temporal.Instant.compare(Temporal.Instant.from(metadata.occurredAt), until) <= 0,
  );
  return history.slice(0, last + 1);
}

function clockThen(
  clock: Clock,
  application: Application,
  service: CompiledService,
  asOf: number,
): ClockThen {
  const until = clock.endedAt ?? asOf;
  return {
    clock,
    subject: clockSubject(service, clock.id),
    marks: marksInForce(application, clock),
    isOverdue: clock.dueAt !== undefined && until > clock.dueAt,
  };
}

function calendarsFor(service: CompiledService, known: OfficeCalendars): CalendarReference[] {
  const units = new Set([...service.states.values()].map(({ unit }) => unit));
  units.add(service.definition.unit);
  const references = [...units].map((unit) => known.of(unit).reference);
  return [...new Map(references.map((one) => [one.id, one])).values()];
}

function actionsThen(service: CompiledService, application: Application): ActionThen[] {
  return offeredActions(service, application).map((action) => {
    const { name, title, unit, source, definition } = action;
    const judged = { ...application, data: mergedData(application, definition.set) };
    const somebody = strangerFor(action, application);
    const held = heldByAnother(service, application, source, somebody);
    const refusal =
      usedUp(application, name, definition.extends) ?? guardRefusal(action, judged, somebody);
    const excluded = excludedBy(action, judged);
    return {
      action: name,
      title,
      roles: definition.roles,
      unit,
      sets: definition.sets,
      comment: definition.comment,
      ...(refusal ? { refusal } : {}),
      ...(held?.type === 'assigned-to-another' ? { heldBy: held.officer } : {}),
      ...(excluded.length > 0 ? { notBy: excluded } : {}),
    };
  });
}

/** Somebody who may act in one of the action's roles and has done nothing on the file yet. */
function strangerFor({ definition, unit }: CompiledAction, application: Application): Actor {
  const { office, applicant } = application;
  const stranger: Actor = { id: 'somebody', roles: [] };
  return inRole(definition.roles, { office, applicant, actor: stranger, unit }) ?? stranger;
}

/** Of those who acted on the file, whom four eyes keep from the action. */
function excludedBy(action: CompiledAction, application: Application): string[] {
  const acted = new Set(application.steps.map(({ actor }) => actor));
  const somebody = strangerFor(action, application);
  return [...acted].filter((id) => {
    const unmet = guardRefusal(action, application, { ...somebody, id });
    return unmet?.type === 'guard-not-met' && unmet.unmet.guard === 'not-the-same-officer';
  });
}
