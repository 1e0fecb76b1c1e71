import {
  activeStates,
  eventInWords,
  type ClockChange,
  type ReplayDifference,
  type Replayed,
  type ReplayedEvent,
} from '@satu-atap/domain';
import type { ApplicationReplay } from '@satu-atap/event-store';
import { problemEntry } from '../problems/problem-table.ts';
import type { ReplayDifferenceView, ReplayedView } from './replay-schemas.ts';

/** An application as it stood at a moment, as the API and the command line tell it. */
export function replayView(id: string, moment: Replayed, replay: ApplicationReplay): ReplayedView {
  const { revision, asOf, service, calendars, application, slaStatus } = moment;
  const link = (to: number) => `/api/v1/applications/${id}/replay?at=${to}`;
  return {
    id,
    revision,
    asOf,
    event: eventView(moment.last, moment, replay),
    service: {
      id: service.id,
      version: service.version,
      digest: service.digest,
      title: service.definition.title,
    },
    calendars,
    states: activeStates(application.value).toSorted(),
    slaStatus,
    clocks: moment.clocks.map(({ clock, subject, marks, isOverdue }) => ({
      clock: clock.id,
      subject,
      unit: clock.unit,
      standard: clock.standard,
      mode: clock.mode,
      startedAt: iso(clock.startedAt),
      ...(clock.dueAt === undefined ? {} : { dueAt: iso(clock.dueAt) }),
      ...(clock.warnAt === undefined ? {} : { warnAt: iso(clock.warnAt) }),
      ...(clock.endedAt === undefined ? {} : { endedAt: iso(clock.endedAt) }),
      pauses: clock.pauses.map(({ from, to }) => ({
        from: iso(from),
        ...(to === undefined ? {} : { to: iso(to) }),
      })),
      calendar: clock.calendar,
      marks,
      isOverdue,
    })),
    actions: moment.actions.map(({ refusal, ...action }) => ({
      ...action,
      ...(refusal
        ? { refusal: { ...refusal, detail: problemEntry(refusal.type).what(refusal) } }
        : {}),
    })),
    facts: application,
    ...(moment.previous === undefined ? {} : { previous: link(moment.previous) }),
    ...(moment.next === undefined ? {} : { next: link(moment.next) }),
  };
}

/** What lies between two moments, as the API and the command line tell it. */
export function replayDifferenceView(
  id: string,
  { from, to, difference }: { from: Replayed; to: Replayed; difference: ReplayDifference },
  replay: ApplicationReplay,
): ReplayDifferenceView {
  const place = ({ revision, asOf, application }: Replayed) => ({
    revision,
    asOf,
    states: activeStates(application.value).toSorted(),
  });
  return {
    id,
    from: place(from),
    to: place(to),
    facts: difference.facts,
    clocks: difference.clocks.map(({ clock, before, after }) => ({
      clock,
      ...(before ? { before: standing(before) } : {}),
      ...(after ? { after: standing(after) } : {}),
    })),
    events: difference.events.map((one) => {
      const moment = replay.at({ revision: one.revision });
      return eventView(one, 'application' in moment ? moment : to, replay);
    }),
  };
}

function standing({ mode, dueAt, calendar }: NonNullable<ClockChange['before']>) {
  return { mode, ...(dueAt === undefined ? {} : { dueAt: iso(dueAt) }), calendar };
}

function eventView(
  { revision, event, metadata }: ReplayedEvent,
  { service }: Replayed,
  replay: ApplicationReplay,
) {
  const { timeZone } = replay.office.calendars;
  const before = revision > 0 ? replay.at({ revision: revision - 1 }) : undefined;
  const found = before && 'application' in before ? before : undefined;
  const words = eventInWords(event, {
    service: found?.service ?? service,
    timeZone,
    before: found?.application,
  });
  const { occurredAt, actor, command } = metadata;
  return { revision, type: event.type, occurredAt, actor, command, data: event.data, text: words };
}

const iso = (instant: number) => new Date(instant).toISOString();
