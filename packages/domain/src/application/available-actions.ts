import type { Actor } from '../actor.ts';
import type { Localized } from '../names.ts';
import type { CompiledService } from '../service/compile.ts';
import { accessUnmet } from './access.ts';
import { mergedData, type Application } from './application.ts';
import { heldByAnother } from './decisions/desk.ts';
import { usedUp } from './decisions/extend.ts';
import { guardRefusal, offeredActions } from './machine.ts';
import type { Refusal } from './refusal.ts';

/** An action that is the actor's to take, and what, if anything, still stands in its way. */
export type AvailableAction = {
  action: string;
  title: Localized;
  /** Fields that may be given with it. */
  sets: string[];
  comment: 'required' | 'optional';
  refusal?: Refusal;
};

/**
 * What this actor may do with the file now, by role, unit, office and assignment. Asks the guards
 * themselves: they are the ones the machine asks, and this is called for every row of a worklist.
 */
export function availableActions(
  service: CompiledService,
  application: Application,
  actor: Actor,
): AvailableAction[] {
  return offeredActions(service, application)
    .filter(
      ({ definition, unit }) =>
        accessUnmet(application, actor, definition.roles, unit) === undefined,
    )
    .map((action) => {
      const { name, title, source, definition } = action;
      const data = mergedData(application, definition.set);
      const refusal =
        heldByAnother(service, application, source, actor) ??
        usedUp(application, name, definition.extends) ??
        guardRefusal(action, { ...application, data }, actor);
      return {
        action: name,
        title,
        sets: definition.sets,
        comment: definition.comment,
        ...(refusal ? { refusal } : {}),
      };
    });
}
