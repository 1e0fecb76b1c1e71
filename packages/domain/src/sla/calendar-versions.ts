import { createHash } from 'node:crypto';
import { z } from 'zod';
import { builtInRoles, hasRole, type Actor } from '../actor.ts';
import { refused, type Refused } from '../application/refusal.ts';
import { canonicalJson } from '../json.ts';
import { calendarDefinition, type CalendarDefinition } from './calendar-definition.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** A version of a working calendar came into force. Versions count from 1. */
export const calendarPublished = z.strictObject({
  version: z.int().min(1),
  digest,
  definition: calendarDefinition,
});

export const calendarEvents = { CalendarPublished: calendarPublished } as const;
export type CalendarEvent = {
  type: 'CalendarPublished';
  data: z.infer<typeof calendarPublished>;
};

/** Names a version of a calendar by what it says: what a record of a deadline refers to. */
export const calendarReference = z.strictObject({
  id: calendarDefinition.shape.id,
  version: z.int().min(1),
  digest,
});
export type CalendarReference = z.infer<typeof calendarReference>;

/** A version as it was published. */
export type CalendarVersion = CalendarReference & {
  /** From when on it was known, in epoch milliseconds: nobody could count by it before. */
  publishedAt: number;
  definition: CalendarDefinition;
};

/** The versions of each calendar by its id, oldest first. */
export type CalendarBook = ReadonlyMap<string, readonly CalendarVersion[]>;

/** Publishes a calendar; the content of the newest version again is that version. */
export function decidePublishCalendar(
  newest: CalendarReference | undefined,
  definition: CalendarDefinition,
  actor: Actor,
): { events: CalendarEvent[] } | Refused {
  const allowed = [builtInRoles.system];
  if (!hasRole(actor, allowed)) return refused({ type: 'role-required', roles: allowed });
  const content = calendarDigest(definition);
  if (newest?.digest === content) return { events: [] };
  const version = (newest?.version ?? 0) + 1;
  return {
    events: [{ type: 'CalendarPublished', data: { version, digest: content, definition } }],
  };
}

/** Identifies a calendar by its content: SHA-256 of its canonical JSON, in hexadecimal. */
export function calendarDigest(definition: CalendarDefinition): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex');
}

/** The newest version that was known at an instant; before the first was, the first. */
export function knownVersion(
  versions: readonly CalendarVersion[],
  at: number = Number.POSITIVE_INFINITY,
): CalendarVersion | undefined {
  return versions.findLast(({ publishedAt }) => publishedAt <= at) ?? versions[0];
}

/** Calendars as they are written, known since ever: for tools that look at files and not at a store. */
export function writtenBook(calendars: readonly CalendarDefinition[]): CalendarBook {
  return new Map(
    calendars.map((definition) => {
      const { id } = definition;
      const publishedAt = Number.NEGATIVE_INFINITY;
      return [
        id,
        [{ id, version: 1, digest: calendarDigest(definition), publishedAt, definition }],
      ];
    }),
  );
}
