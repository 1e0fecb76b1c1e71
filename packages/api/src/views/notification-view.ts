import { channel, instant, parkedBecause, topic, type Standing } from '@satu-atap/domain';
import type { StoredNotification } from '@satu-atap/event-store';
import { z } from 'zod';

const standings = [
  'waiting',
  'attempted',
  'sent',
  'parked',
] as const satisfies readonly Standing['at'][];

export const notificationView = z
  .strictObject({
    id: z.uuid(),
    topic: topic.meta({ description: 'What it tells.' }),
    channel,
    revision: z.int().meta({ description: 'The event of the application that it tells of.' }),
    queuedAt: instant,
    standing: z
      .enum(standings)
      .meta({ description: '`parked`: not sent, and not tried any more.' }),
    since: instant.exactOptional().meta({ description: 'When it was sent, or parked.' }),
    because: parkedBecause.exactOptional(),
    reason: z.string().exactOptional(),
    attempts: z.int(),
  })
  .meta({ id: 'Notification' });
export type NotificationView = z.infer<typeof notificationView>;

/** A notification as people see it; it holds no address. */
export function viewOf({ id, notification }: StoredNotification): NotificationView {
  const { topic: told, channel: by, revision, queuedAt, attempts, standing } = notification;
  return {
    id,
    topic: told,
    channel: by,
    revision,
    queuedAt,
    standing: standing.at,
    ...(standing.at === 'sent' || standing.at === 'parked' ? { since: standing.since } : {}),
    ...(standing.at === 'parked' ? { because: standing.because, reason: standing.reason } : {}),
    attempts,
  };
}
