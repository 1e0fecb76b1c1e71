import { z } from 'zod';
import { builtInRoles, hasRole, type Actor } from '../actor.ts';
import { refused, type Refusal, type Refused } from '../application/refusal.ts';
import { canonicalJson } from '../json.ts';
import { definitionDigest, type ServiceDefinition } from './definition.ts';
import {
  newestInForce,
  serviceReinstated,
  serviceRetired,
  versionWithdrawn,
  type Retirement,
  type Service,
  type ServiceEvent,
} from './service.ts';

/** What can be asked of a service beside publishing it. */
export const serviceCommands = {
  /** Ends it from a date on; again, to say another date, reason or ground. */
  retire: serviceRetired,
  /** Takes a retirement back. */
  reinstate: serviceReinstated,
  /** Takes one version back that was published in error. */
  withdraw: versionWithdrawn,
} as const;

export type ServiceCommand =
  | {
      type: 'publish';
      data: {
        /** One that `parseDefinition` has accepted. */
        definition: ServiceDefinition;
        /** Publish it although this content was withdrawn. */
        again?: boolean;
      };
    }
  | {
      [Type in keyof typeof serviceCommands]: {
        type: Type;
        data: z.infer<(typeof serviceCommands)[Type]>;
      };
    }[keyof typeof serviceCommands];

/** Events to append (none when it is so already), or why not. */
export type ServiceDecision = { events: ServiceEvent[] } | Refused;

/**
 * Decides a command on the service of this name: pure, like `decide`.
 *
 * @throws Error for a definition of another service, or with another unit than its name begins with
 */
export function decideService(
  id: string,
  service: Service | undefined,
  command: ServiceCommand,
  actor: Actor,
): ServiceDecision {
  const unmet = administrationUnmet(id, actor);
  if (unmet) return refused(unmet);
  if (command.type === 'publish') return publish(id, service, command.data);
  if (!service) return refused({ type: 'unknown-service', service: id });
  switch (command.type) {
    case 'retire': {
      const { from, reason, legalBasis } = command.data;
      const isSo = isSame(service.retirement, { from, reason, legalBasis });
      return { events: isSo ? [] : [{ type: 'ServiceRetired', data: command.data }] };
    }
    case 'reinstate':
      return {
        events: service.retirement ? [{ type: 'ServiceReinstated', data: command.data }] : [],
      };
    case 'withdraw': {
      const { version } = command.data;
      const known = service.versions.find((one) => one.version === version);
      if (!known) return refused({ type: 'version-not-found', service: id, version });
      return { events: known.withdrawn ? [] : [{ type: 'VersionWithdrawn', data: command.data }] };
    }
  }
}

/**
 * Why somebody may not publish, retire or withdraw a service: unit administrators administer the
 * services of their own unit, which a service's name begins with and so never changes.
 */
export function administrationUnmet(id: string, actor: Actor): Refusal | undefined {
  const roles = [builtInRoles.unitAdministrator, builtInRoles.system];
  if (!hasRole(actor, roles)) return { type: 'role-required', roles };
  const [unit = ''] = id.split('.', 1);
  const isOurs = hasRole(actor, [builtInRoles.system]) || actor.unit === unit;
  return isOurs ? undefined : { type: 'other-unit', unit };
}

/**
 * The content of the newest version in force again is that version; any other content is a new one,
 * also that of an earlier version. Content that was withdrawn does not come back unasked.
 */
function publish(
  id: string,
  service: Service | undefined,
  { definition, again = false }: { definition: ServiceDefinition; again?: boolean },
): ServiceDecision {
  if (definition.id !== id || !id.startsWith(`${definition.unit}.`)) {
    throw new Error(`${definition.id} of ${definition.unit} is no version of ${id}`);
  }
  const digest = definitionDigest(definition);
  if (service && newestInForce(service)?.digest === digest) return { events: [] };
  const last = service?.versions.findLast((one) => one.digest === digest);
  if (last?.withdrawn && !again) {
    const { version, withdrawn } = last;
    const { reason } = withdrawn;
    return refused({ type: 'content-withdrawn', service: id, version, reason });
  }
  const version = (service?.versions.length ?? 0) + 1;
  return { events: [{ type: 'ServicePublished', data: { version, digest, definition } }] };
}

function isSame(one: Retirement | undefined, other: Retirement): boolean {
  return one !== undefined && canonicalJson(one) === canonicalJson(other);
}
