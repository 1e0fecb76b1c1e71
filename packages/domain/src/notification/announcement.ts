import { builtInRoles } from '../actor.ts';
import {
  activeStates,
  evolve,
  outstandingFee,
  type Application,
} from '../application/application.ts';
import type { ApplicationEvent, EventMetadata } from '../application/events.ts';
import type { Localized } from '../names.ts';
import {
  stateOf,
  type CompiledAction,
  type CompiledService,
  type CompiledState,
} from '../service/compile.ts';
import type { Guard } from '../service/guard.ts';
import { targetsOf } from '../service/state-tree.ts';
import type { Duration } from '../sla/duration.ts';
import { startedClocks } from '../sla/started-clocks.ts';
import type { Topic } from './topics.ts';

/** An event of an application's history, with its place in it. */
export type HistoryEvent = {
  event: ApplicationEvent;
  metadata: EventMetadata;
  /** The event's UUID. */
  id: string;
  revision: number;
};

/** Something to tell others of an application, drawn from one event. */
export type Announcement = {
  topic: Topic;
  /** The event that it is drawn from. */
  event: string;
  revision: number;
  /** When it happened: ISO 8601. */
  at: string;
  office: string;
  /** The unit that answers for it. */
  unit: string;
  /** The application as the event, and what was recorded with it, left it. */
  application: Application;
  /** Paths of the active states before and after; the same where the file did not move. */
  from: string[];
  to: string[];
  /** What the officer wrote: for the applicant's eyes and the house's. */
  comment?: string;
  outcome?: string;
  /** Names of the outputs that were given out. */
  outputs?: string[];
  /** Whole rupiah. */
  fee?: { amount: number; outstanding: number };
  clock?: { id: string; dueAt: string };
  /** To whom a promise is escalated. */
  roles?: string[];
  /** More time than was promised, and on which ground. */
  extension?: { by: Duration; legalGround: Localized };
};

/**
 * What the events of one command say to others. Events of one command are told of together: a step
 * that ends a file and gives out its documents is one occasion. Cases of a foreign log tell nobody.
 *
 * @param before the application before them; undefined when they begin it
 * @param happened all events of the command, in order
 * @param service the version that the application is pinned to by then
 */
export function announcementsOf(
  before: Application | undefined,
  happened: readonly HistoryEvent[],
  service: CompiledService,
): Announcement[] {
  let application = before;
  for (const { event, metadata } of happened) application = evolve(application, event, metadata);
  if (!application || application.imported) return [];
  const after = application;
  const { definition } = service;
  const from = before ? activeStates(before.value) : [];
  const to = activeStates(after.value);

  const announce = (
    topic: Topic,
    { id, revision, metadata }: HistoryEvent,
    more: Partial<Announcement> = {},
  ): Announcement => ({
    topic,
    event: id,
    revision,
    at: metadata.occurredAt,
    office: after.office,
    unit: definition.unit,
    application: after,
    from,
    to,
    ...more,
  });

  const feeDue = (one: HistoryEvent): Announcement[] => {
    const outstanding = outstandingFee(after);
    const fee = { amount: after.fee?.amount ?? 0, outstanding };
    return outstanding > 0 ? [announce('fee-due', one, { fee })] : [];
  };

  return happened.flatMap((one): Announcement[] => {
    const { event } = one;
    switch (event.type) {
      case 'ApplicationSubmitted':
        return isCounted(service, after) ? [announce('received', one)] : [];
      case 'StepTaken': {
        const { comment, outcome } = event.data;
        const said = comment === undefined ? {} : { comment };
        const found: Announcement[] = [];
        const begins = before && !isCounted(service, before) && isCounted(service, after);
        if (begins) found.push(announce('received', one, said));
        const waiting = to.filter((path) => !from.includes(path)).map((at) => stateOf(service, at));
        const back = waiting.find((state) => waitsForApplicant(service, state));
        if (back) found.push(announce('returned', one, { ...said, unit: back.unit }));
        if (waiting.some(waitsForFee) && isDecidedAtSubmission(service)) {
          found.push(...feeDue(one));
        }
        if (outcome !== undefined) found.push(announce('ended', one, { ...said, outcome }));
        return found;
      }
      case 'FeeAssessed': {
        // Known from the beginning, it is due once the file waits for it.
        const isAsked = to.some((path) => waitsForFee(stateOf(service, path)));
        return isDecidedAtSubmission(service) && !isAsked ? [] : feeDue(one);
      }
      case 'OutputIssued': {
        const issued = happened.flatMap(({ event: other }) =>
          other.type === 'OutputIssued' ? [other.data.output] : [],
        );
        // The first speaks for all that were given out together.
        return event.data.output === issued[0]
          ? [announce('issued', one, { outputs: issued })]
          : [];
      }
      case 'ClockWarned':
        return [announce('warned', one, clockOf(service, after, event.data))];
      case 'ClockBreached':
        return [announce('breached', one, clockOf(service, after, event.data))];
      case 'ClockEscalated': {
        const clock = clockOf(service, after, event.data);
        return [announce('escalated', one, { ...clock, roles: event.data.to })];
      }
      case 'PromiseExtended': {
        const { by, legalGround } = event.data;
        return [announce('extended', one, { extension: { by, legalGround } })];
      }
      case 'DocumentAttached':
      case 'DocumentVerified':
      case 'DocumentRejected':
      case 'PaymentReceived':
      case 'OfficerAssigned':
      case 'OfficerReleased':
      case 'NoteAdded':
      case 'ClockParked':
      case 'ApplicationMigrated':
        return [];
    }
  });
}

/** The clock that an event is about, and the unit that answers for it. */
function clockOf(
  service: CompiledService,
  application: Application,
  { clock: id, dueAt }: { clock: string; dueAt: string },
): Pick<Announcement, 'unit' | 'clock'> {
  const clock = startedClocks(service, application).find((started) => started.id === id);
  return { unit: clock?.unit ?? service.definition.unit, clock: { id, dueAt } };
}

/** Whether the promised time of the whole service has begun. */
function isCounted(service: CompiledService, application: Application): boolean {
  return startedClocks(service, application).some(({ id }) => id === 'service');
}

/** Whether the fee is known as soon as the form is. */
function isDecidedAtSubmission({ definition: { fee } }: CompiledService): boolean {
  return fee.kind === 'fixed' || fee.kind === 'table';
}

/** Whether a state has an action that needs the fee paid. */
function waitsForFee({ path, actions }: CompiledState): boolean {
  return actions.some(
    ({ source, definition: { guard, branches = [] } }) =>
      source === path && [guard, ...branches.map((branch) => branch.guard)].some(needsFee),
  );
}

function needsFee(guard: Guard | undefined): boolean {
  if (!guard) return false;
  if ('all' in guard) return guard.all.some(needsFee);
  if ('any' in guard) return guard.any.some(needsFee);
  return 'name' in guard && guard.name === 'fee-paid';
}

/** Whether time stands still in a state that the applicant leads out of, other than to an end. */
function waitsForApplicant(service: CompiledService, state: CompiledState): boolean {
  return state.clock === 'paused' && state.actions.some((action) => isAnswer(service, action));
}

function isAnswer({ states }: CompiledService, { definition, source }: CompiledAction): boolean {
  if (source === '' || !definition.roles.includes(builtInRoles.applicant)) return false;
  const around = source.split('.').slice(0, -1);
  const targets = targetsOf(definition).map((target) =>
    target.startsWith('#') ? target.slice(1) : [...around, target].join('.'),
  );
  return !targets.some((path) => states.get(path)?.type === 'final');
}
