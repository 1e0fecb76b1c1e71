import { readApplicationEvent, type Actor } from '@satu-atap/domain';
import {
  applicationPrefix,
  calendarPrefix,
  integrityStream,
  readStream,
  servicePrefix,
  type EventStore,
  type RecordedEvent,
} from '@satu-atap/event-store';
import type { Problem } from './problems/problem.ts';

/** What is every office's: services, calendars, and the record of checkpoints. */
const everybodys = [servicePrefix, calendarPrefix, integrityStream];

/**
 * Why an auditor may not see an event as it is stored; undefined when they may. One of an office sees
 * what is that office's and what is every office's; one of none sees everything.
 */
export async function hiddenEvent(
  { office: own }: Actor,
  event: RecordedEvent,
  store: Pick<EventStore, 'read'>,
): Promise<Problem | undefined> {
  if (own === undefined) return undefined;
  if (everybodys.some((prefix) => event.stream.startsWith(prefix))) return undefined;
  const office = (await officeOf(event, store)) ?? '–';
  return office === own ? undefined : { type: 'other-office', office };
}

/** An application's is where it was submitted, whoever acted on it. */
async function officeOf(
  event: RecordedEvent,
  store: Pick<EventStore, 'read'>,
): Promise<string | undefined> {
  if (event.stream.startsWith(applicationPrefix)) {
    const [first] = await readStream(store, event.stream, { limit: 1 });
    const submitted = first && readApplicationEvent(first).event;
    return submitted?.type === 'ApplicationSubmitted' ? submitted.data.office : undefined;
  }
  const { office } = event.metadata;
  return typeof office === 'string' ? office : undefined;
}
