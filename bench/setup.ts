import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceDefinition, type CompiledService, type OfficeCalendars } from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import { EmbeddedEventStore, ServiceCatalogue, type EventStore } from '@satu-atap/event-store';
import { simulatedHistory } from '@satu-atap/event-store/testing';

/** A folder that is gone when the process ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'satu-atap-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type House = {
  folder: string;
  store: EventStore;
  services: ServiceCatalogue;
  service: CompiledService;
  calendars: OfficeCalendars;
};

/** An event store on disk with the sample permit published. */
export async function openHouse(folder = scratchFolder()): Promise<House> {
  return publishSample({
    folder,
    store: new EmbeddedEventStore({ file: join(folder, 'events.sqlite') }),
  });
}

/** Publishes the sample permit where it is not yet. */
export async function publishSample({
  folder,
  store,
}: Pick<House, 'folder' | 'store'>): Promise<House> {
  const services = new ServiceCatalogue(store);
  const definition = serviceDefinition.parse(samplePermit);
  await services.publish(definition, people.system, Temporal.Instant.from('2026-01-01T00:00:00Z'));
  const service = await services.newest(definition.id);
  const calendars = sampleOffices.get(office)?.calendars;
  if (!service || !calendars) throw new Error('the sample is not complete');
  return { folder, store, services, service, calendars };
}

/** Fills the store with applications whose events take turns, as in an office with many open files. */
export async function fill(
  { store, service, calendars }: House,
  applications: number,
  length: number,
): Promise<string[]> {
  const atOnce = 500;
  const streams: string[] = [];
  for (let from = 0; from < applications; from += atOnce) {
    const count = Math.min(atOnce, applications - from);
    const histories = Array.from({ length: count }, (_, index) =>
      simulatedHistory(service, calendars, office, from + index, length),
    );
    streams.push(...histories.map(({ stream }) => stream));
    for (let turn = 0; turn < length; turn++) {
      await Promise.all(
        histories.map(({ stream, events }) =>
          store.append(stream, events.slice(turn, turn + 1), turn === 0 ? 'no-stream' : turn - 1),
        ),
      );
    }
  }
  return streams;
}
