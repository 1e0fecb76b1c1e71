import type { ApplicationCommand } from '../application/commands.ts';
import type { ApplicationEvent } from '../application/events.ts';
import type { CompiledAction } from '../service/compile.ts';

/** Events that say all their command said. */
const commands = new Map<ApplicationEvent['type'], ApplicationCommand['type']>([
  ['DocumentAttached', 'attach-document'],
  ['DocumentVerified', 'verify-document'],
  ['DocumentRejected', 'reject-document'],
  ['FeeAssessed', 'assess-fee'],
  ['PaymentReceived', 'receive-payment'],
  ['OfficerAssigned', 'assign'],
  ['OfficerReleased', 'release'],
  ['NoteAdded', 'add-note'],
]);

/** What was asked for when this was recorded; undefined for what follows from something else. */
export function recordedCommand(event: ApplicationEvent): ApplicationCommand | undefined {
  const type = commands.get(event.type);
  return type && ({ type, data: event.data } as ApplicationCommand);
}

export function recordedSubmission({
  data: { service, office, applicant, channel, data },
}: Extract<ApplicationEvent, { type: 'ApplicationSubmitted' }>): ApplicationCommand {
  // A name that is erased decides nothing.
  const person = { id: applicant.id, name: applicant.name ?? applicant.id };
  return {
    type: 'submit',
    data: { service: service.id, office, applicant: person, channel, data },
  };
}

/** @param action in the version that it was taken under: what it always sets was not asked for */
export function recordedStep(
  { data }: Extract<ApplicationEvent, { type: 'StepTaken' }>,
  action: CompiledAction | undefined,
): ApplicationCommand {
  const { action: name, data: recorded = {}, comment } = data;
  const always = action?.definition.set ?? {};
  const asked = Object.entries(recorded).filter(([field]) => !Object.hasOwn(always, field));
  return {
    type: 'take-step',
    data: {
      action: name,
      ...(asked.length === 0 ? {} : { data: Object.fromEntries(asked) }),
      ...(comment === undefined ? {} : { comment }),
    },
  };
}
