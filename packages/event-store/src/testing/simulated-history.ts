import {
  evolve,
  decide,
  type Application,
  type Actor,
  type CompiledService,
  type OfficeCalendars,
} from '@satu-atap/domain';
import { filledForm, nextCommand, seededRandom, staffOf } from '@satu-atap/domain/simulation';
import { applicationStream } from '../application-memory.ts';
import { derivedId } from '../event-ids.ts';
import type { NewEvent } from '../event-store.ts';

export type History = { stream: string; events: NewEvent[] };

/**
 * An application driven through its workflow, as events ready to append: the same seed, the same
 * history. It has exactly `length` events; notes fill it up after the end.
 */
export function simulatedHistory(
  service: CompiledService,
  calendars: OfficeCalendars,
  office: string,
  seed: number,
  length: number,
): History {
  const random = seededRandom(seed);
  const id = derivedId('history', seed);
  const applicant = { id: `applicant-${seed}`, name: 'Pemohon' };
  const person: Actor = { id: applicant.id, roles: ['applicant'] };
  const actors = [person, ...staffOf(service, office)];
  const events: NewEvent[] = [];
  let application: Application | undefined;
  let now = Temporal.Instant.from('2026-01-05T01:00:00Z').add({ minutes: seed % 20_000 });
  let documents = 0;
  while (events.length < length) {
    const next = application
      ? (nextCommand({
          service,
          application,
          actors,
          random,
          documentId: () => derivedId(id, 'document', documents++),
        }) ??
        ({
          actor: actors[1] ?? person,
          command: { type: 'add-note', data: { text: 'Catatan petugas.' } },
        } as const))
      : ({
          actor: person,
          command: {
            type: 'submit',
            data: {
              service: service.id,
              office,
              applicant,
              channel: 'online',
              data: filledForm(service.definition.form, random),
            },
          },
        } as const);
    const decision = decide(application, next.command, {
      service,
      calendars,
      actor: next.actor,
      now,
    });
    if ('refusal' in decision) throw new Error(JSON.stringify(decision.refusal));
    const command = derivedId(id, events.length);
    const metadata = { actor: next.actor, occurredAt: now.toString(), office, command };
    for (const [index, event] of decision.events.entries()) {
      application = evolve(application, event, metadata);
      events.push({ id: derivedId(command, index), type: event.type, data: event.data, metadata });
    }
    now = now.add({ minutes: 1 + Math.floor(random() * 300) });
  }
  return { stream: applicationStream(id), events: events.slice(0, length) };
}
