import { builtInRoles } from '../../actor.ts';
import { accessUnmet } from '../access.ts';
import type { Application } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import { refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';

/** Whoever has a part in the service may leave a note, at any time. */
export function addNote(
  application: Application,
  note: CommandOf<'add-note'>,
  { service, actor }: DecisionContext,
): Decision {
  const roles = [...service.states.values()].flatMap(({ actions }) =>
    actions.flatMap(({ definition }) => definition.roles),
  );
  const named = [...new Set([builtInRoles.supervisor, ...roles])];
  const access = accessUnmet(application, actor, named);
  return access ? refused(access) : recorded({ type: 'NoteAdded', data: note });
}
