export { applicantNotifications } from './applicant-notifications.ts';
export {
  isOvertaken,
  notificationId,
  notificationPrefix,
  notificationStream,
  readNotification,
  recordNotification,
  withStored,
  type StoredNotification,
} from './notification-stream.ts';
export { occasionAt, type Occasion, type Sources } from './occasion.ts';
export { notificationsOverview, retryNotification, type Overview } from './overview.ts';
