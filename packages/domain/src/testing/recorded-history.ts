import type { Actor } from '../actor.ts';
import { evolve, type Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import { decide } from '../application/decide.ts';
import type { ApplicationEvent, EventMetadata } from '../application/events.ts';
import { isRefused, type Refused } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import { filledForm, nextCommand, staffOf } from '../simulation/next-command.ts';
import { seededRandom } from '../simulation/random.ts';
import { clocksOf } from '../sla/clocks.ts';
import { commandFor, lookAt, nextMark } from '../sla/clock-marks.ts';
import { asKnownAt, type OfficeCalendars } from '../sla/office-calendars.ts';
import { people } from './sample-people.ts';

export type RecordedHistory = {
  event: ApplicationEvent;
  metadata: EventMetadata;
  revision: number;
}[];

/** Tries of a step whose guard waits for what is drawn with it. */
const mostTries = 40;
/** What the SLA monitor does between two steps, at the most. */
const mostLooks = 12;

/**
 * An application as it would be recorded: somebody does what is to be done next, up to two days later,
 * until it ends or has so many events. The same seed, the same history.
 *
 * @param place.earlier what happened before, from the submission on; it goes on from there
 * @param place.isWatched whether the SLA monitor looks at it, and documents bear the number 1
 */
export function recordedHistory(
  service: CompiledService,
  place: {
    calendars: OfficeCalendars;
    office: string;
    earlier?: RecordedHistory;
    isWatched?: boolean;
  },
  seed: number,
  mostEvents = 40,
): RecordedHistory {
  const random = seededRandom(seed);
  const applicant = { id: 'applicant-1', name: 'Pemohon' };
  const person: Actor = { id: applicant.id, roles: ['applicant'] };
  const staff = staffOf(service, place.office);
  const actors = [person, ...staff, ...staff.map((one) => ({ ...one, id: `${one.id}-2` }))];
  const history: RecordedHistory = [...(place.earlier ?? [])];
  let application: Application | undefined;
  for (const { event, metadata } of history) application = evolve(application, event, metadata);
  const begin = history.at(-1)?.metadata.occurredAt ?? '2026-02-02T01:00:00Z';
  let now = Temporal.Instant.from(begin).add({ hours: Math.floor(random() * 99) });

  const perform = (command: ApplicationCommand, actor: Actor): void => {
    const { office, isWatched } = place;
    const calendars = asKnownAt(place.calendars, now.epochMilliseconds);
    const sequenceIn = () => (isWatched ? 1 : undefined);
    const context = { service, calendars, actor, now, sequenceIn };
    const decision = decide(application, command, context);
    if (isRefused(decision)) {
      if (command.type === 'mark-clock' || command.type === 'act-on-clock') park(command, decision);
      return;
    }
    const id = uuid(history.length);
    const metadata = { actor, occurredAt: now.toString(), office, command: id };
    for (const event of decision.events) {
      application = evolve(application, event, metadata);
      history.push({ event, metadata, revision: history.length });
    }
  };
  const latest = () => application;
  /** What the SLA monitor does when it is refused. */
  const park = (
    { type, data }: Extract<ApplicationCommand, { type: 'mark-clock' | 'act-on-clock' }>,
    { refusal }: Refused,
  ): void => {
    const mark = type === 'act-on-clock' ? 'acted' : data.mark;
    const { clock } = data;
    perform({ type: 'park-clock', data: { clock, mark, reason: refusal.type } }, people.system);
  };
  /** What it does about clocks until an instant, each at its time. */
  const watch = (until: Temporal.Instant): void => {
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const known = asKnownAt(place.calendars, now.epochMilliseconds);
      const file = latest();
      if (!file) return;
      const [next] = clocksOf(service, file, known)
        .flatMap((clock) => {
          const due = nextMark(file, clock);
          return due ? [{ at: lookAt(due), command: commandFor(clock.id, due.mark) }] : [];
        })
        .toSorted((a, b) => a.at - b.at);
      if (!next || next.at > until.epochMilliseconds) return;
      const at = Math.max(now.epochMilliseconds, next.at);
      now = Temporal.Instant.fromEpochMilliseconds(at);
      perform(next.command, people.system);
    }
  };

  const { submittedBy, form } = service.definition;
  const sender = actors.find(({ roles }) => roles.some((role) => submittedBy.includes(role)));
  const data = filledForm(form, random);
  const asked = { service: service.id, office: place.office, applicant, data };
  if (history.length === 0) {
    perform({ type: 'submit', data: { ...asked, channel: 'online' } }, sender ?? person);
  }
  for (let tries = 0; tries < mostTries && history.length < mostEvents; tries += 1) {
    const current = latest();
    if (!current || current.ended) break;
    const later = now.add({ minutes: 10 + Math.floor(random() * random() * 3_000) });
    if (place.isWatched) watch(later);
    now = later;
    if (latest()?.ended) break;
    const documentId = () => uuid(1_000 + history.length);
    const next = nextCommand({
      service,
      application: latest() ?? current,
      actors,
      random,
      documentId,
    });
    if (!next) break;
    const before = history.length;
    perform(next.command, next.actor);
    if (history.length > before) tries = 0;
  }
  return history;
}

function uuid(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}
