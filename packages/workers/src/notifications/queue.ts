import {
  addresseesOf,
  type Addressee,
  type Announcement,
  type RecipientDefinition,
} from '@satu-atap/domain';
import {
  applicationPrefix,
  notificationId,
  derivedId,
  EventStoreUnavailableError,
  type EventStore,
  type RecordedEvent,
  isOvertaken,
  notificationStream,
  occasionAt,
  type Sources,
} from '@satu-atap/event-store';
import type { Logger } from 'pino';
import { notifier } from './notifier-actor.ts';

export type QueueOptions = Sources & {
  store: Pick<EventStore, 'read' | 'append'>;
  recipients: readonly RecipientDefinition[];
  /** Whether there is e-mail. */
  hasEmail: boolean;
  log: Logger;
  /** Of what happened longer ago, in milliseconds, nobody is told. */
  maxAge: number;
};

/** Events of which somebody may be told. */
const telling = new Set([
  'ApplicationSubmitted',
  'StepTaken',
  'FeeAssessed',
  'OutputIssued',
  'ClockWarned',
  'ClockBreached',
  'ClockEscalated',
  'PromiseExtended',
]);

/**
 * The engine records an event when it happens. One that is recorded this much later, in
 * milliseconds, was imported: people were told back then.
 */
const importedAfter = 3_600_000;

/** Applications looked at at once: their appends share commits. */
const atOnce = 16;

/**
 * Queues what the events of a batch give to tell. Given again, it queues nothing twice: the id of a
 * notification derives from the event, the topic and the recipient.
 */
export async function queueFrom(
  events: readonly RecordedEvent[],
  now: Temporal.Instant,
  options: QueueOptions,
): Promise<void> {
  const commands = new Map<string, RecordedEvent>();
  for (const stored of events) {
    const isOfApplication = stored.stream.startsWith(applicationPrefix);
    if (!isOfApplication || !telling.has(stored.type) || !isNews(stored, now, options)) continue;
    const key = `${stored.stream} ${String(stored.metadata['command'])}`;
    if (!commands.has(key)) commands.set(key, stored);
  }
  const found = [...commands.values()];
  for (let from = 0; from < found.length; from += atOnce) {
    await Promise.all(
      found.slice(from, from + atOnce).map((one) => queueSafely(one, now, options)),
    );
  }
}

function isNews(
  { metadata, recordedAt }: RecordedEvent,
  now: Temporal.Instant,
  { maxAge }: QueueOptions,
): boolean {
  const happened = Date.parse(String(metadata['occurredAt']));
  const isImported = Date.parse(recordedAt) - happened > importedAfter;
  return !isImported && now.epochMilliseconds - happened <= maxAge;
}

/** A file that cannot be read must not hold up the others. */
async function queueSafely(
  stored: RecordedEvent,
  now: Temporal.Instant,
  options: QueueOptions,
): Promise<void> {
  try {
    await queueOf(stored, now, options);
  } catch (error) {
    if (error instanceof EventStoreUnavailableError) throw error;
    const { stream, revision } = stored;
    options.log.error({ err: error, stream, revision }, 'nobody can be told of an event');
  }
}

async function queueOf(
  { stream, revision }: RecordedEvent,
  now: Temporal.Instant,
  options: QueueOptions,
): Promise<void> {
  const application = stream.slice(applicationPrefix.length);
  const { announcements, service } = await occasionAt(application, revision, options);
  const { recipients, hasEmail, store } = options;
  await Promise.all(
    announcements.flatMap((announcement) =>
      addresseesOf(announcement, service, recipients, hasEmail).map((addressee) =>
        queue(store, application, announcement, addressee, now),
      ),
    ),
  );
}

async function queue(
  store: Pick<EventStore, 'append'>,
  application: string,
  announcement: Announcement,
  addressee: Addressee,
  now: Temporal.Instant,
): Promise<void> {
  const { revision, topic, office } = announcement;
  const id = notificationId(announcement, addressee);
  const data = { topic, application, revision, ...addressee };
  const eventId = derivedId('notification-queued', id);
  const metadata = { actor: notifier, occurredAt: now.toString(), office, command: eventId };
  try {
    await store.append(
      notificationStream(id),
      [{ id: eventId, type: 'NotificationQueued', data, metadata }],
      'no-stream',
    );
  } catch (error) {
    // Queued before, and perhaps sent.
    if (!isOvertaken(error)) throw error;
  }
}
