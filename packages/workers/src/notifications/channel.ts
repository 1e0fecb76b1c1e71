import type { Occasion } from '@satu-atap/event-store';
import type { DeliveryResult } from '@satu-atap/domain';
import type { Announcement, Notification } from '@satu-atap/domain';

/** One try at telling one recipient. */
export type Delivery = {
  /** The notification's UUID: the same at each try. */
  id: string;
  notification: Notification;
  announcement: Announcement;
  occasion: Occasion;
  now: Temporal.Instant;
  /** Aborts when the try has taken too long. */
  signal: AbortSignal;
};

/** A way to tell somebody. What goes wrong is a result; whatever it throws is a fault. */
export type Deliver = (delivery: Delivery) => Promise<DeliveryResult>;
