import { randomUUID } from 'node:crypto';
import {
  readStream,
  type Appended,
  type EventStore,
  type NewEvent,
  type ReadAllOptions,
  type RecordedEvent,
  type SubscriptionBatch,
} from '../event-store.ts';

/** The seed of the randomised tests; named in their titles, so that a failure can be run again. */
export const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);

/** A prefix that no other test uses, for streams of one test. */
export function newPrefix(): string {
  return `contract_${randomUUID()}-`;
}

export function newStream(): string {
  return `${newPrefix()}stream`;
}

export function newEvent(data: NewEvent['data'] = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'NoteAdded',
    data,
    metadata: { occurredAt: '2026-03-02T01:00:00Z' },
  };
}

/** Events that carry their place in the list: `{ number: 0 }`, `{ number: 1 }`, … */
export function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, number) => newEvent({ number }));
}

/** A new stream that holds this many events. */
export async function givenStream(
  store: EventStore,
  count: number,
): Promise<{ stream: string; events: NewEvent[]; appended: Appended }> {
  const stream = newStream();
  const events = newEvents(count);
  const appended = await store.append(stream, events, 'no-stream');
  return { stream, events, appended };
}

export async function idsOf(store: EventStore, stream: string): Promise<string[]> {
  return ids(await readStream(store, stream));
}

export function ids(events: readonly { id: string }[]): string[] {
  return events.map(({ id }) => id);
}

export async function all(store: EventStore, options: ReadAllOptions): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of store.readAll(options)) events.push(...batch);
  return events;
}

/** Follows a subscription until enough has come, and leaves it. */
export async function follow(
  subscription: AsyncIterable<SubscriptionBatch>,
  enough: (events: RecordedEvent[], batch: SubscriptionBatch) => boolean,
): Promise<{ events: RecordedEvent[]; batches: SubscriptionBatch[] }> {
  const events: RecordedEvent[] = [];
  const batches: SubscriptionBatch[] = [];
  for await (const batch of subscription) {
    batches.push(batch);
    events.push(...batch.events);
    if (enough(events, batch)) break;
  }
  return { events, batches };
}
