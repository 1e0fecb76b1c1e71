import type { ApplicationEvent, CompiledService, EventMetadata } from '@satu-atap/domain';
import { importedRole } from '@satu-atap/domain';
import { derivedId, type NewEvent } from '@satu-atap/event-store';
import { actorOf, importedId } from './acting.ts';
import type { CaseFacts } from './case-facts.ts';
import type { CasePath } from './case-path.ts';

/** Where cases are put. */
export type Destination = {
  /** The id of the log's import. */
  log: string;
  office: string;
  service: CompiledService;
  /** When the import began, ISO 8601: the time of cases that have none at all. */
  begunAt: string;
};

/** The application that a case becomes, and all its events. */
export type ImportedCase = { application: string; events: NewEvent[] };

/** Longest name of a case in an event; all of it stands in the case's attributes. */
const longestName = 10_000;
const longestApplicant = 200;

/**
 * A case as an application: one event that submits it, and one for each event of the case, at the times
 * at which they happened. All ids derive from the log and the case's place in it, so that a case that is
 * taken over again is the same.
 *
 * @param place of the case in its log, from 0
 */
export function importedCase(
  facts: CaseFacts,
  place: number,
  path: CasePath,
  { log, office, service, begunAt }: Destination,
): ImportedCase {
  const application = derivedId('imported-case', log, place);
  const { id, version, digest, definition } = service;
  const submitter = importedId(facts.name);
  const name = facts.name.trim().slice(0, longestApplicant).toWellFormed();
  const recorded = (
    index: number,
    event: ApplicationEvent,
    rest: Omit<EventMetadata, 'office' | 'command'>,
  ) => {
    const command = derivedId(application, index);
    const metadata = { ...rest, office, command };
    return { id: derivedId(command, 0), type: event.type, data: event.data, metadata };
  };
  const submitted: ApplicationEvent = {
    type: 'ApplicationSubmitted',
    data: {
      office,
      service: { id, version, digest },
      applicant: { id: submitter, name: name === '' ? submitter : name },
      channel: 'counter',
      data: {},
      state: path.initial,
      imported: {
        log,
        case: facts.name.slice(0, longestName).toWellFormed(),
        place,
        attributes: facts.attributes,
      },
    },
  };
  const events = [
    recorded(0, submitted, {
      actor: { id: submitter, roles: [importedRole], unit: definition.unit, office },
      occurredAt: facts.events[0]?.at ?? begunAt,
    }),
  ];
  for (const [index, { unit, ...step }] of path.steps.entries()) {
    const event = facts.events[index];
    if (!event) throw new Error(`case ${place} has no event ${index}`);
    const { attributes, at } = event;
    const taken: ApplicationEvent = {
      type: 'StepTaken',
      data: { ...step, imported: { attributes } },
    };
    const actor = actorOf(attributes, { unit, office });
    events.push(recorded(index + 1, taken, { actor, occurredAt: at ?? begunAt }));
  }
  return { application, events };
}
