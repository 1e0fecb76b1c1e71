import { setTimeout as delay } from 'node:timers/promises';
import {
  afterAttempt,
  lostAttempt,
  nextAttempt,
  type Channel,
  type DeliveryResult,
  type NotificationEvent,
} from '@satu-atap/domain';
import {
  EventStoreUnavailableError,
  type EventStore,
  readNotification,
  recordNotification,
  type StoredNotification,
  occasionAt,
  type Sources,
} from '@satu-atap/event-store';
import type { Logger } from 'pino';
import type { Deliver } from './channel.ts';
import { notifier } from './notifier-actor.ts';

export type DeliveringOptions = Sources & {
  store: Pick<EventStore, 'read' | 'append'>;
  channels: Readonly<Record<Channel, Deliver | undefined>>;
  log: Logger;
  now: () => Temporal.Instant;
  /** How long a try may take, in milliseconds. */
  timeout: number;
  /** How long to wait after each failed try, in milliseconds. */
  retries?: readonly number[];
  /** What should have been sent longer ago, in milliseconds, is not sent any more. */
  maxAge: number;
  /** This worker, and no other. */
  worker: string;
};

/** A try's answer is waited for as many times as long as it may take: other machines' clocks differ. */
const patience = 4;

/**
 * Does what a notification is due for: tries it, or says what became of a try that was lost. The try
 * is recorded before, so that of several workers one makes it, and its result after.
 *
 * @returns the notification after it, or undefined when another worker was faster
 */
export async function deliver(
  stored: StoredNotification,
  options: DeliveringOptions,
): Promise<StoredNotification | undefined> {
  const { now, timeout, retries, maxAge, worker, log } = options;
  const { id, notification } = stored;
  const lost = lostAttempt(id, notification, now(), retries);
  if (lost) {
    log.warn({ notification: id }, 'the result of a notification was lost');
    return write(stored, lost, options);
  }
  const attempt = nextAttempt(notification, now(), { answerWithin: timeout * patience, maxAge });
  if (!attempt) return stored;
  if (attempt.type !== 'DeliveryAttempted') return write(stored, attempt, options);
  const begun = await write(stored, attempt, { ...options, own: worker });
  if (!begun) return undefined;
  // Not sent late: by then another worker may have taken it for lost.
  const isLate = Temporal.Instant.compare(now(), attempt.data.answerBy) >= 0;
  return isLate
    ? begun
    : settle(begun, attempt.data.attempt, await tryOnce(begun, options), options);
}

async function tryOnce(
  { id, notification }: StoredNotification,
  options: DeliveringOptions,
): Promise<DeliveryResult> {
  const { channels, now, timeout, log } = options;
  const { application, revision, topic } = notification;
  try {
    const occasion = await occasionAt(application, revision, options);
    const announcement = occasion.announcements.find(
      (one) => one.topic === topic && one.revision === revision,
    );
    if (!announcement) throw new Error(`event ${revision} of ${application} tells no ${topic}`);
    const send = channels[notification.channel];
    if (!send) return { result: 'no-recipient', reason: `there is no ${notification.channel}` };
    const signal = AbortSignal.timeout(timeout);
    return await send({ id, notification, announcement, occasion, now: now(), signal });
  } catch (error) {
    log.error({ err: error, notification: id }, 'a notification cannot be made');
    return { result: 'failed', reason: 'it could not be made: see the log' };
  }
}

/** Records the result, on whatever was recorded meanwhile. */
async function settle(
  begun: StoredNotification,
  attempt: number,
  outcome: DeliveryResult,
  options: DeliveringOptions,
): Promise<StoredNotification | undefined> {
  const { store, now, retries, log } = options;
  const { id } = begun;
  let stored: StoredNotification | undefined = begun;
  while (stored) {
    const event = afterAttempt(id, stored.notification, attempt, outcome, now(), retries);
    if (!event) return stored;
    const after = await write(stored, event, options);
    if (after) {
      const { channel, recipient, topic, application } = stored.notification;
      const facts = { notification: id, channel, recipient, topic, application, attempt };
      if (outcome.result === 'sent') log.info(facts, 'notification sent');
      else
        log.warn({ ...facts, reason: outcome.reason, event: event.type }, 'notification not sent');
      return after;
    }
    stored = await readNotification(store, id);
  }
  return stored;
}

/** Appends until the store says whether it has: an append of unknown fate is the same one again. */
async function write(
  stored: StoredNotification,
  event: NotificationEvent,
  { store, now, timeout, own }: DeliveringOptions & { own?: string },
): Promise<StoredNotification | undefined> {
  const instant = now();
  const until = instant.epochMilliseconds + timeout * patience;
  for (;;) {
    try {
      return await recordNotification(store, stored, event, {
        actor: notifier,
        now: instant,
        ...(own === undefined ? {} : { own }),
      });
    } catch (error) {
      const isAway = error instanceof EventStoreUnavailableError;
      if (!isAway || now().epochMilliseconds >= until) throw error;
      await delay(Math.min(500, timeout));
    }
  }
}
