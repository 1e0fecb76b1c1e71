import { z } from 'zod';
import { actor as actorSchema, type Actor } from '../actor.ts';
import { eventMetadata, type EventMetadata } from './events.ts';

/** How many actors and offices are remembered: more than a deployment has officers at work. */
const mostRemembered = 10_000;

/** By their ids: who has changed units is several. */
const soundActors = new Map<unknown, Actor[]>();
let actorsRemembered = 0;
const soundOffices = new Set<unknown>();
const keys = new Set(Object.keys(eventMetadata.shape));
const actorKeys = new Set(Object.keys(actorSchema.shape));
const instant = z.regexes.datetime({});
const uuid = z.regexes.uuid();

/**
 * What `eventMetadata.safeParse` says of an event's metadata. The same few people and offices stand beside
 * millions of events: what was found sound of them once is known again by its text, for parsing it each
 * time takes as long as all else in reading an event.
 */
export function readMetadata(
  value: unknown,
): { success: true; data: EventMetadata } | { success: false; error: z.ZodError } {
  if (isKnownSound(value)) return { success: true, data: value };
  const parsed = eventMetadata.safeParse(value);
  if (parsed.success) remember(parsed.data);
  return parsed;
}

function isKnownSound(value: unknown): value is EventMetadata {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, occurredAt, office, command, fingerprint } = value as Record<string, unknown>;
  for (const key in value) if (!keys.has(key)) return false;
  return (
    typeof occurredAt === 'string' &&
    instant.test(occurredAt) &&
    typeof command === 'string' &&
    uuid.test(command) &&
    (office === undefined ? !('office' in value) : soundOffices.has(office)) &&
    fingerprint === undefined &&
    !('fingerprint' in value) &&
    isSoundActor(actor)
  );
}

function isSoundActor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, roles, unit, office } = value as Record<string, unknown>;
  const known = soundActors.get(id);
  if (!known || !Array.isArray(roles)) return false;
  for (const key in value) if (!actorKeys.has(key)) return false;
  return known.some(
    (sound) =>
      sound.unit === unit &&
      sound.office === office &&
      sound.roles.length === roles.length &&
      sound.roles.every((role, index) => role === roles[index]),
  );
}

function remember({ actor, office }: EventMetadata): void {
  if (actorsRemembered >= mostRemembered) {
    soundActors.clear();
    actorsRemembered = 0;
  }
  if (soundOffices.size >= mostRemembered) soundOffices.clear();
  if (!isSoundActor(actor)) {
    soundActors.getOrInsertComputed(actor.id, () => []).push(actor);
    actorsRemembered += 1;
  }
  if (office !== undefined) soundOffices.add(office);
}
