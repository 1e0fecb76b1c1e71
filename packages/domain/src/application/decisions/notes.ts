import { builtInRoles } from '../../actor.ts';
import { accessUnmet } from '../access.ts';
import type { CompiledService } from '../../service/compile.ts';
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
  const access = accessUnmet(application, actor, rolesWithAPart(service));
  return access ? refused(access) : recorded({ type: 'NoteAdded', data: note });
}

/** Worked out once for each service: a file may have thousands of notes. */
const known = new WeakMap<CompiledService, readonly string[]>();

function rolesWithAPart(service: CompiledService): readonly string[] {
  const there = known.get(service);
  if (there) return there;
  const roles = [...service.states.values()].flatMap(({ actions }) =>
    actions.flatMap(({ definition }) => definition.roles),
  );
  const named = [...new Set([builtInRoles.supervisor, ...roles])];
  known.set(service, named);
  return named;
}
