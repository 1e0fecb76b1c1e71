import { builtInRoles, hasRole } from '../../actor.ts';
import { planMigration } from '../../migration/plan-migration.ts';
import { carriedClocks } from '../../sla/carried-clocks.ts';
import type { Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import { refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';
import { ended } from './desk.ts';

/**
 * Pins the application to a later version of its service. Nothing is left to record when it is there
 * already, beyond it, or pinned to another version than the one asked for.
 */
export function migrate(
  application: Application,
  { to, from, mapping, orderedBy }: CommandOf<'migrate'>,
  { service, target, actor, now }: DecisionContext,
): Decision {
  if (!hasRole(actor, [builtInRoles.system])) {
    return refused({ type: 'role-required', roles: [builtInRoles.system] });
  }
  if (service.version >= to || (from !== undefined && service.version !== from)) {
    return { events: [] };
  }
  if (application.ended) return refused(ended(application.ended));
  if (target?.id !== service.id || target.version !== to) {
    throw new Error(`version ${to} of ${service.id} is not at hand`);
  }
  const plan = planMigration(service, target, application, mapping);
  if ('problems' in plan) {
    return refused({ type: 'cannot-migrate', version: to, problems: plan.problems });
  }
  return recorded({
    type: 'ApplicationMigrated',
    data: {
      from: { version: service.version, digest: service.digest, state: application.value },
      to: { version: target.version, digest: target.digest, state: plan.value },
      mapping: plan.mapping,
      places: plan.places,
      clocks: carriedClocks(service, target, application, plan, now),
      orderedBy,
    },
  });
}
