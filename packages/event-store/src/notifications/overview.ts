import { retried, type Actor, type Notification } from '@satu-atap/domain';
import type { EventStore } from '../event-store.ts';
import {
  notificationPrefix,
  readNotification,
  recordNotification,
  withStored,
  type StoredNotification,
} from './notification-stream.ts';

/** All notifications, as their events tell it. */
export type Overview = {
  /** How many were sent. */
  sent: number;
  /** Those under way, and those that wait for somebody to decide; the longest queued first. */
  underWay: StoredNotification[];
  parked: StoredNotification[];
};

/** Reads every notification that there ever was, a batch at a time; holds those that are not sent. */
export async function notificationsOverview(store: Pick<EventStore, 'readAll'>): Promise<Overview> {
  const open = new Map<string, StoredNotification>();
  let sent = 0;
  for await (const batch of store.readAll({ streams: [notificationPrefix] })) {
    for (const event of batch) {
      if (event.type === 'NotificationSent') {
        sent += 1;
        open.delete(event.stream);
      } else open.set(event.stream, withStored(open.get(event.stream), event));
    }
  }
  const isParked = ({ notification }: StoredNotification) => notification.standing.at === 'parked';
  const all = [...open.values()];
  return { sent, underWay: all.filter((one) => !isParked(one)), parked: all.filter(isParked) };
}

/**
 * Has a parked notification sent again, by whichever worker sees it first.
 *
 * @returns where it stood, when it was not parked; undefined when there is none of that id
 */
export async function retryNotification(
  store: Pick<EventStore, 'read' | 'append'>,
  id: string,
  actor: Actor,
  now: Temporal.Instant,
): Promise<'retried' | Notification['standing']['at'] | undefined> {
  for (;;) {
    const stored = await readNotification(store, id);
    if (!stored) return undefined;
    const event = retried(stored.notification);
    if (!event) return stored.notification.standing.at;
    if (await recordNotification(store, stored, event, { actor, now })) return 'retried';
  }
}
