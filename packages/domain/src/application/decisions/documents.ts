import { currentDocument, type Application } from '../application.ts';
import type { ApplicationCommand, CommandOf } from '../commands.ts';
import { refused } from '../refusal.ts';
import { recorded, type Decision, type DecisionContext } from './decision.ts';
import { notAtDesk } from './desk.ts';

/** Takes a document in, if the service asks for it and whoever brings it has the file. */
export function attachDocument(
  application: Application,
  document: CommandOf<'attach-document'>,
  { service, actor }: DecisionContext,
): Decision {
  const requirement = service.definition.documents[document.requirement];
  if (!requirement) {
    const known = Object.keys(service.definition.documents);
    return refused({ type: 'unknown-requirement', requirement: document.requirement, known });
  }
  const desk = notAtDesk(service, application, actor, requirement.attachedBy);
  if (desk) return refused(desk);
  const { mediaType, bytes } = document;
  if (!(requirement.types as string[]).includes(mediaType)) {
    return refused({ type: 'document-type-not-accepted', mediaType, accepted: requirement.types });
  }
  if (bytes > requirement.maxBytes) {
    return refused({ type: 'document-too-large', bytes, maxBytes: requirement.maxBytes });
  }
  return recorded({ type: 'DocumentAttached', data: document });
}

/** An officer verifies or rejects the newest document for its requirement. */
export function judgeDocument(
  application: Application,
  command: Extract<ApplicationCommand, { type: 'verify-document' | 'reject-document' }>,
  { service, actor }: DecisionContext,
): Decision {
  const id = command.data.document;
  const document = application.documents.find((one) => one.document === id);
  if (!document) return refused({ type: 'document-not-found', document: id });
  const requirement = service.definition.documents[document.requirement];
  const desk = notAtDesk(service, application, actor, requirement?.verifiedBy ?? []);
  if (desk) return refused(desk);
  if (currentDocument(application, document.requirement) !== document) {
    return refused({ type: 'document-replaced', document: id });
  }
  if (command.type === 'reject-document') {
    return recorded({ type: 'DocumentRejected', data: command.data });
  }
  if (document.status === 'verified') return { events: [] };
  return recorded({ type: 'DocumentVerified', data: command.data });
}
