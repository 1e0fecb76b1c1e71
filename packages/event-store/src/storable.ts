import { NIL, validate } from 'uuid';
import type { NewEvent } from './event-store.ts';

/** The longest name of a stream, in bytes of UTF-8. */
const longestName = 512;
const longestType = 255;

/** Ids of versions 1 to 8, which all of them nearly are: other ones are looked at more closely. */
const usualId = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Names come from outside, too: what reaches a store is a name that every store takes for the same
 * stream, and none of the server's own (`$…`).
 *
 * @throws TypeError naming the rule
 */
export function assertStreamName(stream: string): void {
  const rule = brokenRule(stream, 'stream name', longestName);
  if (rule) throw new TypeError(rule);
}

/** @throws TypeError naming the rule, for an id that is no UUID in its usual form, or a bad type */
export function assertEventNames({ id, type }: NewEvent): void {
  if (!usualId.test(id) && (!validate(id) || id !== id.toLowerCase() || id === NIL)) {
    throw new TypeError('an event id is a UUID in lower case, and not the empty one');
  }
  const rule = brokenRule(type, 'event type', longestType);
  if (rule) throw new TypeError(rule);
}

function brokenRule(name: string, what: string, longest: number): string | undefined {
  if (typeof name !== 'string' || name === '') return `a ${what} needs a character`;
  if (name.startsWith('$')) return `a ${what} that begins with $ is the server's own`;
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return `a ${what} has no control characters`;
  if (!name.isWellFormed()) return `a ${what} has no half characters`;
  if (Buffer.byteLength(name) > longest) return `a ${what} has at most ${longest} bytes`;
  return undefined;
}
