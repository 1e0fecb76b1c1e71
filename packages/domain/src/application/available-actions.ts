import type { Actor } from '../actor.ts';
import type { Localized } from '../names.ts';
import type { CompiledService } from '../service/compile.ts';
import { accessUnmet } from './access.ts';
import type { Application } from './application.ts';
import { heldByAnother } from './decide.ts';
import { offeredActions, step } from './machine.ts';
import { isRefused, type Refusal } from './refusal.ts';

/** An action that is the actor's to take, and what, if anything, still stands in its way. */
export type AvailableAction = {
  action: string;
  title: Localized;
  /** Fields that may be given with it. */
  sets: string[];
  comment: 'required' | 'optional';
  refusal?: Refusal;
};

/** What this actor may do with the file now, by role, unit, office and assignment. */
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
    .map(({ name, title, source, definition }) => {
      const held = heldByAnother(service, application, source, actor);
      const judged = { ...application, data: { ...application.data, ...definition.set } };
      const next = held ? { refusal: held } : step(service, judged, name, actor);
      return {
        action: name,
        title,
        sets: definition.sets,
        comment: definition.comment,
        ...(isRefused(next) ? { refusal: next.refusal } : {}),
      };
    });
}
