import { z } from 'zod';
import { instant, name } from '../names.ts';
import { topic } from './topics.ts';

export const channel = z.enum(['webhook', 'email']);
export type Channel = z.infer<typeof channel>;

const attempt = z.int().min(1);
/** Why, for operators: never an address, nor what the other side answered. */
const reason = z.string().min(1).max(300);

/** Somebody is to be told of something. What to say follows from the application's history. */
export const notificationQueued = z.strictObject({
  topic,
  application: z.uuid(),
  /** The revision of the event that is told of. */
  revision: z.int().min(0),
  channel,
  /** A recipient's id, or `applicant`. Addresses are looked up when it is sent. */
  recipient: name,
});

/** It is about to be sent. Recorded before, so that of two workers one sends. */
export const deliveryAttempted = z.strictObject({
  attempt,
  /** No answer recorded by then, and nobody knows what became of it. */
  answerBy: instant,
});

/** The other side has taken it. */
export const notificationSent = z.strictObject({ attempt });

/** It was not taken, and is tried again. */
export const deliveryFailed = z.strictObject({ attempt, reason, nextAttemptAt: instant });

export const parkedBecause = z.enum([
  /** Every try failed. */
  'given-up',
  /** The other side will never take it. */
  'refused',
  /** It may have arrived: somebody has to decide whether to send it again. */
  'uncertain',
  /** Nobody was there to send it for so long that it is no news any more. */
  'outdated',
  /** Whom to tell is not there any more, or has no address. */
  'no-recipient',
]);
/** It is not tried again until somebody says so. */
export const notificationParked = z.strictObject({
  attempt: attempt.exactOptional(),
  because: parkedBecause,
  reason,
});

/** Somebody had it sent again. */
export const notificationRetried = z.strictObject({});

/** Every event of a notification by its name. */
export const notificationEvents = {
  NotificationQueued: notificationQueued,
  DeliveryAttempted: deliveryAttempted,
  NotificationSent: notificationSent,
  DeliveryFailed: deliveryFailed,
  NotificationParked: notificationParked,
  NotificationRetried: notificationRetried,
} as const;

export type NotificationEvent = {
  [Type in keyof typeof notificationEvents]: {
    type: Type;
    data: z.infer<(typeof notificationEvents)[Type]>;
  };
}[keyof typeof notificationEvents];
