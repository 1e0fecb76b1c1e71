import { applicantRecipient } from '@satu-atap/domain';
import {
  notificationId,
  readNotification,
  type StoredNotification,
} from './notification-stream.ts';
import { announcementsIn, type Sources } from './occasion.ts';

/** What an applicant was to be told of their file by e-mail, in the order in which it happened. */
export async function applicantNotifications(
  application: string,
  sources: Sources,
): Promise<StoredNotification[]> {
  const announcements = await announcementsIn(application, sources);
  const ids = announcements.map((announcement) =>
    notificationId(announcement, { channel: 'email', recipient: applicantRecipient }),
  );
  const found = await Promise.all(ids.map((id) => readNotification(sources.store, id)));
  return found.filter((one) => one !== undefined);
}
