import { isRefused, serviceDefinition, type ServiceCommand } from '@satu-atap/domain';
import { people, samplePermit } from '@satu-atap/domain/testing';
import { ServiceCatalogue, type EventStore } from '@satu-atap/event-store';

const reason = { id: 'Salah biaya', en: 'Wrong fee' };
const orderedBy = 'kepala-dinas';
const withdraw = (version: number): ServiceCommand => ({
  type: 'withdraw',
  data: { version, reason, orderedBy },
});
const retire = (from: string): ServiceCommand => ({
  type: 'retire',
  data: { from, reason, legalBasis: 'Perwali 7/2026', orderedBy },
});
const reinstate: ServiceCommand = { type: 'reinstate', data: { reason } };

/** What becomes of some services: a number publishes another title. */
export const sampleLives: { id: string; life: (ServiceCommand | number)[] }[] = [
  { id: 'dpmptsp.b', life: [1, 2, retire('2027-01-01'), withdraw(2), retire('2027-02-01')] },
  { id: 'dpmptsp.c', life: [1, withdraw(1), 2, withdraw(2)] },
  { id: 'dpmptsp.d', life: [1, retire('2026-01-01'), 2, reinstate, 3] },
];

/** Records them, one after the other. */
export async function recordLives(store: EventStore): Promise<void> {
  const catalogue = new ServiceCatalogue(store);
  const now = Temporal.Instant.from('2026-01-05T00:00:00Z');
  for (const { id, life } of sampleLives) {
    for (const one of life) {
      const definition = serviceDefinition.parse({ ...samplePermit, id });
      const title = { id: 'Izin', en: `Permit ${JSON.stringify(one)}` };
      const command: ServiceCommand =
        typeof one === 'number'
          ? { type: 'publish', data: { definition: { ...definition, title } } }
          : one;
      const result = await catalogue.handle(id, { command, actor: people.system, now });
      if (isRefused(result)) throw new Error(result.refusal.type);
    }
  }
}
