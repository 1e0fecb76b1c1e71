import { accessUnmet } from '../access.ts';
import { evolve } from '../application.ts';
import type { CommandOf } from '../commands.ts';
import type { ApplicationEvent } from '../events.ts';
import { initialState } from '../machine.ts';
import { refused } from '../refusal.ts';
import type { Decision, DecisionContext } from './decision.ts';
import { fieldIssues } from './field-issues.ts';

/**
 * Begins an application under the service's newest version. A fee that follows from the definition
 * and the form is assessed at once.
 */
export function submit(
  command: CommandOf<'submit'>,
  { service, actor, now }: DecisionContext,
): Decision {
  const { definition } = service;
  const access = accessUnmet(command, actor, definition.submittedBy);
  if (access) return refused(access);
  const { form: fields } = definition;
  const officers = Object.keys(command.data).find(
    (field) => fields[field]?.enteredBy === 'officer',
  );
  if (officers !== undefined) {
    const allowed = Object.keys(fields).filter((field) => fields[field]?.enteredBy === 'applicant');
    return refused({ type: 'field-not-allowed', field: officers, allowed });
  }
  const form = service.form.safeParse(command.data);
  if (!form.success) return refused({ type: 'invalid-data', issues: fieldIssues(form.error) });

  const { id: serviceId, version, digest } = service;
  const submitted = {
    office: command.office,
    service: { id: serviceId, version, digest },
    applicant: command.applicant,
    channel: command.channel,
    data: command.data,
  };
  const draft = evolve(
    undefined,
    { type: 'ApplicationSubmitted', data: { ...submitted, state: definition.workflow.initial } },
    { actor, occurredAt: now.toString() },
  );
  const { value } = initialState(service, draft);
  const events: ApplicationEvent[] = [
    { type: 'ApplicationSubmitted', data: { ...submitted, state: value } },
  ];
  const fee = service.feeByData(command.data);
  if (fee) events.push({ type: 'FeeAssessed', data: fee });
  return { events };
}
