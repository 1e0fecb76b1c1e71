import { readApplicationEvent, readNumberEvent } from '@satu-atap/domain';
import { applicationPrefix } from './application-memory.ts';
import type { EventStore } from './event-store.ts';
import { numberPrefix } from './number-register.ts';

/** A number of a series, and what became of it. */
export type ReservedNumber = {
  series: string;
  sequence: number;
  application: string;
  output: string;
  reservedAt: string;
  /** Id of the actor whose step it was reserved for. */
  reservedBy: string;
  /** The document that bears it; without one it is a gap. */
  issued?: { number: string; issuedOn: string };
};

/** A document whose number is not reserved for its application: somebody wrote past the engine. */
export type UnreservedNumber = { application: string; number: string };

/**
 * Every number that was reserved for a service, series by series in their order, with the documents
 * that bear them. Reads all applications' events, so it is right whatever read models know; what is
 * being issued meanwhile may be without its document yet.
 */
export async function numbersOf(
  store: Pick<EventStore, 'readAll'>,
  service: string,
): Promise<{ numbers: ReservedNumber[]; unreserved: UnreservedNumber[] }> {
  const numbers = new Map<string, ReservedNumber>();
  for await (const batch of store.readAll({ streams: [`${numberPrefix}${service}.`] })) {
    for (const stored of batch) {
      const { event, metadata } = readNumberEvent(stored);
      const series = stored.stream.slice(numberPrefix.length);
      numbers.set(keyOf(series, event.data.sequence), {
        series,
        ...event.data,
        reservedAt: metadata.occurredAt,
        reservedBy: metadata.actor.id,
      });
    }
  }
  const unreserved: UnreservedNumber[] = [];
  for await (const batch of store.readAll({ streams: [applicationPrefix] })) {
    for (const stored of batch) {
      if (stored.type !== 'OutputIssued') continue;
      const { event } = readApplicationEvent(stored);
      if (event.type !== 'OutputIssued' || !event.data.number) continue;
      const { number, issuedOn } = event.data;
      if (!number.series.startsWith(`${service}.`)) continue;
      const application = stored.stream.slice(applicationPrefix.length);
      const reserved = numbers.get(keyOf(number.series, number.sequence));
      if (reserved?.application !== application || reserved.issued) {
        unreserved.push({ application, number: number.text });
      } else {
        reserved.issued = { number: number.text, issuedOn };
      }
    }
  }
  const inOrder = [...numbers.values()].toSorted((a, b) =>
    a.series === b.series ? a.sequence - b.sequence : a.series < b.series ? -1 : 1,
  );
  return { numbers: inOrder, unreserved };
}

function keyOf(series: string, sequence: number): string {
  return `${series} ${sequence}`;
}
