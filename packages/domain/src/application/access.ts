import { builtInRoles, type Actor } from '../actor.ts';
import type { Application } from './application.ts';

/** Why an actor may not touch a file. */
export type AccessUnmet =
  | { type: 'role-required'; roles: readonly string[] }
  | { type: 'not-your-application' }
  | { type: 'other-office'; office: string }
  | { type: 'other-unit'; unit: string };

/**
 * Whether somebody acts in one of these roles on this file: an applicant on their own file only, an
 * officer in the file's office and, where a unit is given, of that unit; the system anywhere.
 *
 * @returns the first thing that stands in the way, or undefined
 */
export function accessUnmet(
  application: Pick<Application, 'office' | 'applicant'>,
  actor: Actor,
  roles: readonly string[],
  unit?: string,
): AccessUnmet | undefined {
  let unmet: AccessUnmet = { type: 'role-required', roles };
  for (const role of actor.roles) {
    if (!roles.includes(role)) continue;
    const problem = roleUnmet(application, actor, role, unit);
    if (!problem) return undefined;
    unmet = problem;
  }
  return unmet;
}

function roleUnmet(
  application: Pick<Application, 'office' | 'applicant'>,
  actor: Actor,
  role: string,
  unit: string | undefined,
): AccessUnmet | undefined {
  if (role === builtInRoles.system) return undefined;
  if (role === builtInRoles.applicant) {
    return actor.id === application.applicant.id ? undefined : { type: 'not-your-application' };
  }
  if (actor.office !== application.office)
    return { type: 'other-office', office: application.office };
  if (unit !== undefined && actor.unit !== unit) return { type: 'other-unit', unit };
  return undefined;
}
