import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NotificationEvent } from './notification-events.ts';
import {
  afterAttempt,
  evolveNotification,
  lostAttempt,
  nextAttempt,
  retried,
  usualRetries,
  type DeliveryResult,
  type Notification,
} from './notification.ts';

const application = '0190a0a0-0000-7000-8000-000000000001';
const begin = Temporal.Instant.from('2026-03-02T02:00:00Z');
const after = (milliseconds: number) => begin.add({ milliseconds });

const maxAge = 3 * 86_400_000;
const patience = { answerWithin: 1000, maxAge };

const queued = (channel: 'webhook' | 'email'): NotificationEvent => ({
  type: 'NotificationQueued',
  data: { topic: 'received', application, revision: 2, channel, recipient: 'super-app' },
});

function folded(...events: (NotificationEvent | undefined)[]): Notification {
  let notification: Notification | undefined;
  for (const event of events) {
    if (!event) throw new Error('nothing was decided');
    notification = evolveNotification(notification, event, { occurredAt: begin.toString() });
  }
  if (!notification) throw new Error('no events');
  return notification;
}

const attempted = (channel: 'webhook' | 'email') => {
  const waiting = folded(queued(channel));
  return folded(queued(channel), nextAttempt(waiting, begin, patience));
};
const failed: DeliveryResult = { result: 'failed', reason: 'HTTP 500' };

describe('a notification', () => {
  it('is tried again after a while that grows, and about as long as the schedule says', () => {
    const events: NotificationEvent[] = [queued('webhook')];
    let now = begin;
    for (const wait of usualRetries) {
      const attempt = nextAttempt(folded(...events), now, patience);
      if (!attempt) throw new Error('it is not due');
      events.push(attempt);
      const trying = folded(...events);
      const event = afterAttempt('id', trying, trying.attempts, failed, now);
      if (event?.type !== 'DeliveryFailed') throw new Error('it is not tried again');
      const due = Temporal.Instant.from(event.data.nextAttemptAt);
      const waited = due.since(now).total('milliseconds');
      expect(waited / wait).toBeGreaterThanOrEqual(0.79);
      expect(waited / wait).toBeLessThanOrEqual(1.21);
      events.push(event);
      expect(nextAttempt(folded(...events), due.subtract({ milliseconds: 1 }), patience)).toBe(
        undefined,
      );
      now = due;
    }
    const last = nextAttempt(folded(...events), now, patience);
    const trying = folded(...events, last);
    expect(afterAttempt('id', trying, trying.attempts, failed, now)).toEqual({
      type: 'NotificationParked',
      data: { attempt: 10, because: 'given-up', reason: 'HTTP 500' },
    });
  });

  it('waits for a try that is under way until its time has passed', () => {
    const trying = attempted('webhook');
    expect(nextAttempt(trying, after(999), patience)).toBe(undefined);
    expect(lostAttempt('id', trying, after(999))).toBe(undefined);
    expect(lostAttempt('id', trying, after(1000))?.type).toBe('DeliveryFailed');
  });

  it('is not sent any more where nobody was there for days', () => {
    const waiting = folded(queued('email'));
    expect(nextAttempt(waiting, after(maxAge), patience)?.type).toBe('DeliveryAttempted');
    expect(nextAttempt(waiting, after(maxAge + 1), patience)).toMatchObject({
      data: { because: 'outdated' },
    });
  });

  it('goes to a person where an e-mail may have arrived or not', () => {
    expect(lostAttempt('id', attempted('email'), after(1000))).toMatchObject({
      type: 'NotificationParked',
      data: { because: 'uncertain' },
    });
  });

  it('that was taken for lost is sent after all, once its worker says so', () => {
    const trying = attempted('email');
    const parked = folded(
      queued('email'),
      { type: 'DeliveryAttempted', data: { attempt: 1, answerBy: begin.toString() } },
      lostAttempt('id', trying, after(1000)),
    );
    expect(afterAttempt('id', parked, 1, { result: 'sent' }, after(2000))).toEqual({
      type: 'NotificationSent',
      data: { attempt: 1 },
    });
    expect(afterAttempt('id', parked, 1, failed, after(2000))).toBe(undefined);
  });

  it('takes no result of an earlier try for that of a later one', () => {
    const later: NotificationEvent = {
      type: 'DeliveryAttempted',
      data: { attempt: 2, answerBy: after(5000).toString() },
    };
    const trying = folded(
      queued('webhook'),
      { type: 'DeliveryAttempted', data: { attempt: 1, answerBy: begin.toString() } },
      lostAttempt('id', attempted('webhook'), after(1000)),
      later,
    );
    expect(afterAttempt('id', trying, 1, failed, after(2000))).toBe(undefined);
    expect(afterAttempt('id', trying, 2, failed, after(2000))?.type).toBe('DeliveryFailed');
  });

  it('is sent again by hand only where it is parked, and then has all its tries', () => {
    expect(retried(attempted('email'))).toBe(undefined);
    const parked = folded(
      queued('email'),
      { type: 'DeliveryAttempted', data: { attempt: 1, answerBy: begin.toString() } },
      { type: 'NotificationParked', data: { attempt: 1, because: 'given-up', reason: 'x' } },
    );
    const again = evolveNotification(
      parked,
      { type: 'NotificationRetried', data: {} },
      {
        occurredAt: after(5).toString(),
      },
    );
    expect(again.tries).toBe(0);
    expect(nextAttempt(again, after(5), patience)).toMatchObject({ data: { attempt: 2 } });
  });

  it('is tried at most once for each decision, whatever happens in between', () => {
    const results: DeliveryResult[] = [
      { result: 'sent' },
      failed,
      { result: 'refused', reason: 'no' },
      { result: 'uncertain', reason: '?' },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom('webhook' as const, 'email' as const),
        fc.array(fc.tuple(fc.nat(4), fc.nat(200_000)), { maxLength: 40 }),
        (channel, moves) => {
          let notification = folded(queued(channel));
          let now = begin;
          let isTrying = false;
          let arrived = 0;
          for (const [move, wait] of moves) {
            now = now.add({ milliseconds: wait });
            const result = results[move];
            const event = result
              ? afterAttempt('id', notification, notification.attempts, result, now)
              : (lostAttempt('id', notification, now) ??
                nextAttempt(notification, now, { answerWithin: 60_000, maxAge }));
            if (!event) continue;
            if (event.type === 'DeliveryAttempted') {
              // An e-mail of which nothing is known is never tried again by itself.
              if (isTrying || (channel === 'email' && arrived > 0)) return false;
              isTrying = true;
            } else isTrying = false;
            if (event.type === 'NotificationSent' || result?.result === 'uncertain') arrived += 1;
            notification = evolveNotification(notification, event, { occurredAt: now.toString() });
          }
          return true;
        },
      ),
    );
  });
});
