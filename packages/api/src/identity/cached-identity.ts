import { hash } from 'node:crypto';
import type { Identified, Identity } from './identity.ts';

type Options = {
  /** How many tokens to remember. */
  size?: number;
  /** Seconds for which a token is believed without looking at its signature again. */
  believedFor?: number;
  /** Epoch seconds. */
  now?: () => number;
};

/**
 * Remembers verified tokens, by their SHA-256, until they expire: checking a signature costs more
 * than everything else in a read. After `believedFor` a token is verified anew, so that a key which
 * its provider withdrew is soon of no use.
 */
export function cachedIdentity(
  identity: Identity,
  { size = 10_000, believedFor = 300, now = () => Date.now() / 1000 }: Options = {},
): Identity {
  const known = new Map<string, { identified: Identified; until: number }>();
  return {
    async verify(token) {
      const key = hash('sha256', token, 'base64');
      const entry = known.get(key);
      // Map keeps insertion order: putting it back makes it the most recently used.
      known.delete(key);
      if (entry && now() < entry.until) {
        known.set(key, entry);
        return entry.identified;
      }
      const identified = await identity.verify(token);
      const until = Math.min(identified.expiresAt, now() + believedFor);
      known.set(key, { identified, until });
      const [oldest] = known.keys();
      if (known.size > size && oldest !== undefined) known.delete(oldest);
      return identified;
    },
  };
}
