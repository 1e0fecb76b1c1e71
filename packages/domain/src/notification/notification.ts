import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type {
  NotificationEvent,
  notificationQueued,
  parkedBecause,
} from './notification-events.ts';

/** Where a notification stands. Instants are ISO 8601. */
export type Standing =
  | { at: 'waiting'; dueAt: string }
  /** One worker sends it. */
  | { at: 'attempted'; answerBy: string }
  | { at: 'sent'; since: string }
  | { at: 'parked'; since: string; because: z.infer<typeof parkedBecause>; reason: string };

/** One message to one recipient, folded from its events. */
export type Notification = z.infer<typeof notificationQueued> & {
  queuedAt: string;
  /** Tries so far, and those since it was last sent again by hand. */
  attempts: number;
  tries: number;
  standing: Standing;
  /** Why the last try failed. */
  failure?: string;
};

/** @throws Error for an event that cannot be a stream's first */
export function evolveNotification(
  notification: Notification | undefined,
  event: NotificationEvent,
  { occurredAt }: { occurredAt: string },
): Notification {
  if (event.type === 'NotificationQueued') {
    const standing: Standing = { at: 'waiting', dueAt: occurredAt };
    return { ...event.data, queuedAt: occurredAt, attempts: 0, tries: 0, standing };
  }
  if (!notification) throw new Error(`${event.type} of a notification that was never queued`);
  switch (event.type) {
    case 'DeliveryAttempted': {
      const { attempt, answerBy } = event.data;
      const { tries } = notification;
      const standing: Standing = { at: 'attempted', answerBy };
      return { ...notification, attempts: attempt, tries: tries + 1, standing };
    }
    case 'NotificationSent':
      return { ...notification, standing: { at: 'sent', since: occurredAt } };
    case 'DeliveryFailed': {
      const { reason, nextAttemptAt } = event.data;
      const standing: Standing = { at: 'waiting', dueAt: nextAttemptAt };
      return { ...notification, failure: reason, standing };
    }
    case 'NotificationParked': {
      const { because, reason } = event.data;
      const standing: Standing = { at: 'parked', since: occurredAt, because, reason };
      return { ...notification, standing };
    }
    case 'NotificationRetried':
      return { ...notification, tries: 0, standing: { at: 'waiting', dueAt: occurredAt } };
  }
}

/** What came of a try. */
export type DeliveryResult =
  | { result: 'sent' }
  /** Not taken; it may be, later. */
  | { result: 'failed'; reason: string }
  /** Never to be taken. */
  | { result: 'refused'; reason: string }
  /** Nobody knows whether it was taken. */
  | { result: 'uncertain'; reason: string }
  | { result: 'no-recipient'; reason: string };

/**
 * How long to wait after each failed try, in milliseconds: what Standard Webhooks recommends, about
 * three days in all.
 */
export const usualRetries: readonly number[] = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
];

export type Patience = {
  /** How long a try may take. */
  answerWithin: number;
  /** What should have been sent longer ago than this is not sent any more. */
  maxAge: number;
};

/** The next try, when it is time for one; or none any more. Durations in milliseconds. */
export function nextAttempt(
  { standing, attempts }: Notification,
  now: Temporal.Instant,
  { answerWithin, maxAge }: Patience,
): NotificationEvent | undefined {
  if (standing.at !== 'waiting' || isBefore(now, standing.dueAt)) return undefined;
  if (now.epochMilliseconds - Date.parse(standing.dueAt) > maxAge) {
    const reason = 'no worker was there when it was due';
    return { type: 'NotificationParked', data: { because: 'outdated', reason } };
  }
  const answerBy = now.add({ milliseconds: answerWithin }).toString();
  return { type: 'DeliveryAttempted', data: { attempt: attempts + 1, answerBy } };
}

/**
 * What to record of a try whose time has passed without an answer: its worker ended half-way. A
 * webhook is sent again under the same id, by which its receiver tells; an e-mail that may have
 * arrived is for a person to decide about.
 */
export function lostAttempt(
  id: string,
  notification: Notification,
  now: Temporal.Instant,
  retries?: readonly number[],
): NotificationEvent | undefined {
  const { standing, attempts } = notification;
  if (standing.at !== 'attempted' || isBefore(now, standing.answerBy)) return undefined;
  const result = { result: 'uncertain', reason: 'the worker ended while it was sent' } as const;
  return afterAttempt(id, notification, attempts, result, now, retries);
}

/** What to record of a try's result; undefined when it has been overtaken. */
export function afterAttempt(
  id: string,
  { standing, attempts, tries, channel }: Notification,
  attempt: number,
  outcome: DeliveryResult,
  now: Temporal.Instant,
  retries: readonly number[] = usualRetries,
): NotificationEvent | undefined {
  if (attempt !== attempts || standing.at === 'sent') return undefined;
  // What arrived has arrived, also where it was given up meanwhile.
  if (outcome.result === 'sent') return { type: 'NotificationSent', data: { attempt } };
  if (standing.at !== 'attempted') return undefined;
  const { reason } = outcome;
  if (outcome.result === 'refused' || outcome.result === 'no-recipient') {
    return { type: 'NotificationParked', data: { attempt, because: outcome.result, reason } };
  }
  if (outcome.result === 'uncertain' && channel === 'email') {
    return { type: 'NotificationParked', data: { attempt, because: 'uncertain', reason } };
  }
  const wait = retries[tries - 1];
  if (wait === undefined) {
    return { type: 'NotificationParked', data: { attempt, because: 'given-up', reason } };
  }
  const milliseconds = Math.round(wait * jitter(id, attempt));
  const nextAttemptAt = now.add({ milliseconds }).toString();
  return { type: 'DeliveryFailed', data: { attempt, reason, nextAttemptAt } };
}

/** Has a parked notification sent again; undefined for one that is not parked. */
export function retried({ standing }: Notification): NotificationEvent | undefined {
  return standing.at === 'parked' ? { type: 'NotificationRetried', data: {} } : undefined;
}

/** Between 0.8 and 1.2, so that what failed together is not tried again together. */
function jitter(id: string, attempt: number): number {
  const digest = createHash('sha256').update(`${id}#${attempt}`).digest();
  return 0.8 + (0.4 * digest.readUInt32BE(0)) / 0xffff_ffff;
}

function isBefore(now: Temporal.Instant, instant: string): boolean {
  return Temporal.Instant.compare(now, instant) < 0;
}
