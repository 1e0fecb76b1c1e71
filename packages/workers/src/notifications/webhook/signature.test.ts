import { describe, expect, it } from 'vitest';
import { signedHeaders, webhookKey } from './signature.ts';

describe('the signature of a webhook', () => {
  it('is that of the example that Standard Webhooks libraries test with', () => {
    const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const sentAt = Temporal.Instant.fromEpochMilliseconds(1_614_265_330_000);
    const body = '{"test": 2432232314}';
    expect(signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', sentAt, body, [key])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_nö'])(
    'takes no secret like "%s", and does not repeat it',
    (secret) => {
      expect(() => webhookKey(secret)).toThrow(
        new RangeError('a webhook secret is "whsec_" and 24 to 64 bytes in base64'),
      );
    },
  );
});
