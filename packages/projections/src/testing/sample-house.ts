import { serviceDefinition, type CompiledService } from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import { ServiceCatalogue, type EventStore, type NewEvent } from '@satu-atap/event-store';
import { simulatedHistory } from '@satu-atap/event-store/testing';

export type SampleHistory = { stream: string; events: NewEvent[] };

/** Publishes the sample permit. */
export async function publishSample(store: EventStore): Promise<CompiledService> {
  const definition = serviceDefinition.parse(samplePermit);
  const now = Temporal.Instant.from('2026-01-05T00:00:00Z');
  const published = await new ServiceCatalogue(store).publish(definition, people.system, now);
  if ('refusal' in published) throw new Error('the sample was not published');
  return published.service;
}

/** Applications of the sample permit, each driven through its workflow by its own seed. */
export function sampleHistories(
  service: CompiledService,
  seeds: Iterable<number>,
  length: number,
): SampleHistory[] {
  const calendars = sampleOffices.get(office)?.calendars;
  if (!calendars) throw new Error('the sample office has no calendar');
  return Array.from(seeds, (seed) => simulatedHistory(service, calendars, office, seed, length));
}

export async function appendHistories(
  store: EventStore,
  histories: Iterable<SampleHistory>,
): Promise<void> {
  for (const { stream, events } of histories) await store.append(stream, events, 'no-stream');
}
