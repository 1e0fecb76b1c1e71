import {
  evolveNotification,
  readNotificationEvent,
  type Actor,
  type Addressee,
  type Announcement,
  type Notification,
  type NotificationEvent,
} from '@satu-atap/domain';
import { derivedId } from '../event-ids.ts';
import {
  EventIdConflictError,
  readStream,
  WrongExpectedRevisionError,
  type EventStore,
  type RecordedEvent,
} from '../event-store.ts';

/** How the names of notifications' streams begin. */
export const notificationPrefix = 'notification-';

/** @param id the notification's UUID */
export function notificationStream(id: string): string {
  return `${notificationPrefix}${id}`;
}

/** The id of what tells somebody of an announcement: always the same, and of nothing else. */
export function notificationId(
  { event, topic }: Pick<Announcement, 'event' | 'topic'>,
  { channel, recipient }: Addressee,
): string {
  return derivedId('notification', event, topic, channel, recipient);
}

/** A notification as its stream tells it, up to a revision. */
export type StoredNotification = {
  id: string;
  notification: Notification;
  revision: number;
  office: string | undefined;
};

/** The notification after one more event of its stream. @throws UnreadableEventError */
export function withStored(
  known: StoredNotification | undefined,
  stored: RecordedEvent,
): StoredNotification {
  const { event, metadata } = readNotificationEvent(stored);
  return {
    id: stored.stream.slice(notificationPrefix.length),
    notification: evolveNotification(known?.notification, event, metadata),
    revision: stored.revision,
    office: metadata.office,
  };
}

export async function readNotification(
  store: Pick<EventStore, 'read'>,
  id: string,
): Promise<StoredNotification | undefined> {
  let known: StoredNotification | undefined;
  for (const stored of await readStream(store, notificationStream(id))) {
    known = withStored(known, stored);
  }
  return known;
}

/** Who records, and when. */
export type Recording = {
  actor: Actor;
  now: Temporal.Instant;
  /** What makes the event this writer's own: without it, the same event of two writers is one. */
  own?: string;
};

/**
 * Appends what was decided on a notification as it is known.
 *
 * @returns the notification after it, or undefined when somebody else was faster
 */
export async function recordNotification(
  store: Pick<EventStore, 'append'>,
  { id, notification, revision, office }: StoredNotification,
  event: NotificationEvent,
  { actor, now, own = '' }: Recording,
): Promise<StoredNotification | undefined> {
  const occurredAt = now.toString();
  const eventId = derivedId('notification', id, event.type, notification.attempts, revision, own);
  const metadata = {
    actor,
    occurredAt,
    command: eventId,
    ...(office === undefined ? {} : { office }),
  };
  try {
    const { type, data } = event;
    const appended = await store.append(
      notificationStream(id),
      [{ id: eventId, type, data, metadata }],
      revision,
    );
    const after = evolveNotification(notification, event, { occurredAt });
    return { id, notification: after, revision: appended.revision, office };
  } catch (error) {
    if (isOvertaken(error)) return undefined;
    throw error;
  }
}

/** Whether an append came too late: somebody else has written. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof WrongExpectedRevisionError || error instanceof EventIdConflictError;
}
