import type { DeliveryResult, RecipientDefinition } from '@satu-atap/domain';
import type { Deliver } from '../channel.ts';
import { webhookBody } from './payload.ts';
import { post } from './post.ts';
import { PrivateAddressError } from './public-addresses.ts';
import { signedHeaders } from './signature.ts';

/** The keys of a recipient's secrets, the newest first. */
export type WebhookKeys = ReadonlyMap<string, readonly Buffer[]>;

/** Tells other systems, by a signed POST to each. */
export function webhookChannel(
  recipients: readonly RecipientDefinition[],
  keys: WebhookKeys,
): Deliver {
  const known = new Map(recipients.map((recipient) => [recipient.id, recipient.webhook]));
  /** Those that said they take no more; asked again after a start, or when somebody sends by hand. */
  const gone = new Set<string>();
  return async (delivery) => {
    const { id, notification, now, signal } = delivery;
    const webhook = known.get(notification.recipient);
    const signing = keys.get(notification.recipient);
    if (!webhook || !signing) {
      return { result: 'no-recipient', reason: 'no such webhook is configured any more' };
    }
    const isByHand = notification.attempts > notification.tries;
    if (gone.has(notification.recipient) && !isByHand) {
      return { result: 'refused', reason: 'not asked: it takes no more since it said HTTP 410' };
    }
    const body = webhookBody(delivery);
    try {
      const status = await post({
        url: new URL(webhook.url),
        headers: signedHeaders(id, now, body, signing),
        body,
        allowPrivateAddresses: webhook.allowPrivateAddresses,
        signal,
      });
      if (status === 410) gone.add(notification.recipient);
      else gone.delete(notification.recipient);
      return resultOf(status);
    } catch (error) {
      return { result: 'failed', reason: reasonOf(error) };
    }
  };
}

function resultOf(status: number): DeliveryResult {
  if (status >= 200 && status < 300) return { result: 'sent' };
  // Standard Webhooks: the receiver wants no more of these.
  if (status === 410) return { result: 'refused', reason: 'HTTP 410: it takes no more' };
  const redirects = status >= 300 && status < 400;
  return {
    result: 'failed',
    reason: redirects ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`,
  };
}

/** In words of our own: messages of the network name hosts and addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof PrivateAddressError) return error.message;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return 'no answer in time';
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? `no answer: ${code}` : 'no answer';
}
