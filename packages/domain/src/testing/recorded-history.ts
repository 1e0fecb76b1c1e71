import type { Actor } from '../actor.ts';
import { evolve, type Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import { decide } from '../application/decide.ts';
import type { ApplicationEvent, EventMetadata } from '../application/events.ts';
import { isRefused } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';
import { filledForm, nextCommand, staffOf } from '../simulation/next-command.ts';
import { seededRandom } from '../simulation/random.ts';
import type { OfficeCalendars } from '../sla/office-calendars.ts';

export type RecordedHistory = {
  event: ApplicationEvent;
  metadata: EventMetadata;
  revision: number;
}[];

/** Tries of a step whose guard waits for what is drawn with it. */
const mostTries = 40;

/**
 * An application as it would be recorded: somebody does what is to be done next, up to two days later,
 * until it ends or has so many events. The same seed, the same history.
 *
 * @param place.earlier what happened before, from the submission on; it goes on from there
 */
export function recordedHistory(
  service: CompiledService,
  place: { calendars: OfficeCalendars; office: string; earlier?: RecordedHistory },
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
    const { calendars, office } = place;
    const decision = decide(application, command, { service, calendars, actor, now });
    if (isRefused(decision)) return;
    const id = uuid(history.length);
    const metadata = { actor, occurredAt: now.toString(), office, command: id };
    for (const event of decision.events) {
      application = evolve(application, event, metadata);
      history.push({ event, metadata, revision: history.length });
    }
  };
  const latest = () => application;

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
    now = now.add({ minutes: 10 + Math.floor(random() * random() * 3_000) });
    const documentId = () => uuid(1_000 + history.length);
    const next = nextCommand({ service, application: current, actors, random, documentId });
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
