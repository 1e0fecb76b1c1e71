import { createHmac } from 'node:crypto';

/** What a secret begins with, as Standard Webhooks writes it. */
const prefix = 'whsec_';

/**
 * The key that a secret holds: `whsec_` and 24 to 64 bytes in base64.
 *
 * @throws RangeError for anything else, without repeating it
 */
export function webhookKey(secret: string): Buffer {
  const text = secret.trim();
  const encoded = text.startsWith(prefix) ? text.slice(prefix.length) : '';
  const key = Buffer.from(encoded, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded);
  if (!isBase64 || key.length < 24 || key.length > 64) {
    throw new RangeError('a webhook secret is "whsec_" and 24 to 64 bytes in base64');
  }
  return key;
}

/**
 * The headers that tell a receiver who sent it, when, and that it is unaltered; one signature for
 * each key, so that a receiver that still has an old one accepts it.
 *
 * Standard Webhooks 1.0.0: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  id: string,
  now: Temporal.Instant,
  body: string,
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(now.epochMilliseconds / 1000));
  const content = `${id}.${timestamp}.${body}`;
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
