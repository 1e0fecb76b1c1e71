import { builtInRoles } from '../../actor.ts';
import { stateOf, type CompiledService, type CompiledState } from '../../service/compile.ts';
import { accessUnmet } from '../access.ts';
import { activeStates, type Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import { isRefused, refused, type Refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';
import { ended } from './desk.ts';

/** An officer takes the file into hand, or a supervisor of the unit gives it to one. */
export function assign(
  application: Application,
  { state, officer }: CommandOf<'assign'>,
  { service, actor }: DecisionContext,
): Decision {
  const place = activeState(service, application, state);
  if (isRefused(place)) return place;
  const roles = place.actions.flatMap(({ definition }) => definition.roles);
  const officers = roles.filter((role) => role !== builtInRoles.applicant);
  const supervises = !accessUnmet(application, actor, [builtInRoles.supervisor], place.unit);
  const access = supervises ? undefined : accessUnmet(application, actor, officers, place.unit);
  if (access) return refused(access);
  if (!supervises && officer !== actor.id) {
    return refused({ type: 'role-required', roles: [builtInRoles.supervisor] });
  }
  const holder = application.assignments[state];
  if (holder === officer) return { events: [] };
  if (holder !== undefined && !supervises) {
    return refused({ type: 'assigned-to-another', state, officer: holder });
  }
  return recorded({ type: 'OfficerAssigned', data: { state, officer } });
}

/** Whoever holds the file lets go of it, or a supervisor takes it away. */
export function release(
  application: Application,
  released: CommandOf<'release'>,
  { service, actor }: DecisionContext,
): Decision {
  const place = activeState(service, application, released.state);
  if (isRefused(place)) return place;
  const holder = application.assignments[released.state];
  if (holder === undefined) return refused({ type: 'not-assigned', state: released.state });
  const supervises = !accessUnmet(application, actor, [builtInRoles.supervisor], place.unit);
  if (holder !== actor.id && !supervises) {
    return refused({ type: 'assigned-to-another', state: released.state, officer: holder });
  }
  return recorded({ type: 'OfficerReleased', data: released });
}

function activeState(
  service: CompiledService,
  application: Application,
  path: string,
): CompiledState | Refused {
  if (application.ended) return refused(ended(application.ended));
  const active = activeStates(application.value);
  return active.includes(path)
    ? stateOf(service, path)
    : refused({ type: 'state-not-active', state: path, active });
}
