import { z } from 'zod';
import { name } from './names.ts';

/**
 * Who does something: an applicant, an officer of a unit in an office, or the system itself.
 * `id` is the identity provider's subject; `roles` are the names that service definitions use.
 */
export const actor = z.strictObject({
  id: z.string().min(1).max(200),
  roles: z.array(name).max(50),
  unit: name.optional(),
  office: name.optional(),
});
export type Actor = z.infer<typeof actor>;

/** Roles whose meaning the engine knows; all others are names that definitions give meaning to. */
export const builtInRoles = {
  /** The person the application is for; acts on their own files only. */
  applicant: 'applicant',
  /** Sees figures of their office and assigns files of their unit. */
  supervisor: 'supervisor',
  /** Reads everything, changes nothing. */
  auditor: 'auditor',
  /** Erases personal data, where a law asks for it (UU 27/2022, 53); reads nothing by it. */
  dataProtectionOfficer: 'data-protection-officer',
  /** Publishes the service definitions of their unit. */
  unitAdministrator: 'unit-administrator',
  /** The engine's own workers. */
  system: 'system',
} as const;

export function hasRole(who: Actor, roles: readonly string[]): boolean {
  return who.roles.some((role) => roles.includes(role));
}
