import { builtInRoles, hasRole, type Actor } from '../../actor.ts';
import type { CompiledService } from '../../service/compile.ts';
import { accessUnmet } from '../access.ts';
import { activeStates, type Application } from '../application.ts';
import { offeredActions } from '../machine.ts';
import type { Refusal } from '../refusal.ts';

/**
 * A file's papers and fees are handled by whoever has it: somebody in one of the roles, while an
 * active state is theirs to act in.
 */
export function notAtDesk(
  service: CompiledService,
  application: Application,
  actor: Actor,
  roles: readonly string[],
): Refusal | undefined {
  const access = accessUnmet(application, actor, roles);
  if (access) return access;
  if (application.ended) return ended(application.ended);
  const mine = offeredActions(service, application).find(
    (action) =>
      // Actions of the whole workflow, such as withdrawing, do not bring the file to anybody's desk.
      action.source !== '' &&
      accessUnmet(application, actor, action.definition.roles, action.unit) === undefined,
  );
  if (!mine) return { type: 'not-at-this-desk', state: activeStates(application.value) };
  return heldByAnother(service, application, mine.source, actor);
}

/** A file that an officer holds is left to that officer; what applicants may do, they still may. */
export function heldByAnother(
  service: CompiledService,
  application: Application,
  source: string,
  actor: Actor,
): Refusal | undefined {
  if (actor.id === application.applicant.id) return undefined;
  // Time is over whoever holds the file.
  if (hasRole(actor, [builtInRoles.system])) return undefined;
  for (const [state, officer] of Object.entries(application.assignments)) {
    const inside = source !== '' && (state === source || state.startsWith(`${source}.`));
    if (inside && officer !== actor.id && service.states.has(state)) {
      return { type: 'assigned-to-another', state, officer };
    }
  }
  return undefined;
}

export const ended = ({ outcome }: { outcome: string }): Refusal => ({
  type: 'application-ended',
  outcome,
});
