import { z } from 'zod';
import { builtInRoles, hasRole, type Actor } from '../actor.ts';
import { refused, type Refused } from '../application/refusal.ts';
import { definitionDigest, serviceDefinition, type ServiceDefinition } from './definition.ts';

/** A version of a service went live. Versions count from 1. */
export const servicePublished = z.strictObject({
  version: z.int().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  definition: serviceDefinition,
});

export const serviceEvents = { ServicePublished: servicePublished } as const;
export type ServiceEvent = { type: 'ServicePublished'; data: z.infer<typeof servicePublished> };

/** The newest version that was published, if any. */
export type PublishedService = { version: number; digest: string };

export function evolveService(
  _: PublishedService | undefined,
  { data }: ServiceEvent,
): PublishedService {
  return { version: data.version, digest: data.digest };
}

/**
 * Publishes a definition that `checkDefinition` has accepted. The same content twice is one version.
 */
export function decidePublish(
  published: PublishedService | undefined,
  definition: ServiceDefinition,
  actor: Actor,
): { events: ServiceEvent[] } | Refused {
  const allowed = [builtInRoles.unitAdministrator, builtInRoles.system];
  if (!hasRole(actor, allowed)) return refused({ type: 'role-required', roles: allowed });
  if (!hasRole(actor, [builtInRoles.system]) && actor.unit !== definition.unit) {
    return refused({ type: 'other-unit', unit: definition.unit });
  }
  const digest = definitionDigest(definition);
  if (published?.digest === digest) return { events: [] };
  const version = (published?.version ?? 0) + 1;
  return { events: [{ type: 'ServicePublished', data: { version, digest, definition } }] };
}
