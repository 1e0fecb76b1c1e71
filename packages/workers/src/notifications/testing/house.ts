import {
  serviceDefinition,
  type Actor,
  type ApplicationCommand,
  type RecipientDefinition,
  type ServiceDefinitionInput,
} from '@satu-atap/domain';
import { office, people, sampleOffices, samplePermit } from '@satu-atap/domain/testing';
import {
  commandHandler,
  derivedId,
  EmbeddedEventStore,
  ServiceCatalogue,
  type EventStore,
} from '@satu-atap/event-store';

const text = (en: string) => ({ id: en, en });

/** The sample permit, with an address and a language to reach the applicant. */
export const reachablePermit = {
  ...samplePermit,
  form: {
    ...samplePermit.form,
    email: { type: 'text', title: text('E-mail'), personal: true, contact: 'email' },
    language: {
      type: 'choice',
      title: text('Language'),
      options: ['id', 'en'],
      contact: 'language',
    },
  },
} satisfies ServiceDefinitionInput;

export const officeDefinitions = [...sampleOffices.values()].map(({ definition }) => definition);

/** A house with one service, in memory if nothing else is said; whoever uses it closes the store. */
export async function openHouse(store: EventStore = new EmbeddedEventStore({ file: ':memory:' })) {
  const services = new ServiceCatalogue(store);
  const definition = serviceDefinition.parse(reachablePermit);
  await services.publish(definition, people.system, Temporal.Now.instant());
  const commands = commandHandler({ store, services, offices: sampleOffices });
  let given = 0;

  const give = async (application: string, actor: Actor, command: ApplicationCommand) => {
    given += 1;
    const id = derivedId('command', given);
    const result = await commands({ application, command, actor, id });
    if ('refusal' in result) throw new Error(result.refusal.type);
    return result;
  };
  const step = (application: string, actor: Actor, action: string, comment?: string) =>
    give(application, actor, {
      type: 'take-step',
      data: { action, ...(comment === undefined ? {} : { comment }) },
    });

  return {
    store,
    services,
    step,
    give,
    /** An application that is begun and not sent yet. */
    async begin(seed: number, data: Record<string, string> = {}): Promise<string> {
      const application = derivedId('application', seed);
      await give(application, people.applicant, {
        type: 'submit',
        data: {
          service: samplePermit.id,
          office,
          applicant: { id: people.applicant.id, name: 'Pemohon Rahasia' },
          channel: 'online',
          data: { address: 'Jalan Melati 1', floorArea: 100, ...data },
        },
      });
      await give(application, people.applicant, {
        type: 'attach-document',
        data: {
          document: derivedId('document', seed),
          requirement: 'site-plan',
          name: 'denah.pdf',
          mediaType: 'application/pdf',
          bytes: 10,
          sha256: 'a'.repeat(64),
        },
      });
      return application;
    },
    send: (application: string) => step(application, people.applicant, 'send'),
    giveBack: (application: string) =>
      step(application, people.frontDesk, 'return-to-applicant', 'Denah tidak terbaca'),
    withdraw: (application: string) => step(application, people.applicant, 'withdraw'),
  };
}
export type House = Awaited<ReturnType<typeof openHouse>>;

export function webhookTo(
  url: string,
  more: Partial<RecipientDefinition> = {},
): RecipientDefinition {
  return {
    id: 'super-app',
    topics: ['received', 'returned', 'fee-due', 'issued', 'ended'],
    webhook: { url, secrets: ['super-app'], allowPrivateAddresses: false },
    ...more,
  };
}
