import type { Application } from '../application/application.ts';
import type { ApplicationEvent } from '../application/events.ts';
import type { Refusal } from '../application/refusal.ts';
import type { CompiledAction } from '../service/compile.ts';

/** A step by the state that offers it; actions of the whole workflow by their name alone. */
export function stepPlace(name: string, action: CompiledAction | undefined): string {
  return action && action.source !== '' ? `${action.source}/${name}` : name;
}

/** What of the definition an event is about, other than a step. */
export function placeOf({ type, data }: ApplicationEvent, application: Application): string {
  if (type === 'DocumentAttached') return `documents/${data.requirement}`;
  if (type === 'DocumentVerified' || type === 'DocumentRejected') {
    const document = application.documents.find((one) => one.document === data.document);
    return document ? `documents/${document.requirement}` : 'documents';
  }
  if (type === 'FeeAssessed' || type === 'PaymentReceived') return 'fee';
  if (type === 'OfficerAssigned' || type === 'OfficerReleased') return data.state;
  return 'workflow';
}

/** A refusal by what of the definition says it: each field of a form for itself. */
export function placed(refusal: Refusal, place: string): { place: string; refusal: Refusal }[] {
  if (refusal.type !== 'invalid-data') return [{ place, refusal }];
  return refusal.issues.map((issue) => ({
    place: `${place}/${issue.field}`,
    refusal: { type: 'invalid-data', issues: [issue] },
  }));
}
