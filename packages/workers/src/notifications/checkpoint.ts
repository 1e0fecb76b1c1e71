import { derivedId, readStream, type EventStore, type Position } from '@satu-atap/event-store';
import { z } from 'zod';
import { notifier } from './notifier-actor.ts';

const stream = 'notifications-checkpoint';

/** All before the position is queued, and of that, all is sent or parked. */
const notificationsFollowed = z.object({ position: z.string() });

/** Where the last worker stood, or undefined when there has been none. */
export async function readCheckpoint(
  store: Pick<EventStore, 'read'>,
): Promise<Position | undefined> {
  const [newest] = await readStream(store, stream, { direction: 'backwards', limit: 1 });
  return newest && (notificationsFollowed.parse(newest.data).position as Position);
}

/** @param worker tells one worker's record from another's */
export async function writeCheckpoint(
  store: Pick<EventStore, 'append'>,
  position: Position,
  now: Temporal.Instant,
  worker: string,
): Promise<void> {
  const id = derivedId('notifications-followed', worker, position, now.toString());
  const metadata = { actor: notifier, occurredAt: now.toString(), command: id };
  const event = { id, type: 'NotificationsFollowed', data: { position }, metadata };
  // An older record after a newer one only means to look again at what is done already.
  await store.append(stream, [event], 'any');
}
