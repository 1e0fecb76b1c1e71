import { builtInRoles, hasRole, type Actor, type Application } from '@satu-atap/domain';
import type { Problem, Problematic } from './problems/problem.ts';

/**
 * Who may read: applicants their own applications, and others look as if they were not there;
 * officers, supervisors and auditors those of their office; supervisors and auditors of no office
 * those of all. Who may act is the domain's to say.
 */
export function unreadable(
  reader: Actor,
  { office, applicant }: Pick<Application, 'office' | 'applicant'>,
): Problem | undefined {
  if (hasRole(reader, [builtInRoles.applicant]) && applicant.id === reader.id) return undefined;
  const reach = officeReach(reader);
  if (reach === undefined) return { type: 'application-not-found' };
  if (typeof reach === 'object') return reach.refusal;
  return reach === everywhere || reach === office ? undefined : { type: 'other-office', office };
}

/** Whether somebody reads as one of the house: notes that officers leave each other are theirs. */
export function readsAsOfficer(reader: Actor): boolean {
  return officeReach(reader) !== undefined;
}

/** Narrows what a reader asks a list for to what they may see, or says why not. */
export function listScope<
  Filter extends { office?: string | undefined; applicant?: string | undefined },
>(reader: Actor, filter: Filter): Filter | Problematic {
  const isApplicant = hasRole(reader, [builtInRoles.applicant]);
  if (isApplicant && filter.applicant === reader.id) return filter;
  const reach = officeReach(reader);
  if (reach !== undefined) return officeScope(reach, filter);
  if (!isApplicant) return { refusal: { type: 'role-required', roles: [builtInRoles.applicant] } };
  if (filter.applicant !== undefined) return { refusal: { type: 'not-your-application' } };
  return { ...filter, applicant: reader.id };
}

/** The same for lists that are not for applicants: clocks and worklists; figures name their roles. */
export function officerScope<Filter extends { office?: string | undefined }>(
  reader: Actor,
  filter: Filter,
  roles?: readonly string[],
): Filter | Problematic {
  const reach = roles === undefined || hasRole(reader, roles) ? officeReach(reader) : undefined;
  if (reach !== undefined) return officeScope(reach, filter);
  return { refusal: { type: 'role-required', roles: roles ?? overseers } };
}

const everywhere = Symbol('every office');
const overseers = [builtInRoles.supervisor, builtInRoles.auditor];

/** The office whose files somebody sees, or every; undefined for those who are no officers. */
function officeReach(reader: Actor): string | typeof everywhere | Problematic | undefined {
  if (reader.roles.every((role) => role === builtInRoles.applicant)) return undefined;
  if (reader.office !== undefined) return reader.office;
  return hasRole(reader, overseers) ? everywhere : { refusal: { type: 'office-required' } };
}

function officeScope<Filter extends { office?: string | undefined }>(
  reach: string | typeof everywhere | Problematic,
  filter: Filter,
): Filter | Problematic {
  if (typeof reach === 'object') return reach;
  if (reach === everywhere) return filter;
  if (filter.office !== undefined && filter.office !== reach) {
    return { refusal: { type: 'other-office', office: filter.office } };
  }
  return { ...filter, office: reach };
}
