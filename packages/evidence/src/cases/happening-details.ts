import {
  activeStates,
  type ApplicationEvent,
  type CompiledService,
  type Localized,
  type LogAttribute,
  type StateValue,
} from '@satu-atap/domain';
import type { Disclosure } from './disclosure.ts';
import { date, int, keys, text } from './exported-case.ts';
import { formAttributes } from './form-attributes.ts';
import { happeningNames } from './happening-names.ts';

/** The versions of the service that the file had run under by then, the present one last. */
export type Versions = readonly CompiledService[];

/** What a happening tells beside its name, time and actor: by its type. */
export function happeningDetails(
  event: ApplicationEvent,
  versions: Versions,
  disclosure: Disclosure,
): LogAttribute[] {
  const told = (value: string | undefined) => (disclosure.texts ? value : undefined);
  switch (event.type) {
    case 'ApplicationSubmitted':
      return [...stateAttributes(undefined, event.data.state)];
    case 'StepTaken': {
      const { action, from, to, data, comment, outcome, automatic } = event.data;
      return [
        ...titleAttributes(titleOf(action, from, versions)),
        ...stateAttributes(from, to),
        ...text('satuatap:outcome', outcome),
        ...text('satuatap:comment', told(comment)),
        ...(automatic
          ? [
              ['satuatap:automatic', 'boolean', 'true'] satisfies LogAttribute,
              ...text('satuatap:clock', automatic.clock),
              ...date('satuatap:due', automatic.dueAt),
              ...text('satuatap:legal-ground', automatic.legalGround.id),
            ]
          : []),
        ...(data ? formAttributes(data, versions, disclosure.texts) : []),
      ];
    }
    case 'OutputIssued': {
      const { output, number, issuedOn, validUntil } = event.data;
      return [
        ...text('satuatap:output', output),
        ...date('satuatap:issued-on', `${issuedOn}T00:00:00Z`),
        ...date('satuatap:valid-until', validUntil && `${validUntil}T00:00:00Z`),
        ...text('satuatap:number', told(number?.text)),
      ];
    }
    case 'DocumentAttached': {
      const { document, requirement, mediaType, bytes, sha256 } = event.data;
      return [
        ...text('satuatap:requirement', requirement),
        ...text('satuatap:document', disclosure.document(document)),
        ...text('satuatap:media-type', mediaType),
        ...int('satuatap:bytes', bytes),
        ...text('satuatap:sha256', told(sha256)),
      ];
    }
    case 'DocumentVerified':
      return text('satuatap:document', disclosure.document(event.data.document));
    case 'DocumentRejected':
      return [
        ...text('satuatap:document', disclosure.document(event.data.document)),
        ...text('satuatap:reason', told(event.data.reason)),
      ];
    case 'FeeAssessed':
      return [
        ...int('satuatap:amount', event.data.amount),
        ...text('satuatap:basis', told(event.data.basis)),
      ];
    case 'PaymentReceived':
      return [
        ...int('satuatap:amount', event.data.amount),
        ...text('satuatap:payment-reference', told(event.data.reference)),
      ];
    case 'OfficerAssigned':
      return [
        ...text('satuatap:state', event.data.state),
        ...text('satuatap:officer', disclosure.person(event.data.officer)),
      ];
    case 'OfficerReleased':
      return [
        ...text('satuatap:state', event.data.state),
        ...text('satuatap:reason', told(event.data.reason)),
      ];
    case 'NoteAdded':
      return text('satuatap:comment', told(event.data.text));
    case 'ClockWarned':
    case 'ClockBreached':
      return [
        ...text('satuatap:clock', event.data.clock),
        ...date('satuatap:due', event.data.dueAt),
      ];
    case 'ClockEscalated': {
      const { clock, at, to, dueAt } = event.data;
      return [
        ...text('satuatap:clock', clock),
        ...date('satuatap:due', dueAt),
        ...text('satuatap:share', String(at)),
        ...text('satuatap:told-to', to.join(' ')),
      ];
    }
    case 'ClockParked': {
      const { clock, mark, dueAt, attempts, retryAt, reason } = event.data;
      return [
        ...text('satuatap:clock', clock),
        ...date('satuatap:due', dueAt),
        ...text('satuatap:mark', mark),
        ...int('satuatap:attempts', attempts),
        ...date('satuatap:retry-at', retryAt),
        ...text('satuatap:reason', reason),
      ];
    }
    case 'PromiseExtended': {
      const { action, by, legalGround } = event.data;
      return [
        ...text('satuatap:action', action),
        ...int('satuatap:extended-by', by.amount),
        ...text('satuatap:extended-by-unit', by.unit),
        ...text('satuatap:legal-ground', legalGround.id),
      ];
    }
    case 'ApplicationMigrated': {
      const { from, to, orderedBy } = event.data;
      return [
        ...stateAttributes(from.state, to.state),
        ...int('satuatap:version-before', from.version),
        ...int('satuatap:version-after', to.version),
        ...text('satuatap:ordered-by', disclosure.person(orderedBy)),
      ];
    }
  }
}

/** The titles of what is no step, which each event of its type has. */
export const titlesByType = new Map<string, LogAttribute[]>(
  Object.entries(happeningNames).map(([type, { title }]) => [type, titleAttributes(title)]),
);

export function titleAttributes({ id, en }: Localized): LogAttribute[] {
  return [
    [keys.titleId, 'string', id],
    [keys.titleEn, 'string', en],
  ];
}

/** Active states are told by their paths, joined by blanks: `review.health.inspecting review.fire.done`. */
function stateAttributes(before: StateValue | undefined, after: StateValue): LogAttribute[] {
  return [
    ...(before === undefined ? [] : text(keys.before, stateText(before))),
    ...text(keys.after, stateText(after)),
  ];
}

export function stateText(value: StateValue): string {
  return typeof value === 'string' ? value : activeStates(value).join(' ');
}

/** What people call an action where the file lies; the newest version that knows it says so. */
function titleOf(action: string, from: StateValue, versions: Versions): Localized {
  for (const service of versions.toReversed()) {
    for (const path of activeStates(from)) {
      const found = service.states.get(path)?.actions.find(({ name }) => name === action);
      if (found) return found.title;
    }
  }
  return { id: action, en: action };
}
