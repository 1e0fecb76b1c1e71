import type { Actor } from '../actor.ts';
import { builtInRoles } from '../actor.ts';
import type { Application } from '../application/application.ts';
import type { ApplicationCommand } from '../application/commands.ts';
import { offeredAction } from '../application/machine.ts';
import { isRefused, type Refusal } from '../application/refusal.ts';
import type { CompiledService } from '../service/compile.ts';

/** What somebody asked for. */
export type Asked = { command: ApplicationCommand; actor: Actor };

/**
 * The same, as people would simply have asked under the draft: somebody else of the right desk, with a
 * comment, without a field that is not taken. Undefined where nobody can know what they would have
 * done instead, such as which papers they would have brought.
 */
export function asTheDraftAsks(
  draft: CompiledService,
  application: Application | undefined,
  { command, actor }: Asked,
  refusal: Refusal,
): Asked | undefined {
  const { type } = refusal;
  if (whose.has(type)) {
    const another = whoMay(draft, application, command, actor);
    return another && { command, actor: another };
  }
  if (type === 'guard-not-met' && refusal.unmet.guard === 'not-the-same-officer') {
    return { command, actor: { ...actor, id: 'another-officer' } };
  }
  if (type === 'comment-required' && command.type === 'take-step') {
    return { actor, command: { ...command, data: { ...command.data, comment: '-' } } };
  }
  if (type !== 'field-not-allowed') return undefined;
  const rest = without(command, refusal.field);
  return rest && { command: rest, actor };
}

/** Refusals that ask for somebody else. */
const whose: ReadonlySet<Refusal['type']> = new Set([
  'role-required',
  'not-your-application',
  'other-office',
  'other-unit',
] as const);

/** The person who acted, as one of those whom the draft lets act. */
function whoMay(
  draft: CompiledService,
  application: Application | undefined,
  command: ApplicationCommand,
  actor: Actor,
): Actor | undefined {
  if (command.type === 'submit') {
    const { office, applicant } = command.data;
    return inRole(draft.definition.submittedBy, { office, applicant, actor });
  }
  if (command.type !== 'take-step' || !application) return undefined;
  const action = offeredAction(draft, application, command.data.action);
  if (isRefused(action)) return undefined;
  const { office, applicant } = application;
  return inRole(action.definition.roles, { office, applicant, actor, unit: action.unit });
}

/** Somebody who may act in one of these roles, by the id of who acted. */
export function inRole(
  roles: readonly string[],
  {
    office,
    applicant,
    actor,
    unit,
  }: Pick<Application, 'office' | 'applicant'> & { actor: Actor; unit?: string },
): Actor | undefined {
  const role = roles.find((one) => one !== builtInRoles.applicant);
  if (role === undefined) return { id: applicant.id, roles: [builtInRoles.applicant] };
  const { id } = actor;
  return { id, roles: [role], office, ...(unit === undefined ? {} : { unit }) };
}

function without(command: ApplicationCommand, field: string): ApplicationCommand | undefined {
  if (command.type !== 'submit' && command.type !== 'take-step') return undefined;
  const { [field]: _, ...data } = command.data.data ?? {};
  return command.type === 'submit'
    ? { ...command, data: { ...command.data, data } }
    : { ...command, data: { ...command.data, data } };
}
