import type { Position } from '@satu-atap/event-store';
import { z } from 'zod';

/** The revision that a write expects, or any (`*`). */
const ifMatch = z
  .string()
  .regex(/^(\*|"(0|[1-9]\d{0,14})")$/, {
    error: 'must be one strong entity tag, like "7", or *',
  })
  .transform((tag) => (tag === '*' ? undefined : Number(tag.slice(1, -1))))
  .meta({
    description:
      'The ETag of what is to be changed, as the sender saw it; refused with 412 if it changed.',
    example: '"7"',
  });

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, { error: 'must be 1 to 200 visible ASCII characters' })
  .meta({
    description:
      'Chosen by the sender. The same request with the same key again is the same request: it ' +
      'records nothing twice and has the same answer. A key belongs to its sender and one application.',
    example: 'b4f7c1de-counter-3',
  });

const atLeastPosition = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, { error: 'must be the X-Position of an earlier answer' })
  .transform((position) => position as Position)
  .meta({
    description:
      'The X-Position of a write: the answer holds at least what that write recorded. Waits up to ' +
      '5 seconds, then 503.',
  });

const ifNoneMatch = z.string().max(1000).meta({
  description: 'ETags that the reader holds; 304 when the application still is at one of them.',
});

/** Of every request that changes an application. */
export const writeHeaders = z.object({
  'If-Match': ifMatch.optional(),
  'Idempotency-Key': idempotencyKey.optional(),
});

/** Of every request that begins one. */
export const createHeaders = writeHeaders.pick({ 'Idempotency-Key': true });

/** Of every request that is answered from the read models. */
export const readHeaders = z.object({ 'X-At-Least-Position': atLeastPosition.optional() });

/** Of every request for one application. */
export const readOneHeaders = readHeaders.extend({ 'If-None-Match': ifNoneMatch.optional() });

/** Of every answer to a write. */
export const writtenHeaders = z.object({
  ETag: z
    .string()
    .meta({ description: 'The revision of what was changed or read, as a strong entity tag.' }),
  'X-Position': z.string().meta({
    description: 'Where the write lies in the order of all events; for X-At-Least-Position.',
  }),
});

/** The revision of an application or a service as an entity tag. */
export function entityTag(revision: number): string {
  return `"${revision}"`;
}

/** Whether a reader holds this tag already; `W/` makes no difference to a GET (RFC 9110, 13.1.2). */
export function holds(ifNoneMatchHeader: string | undefined, tag: string): boolean {
  const held = ifNoneMatchHeader?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return held.includes(tag) || held.includes('*');
}
