import type { CompiledService } from '@satu-atap/domain';
import type { Delivery } from '../channel.ts';

/**
 * What other systems are told, as JSON: which application, what happened, where it stands. No name,
 * nothing of the form, no words of officers: who may see those asks the API.
 */
export function webhookBody({ notification, announcement, occasion }: Delivery): string {
  const { service } = occasion;
  const { topic, at, application, unit, from, to, outcome, outputs } = announcement;
  const { fee, clock, roles, extension } = announcement;
  return JSON.stringify({
    type: `application.${topic}`,
    timestamp: at,
    data: {
      application: notification.application,
      revision: notification.revision,
      office: application.office,
      unit,
      applicant: application.applicant.id,
      channel: application.channel,
      service: {
        id: service.id,
        version: service.version,
        title: service.definition.title,
      },
      from: from.map((path) => stateView(service, path)),
      to: to.map((path) => stateView(service, path)),
      outcome,
      outputs: outputs?.map((output) => ({
        id: output,
        title: service.outputs.get(output)?.definition.title,
      })),
      collection: outputs && service.definition.collection,
      fee,
      clock,
      roles,
      extension,
    },
  });
}

function stateView({ states }: CompiledService, path: string) {
  // A migration may have led from a state that this version does not have.
  const state = states.get(path);
  return { id: path, title: state?.title, unit: state?.unit };
}
