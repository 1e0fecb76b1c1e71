/** Applications that stand in every state of a service. */
import {
  activeStates,
  decide,
  evolve,
  isRefused,
  stateOf,
  type Actor,
  type Application,
  type ApplicationCommand,
  type ApplicationEvent,
  type CompiledService,
  type OfficeCalendars,
} from '@satu-atap/domain';
import { filledForm, seededRandom, staffOf } from '@satu-atap/domain/simulation';
import { applicationStream, derivedId, type EventStore } from '@satu-atap/event-store';

type Happened = { event: ApplicationEvent; actor: Actor };
export type WayTo = { application: Application; happened: Happened[] };

const begin = Temporal.Instant.from('2026-01-05T02:00:00Z');

/** The shortest way into each combination of states that actions alone lead to, ends included. */
export function waysEverywhere(
  service: CompiledService,
  office: string,
  calendars: OfficeCalendars,
): WayTo[] {
  const applicant = { id: 'applicant-1', name: 'Pemohon' };
  const person: Actor = { id: applicant.id, roles: ['applicant'] };
  const actors = [person, ...staffOf(service, office)];
  const data = filledForm(service.definition.form, seededRandom(1));

  const ways = new Map<string, WayTo>();
  const queue: WayTo[] = [];
  const take = (way: WayTo | undefined, command: ApplicationCommand, actor: Actor) => {
    const now = begin.add({ minutes: way?.happened.length ?? 0 });
    const decision = decide(way?.application, command, { service, calendars, actor, now });
    if (isRefused(decision)) return;
    let application = way?.application;
    for (const event of decision.events) {
      application = evolve(application, event, { actor, occurredAt: now.toString() });
    }
    const key = JSON.stringify(application?.value);
    if (!application || ways.has(key)) return;
    const happened = decision.events.map((event) => ({ event, actor }));
    const found = { application, happened: [...(way?.happened ?? []), ...happened] };
    ways.set(key, found);
    queue.push(found);
  };
  const asked = { service: service.id, office, applicant, channel: 'online', data } as const;
  for (const actor of actors) take(undefined, { type: 'submit', data: asked }, actor);
  for (let way = queue.shift(); way; way = queue.shift()) {
    const places = activeStates(way.application.value).map((path) => stateOf(service, path));
    for (const { name: action, definition } of places.flatMap(({ actions }) => actions)) {
      const actor = actors.find(({ roles }) => roles.some((one) => definition.roles.includes(one)));
      const comment = 'Catatan petugas.';
      if (actor) take(way, { type: 'take-step', data: { action, comment } }, actor);
    }
  }
  return [...ways.values()];
}

/** Records so many applications that went these ways in turn. @returns their ids */
export async function recordApplications(
  store: EventStore,
  ways: readonly WayTo[],
  howMany: number,
): Promise<string[]> {
  const ids: string[] = [];
  const appends: Promise<unknown>[] = [];
  for (let index = 0; index < howMany; index += 1) {
    const id = derivedId('everywhere', index);
    const { happened = [] } = ways[index % ways.length] ?? {};
    const events = happened.map(({ event, actor }, step) => {
      const command = derivedId(id, step);
      const occurredAt = begin.add({ minutes: index + step }).toString();
      const metadata = { actor, occurredAt, command };
      return { id: derivedId(command, 0), type: event.type, data: event.data, metadata };
    });
    ids.push(id);
    appends.push(store.append(applicationStream(id), events, 'no-stream'));
    if (appends.length >= 200) await Promise.all(appends.splice(0));
  }
  await Promise.all(appends);
  return ids;
}
