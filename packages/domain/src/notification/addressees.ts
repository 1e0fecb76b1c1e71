import type { Application } from '../application/application.ts';
import type { CompiledService } from '../service/compile.ts';
import type { Announcement } from './announcement.ts';
import type { Channel } from './notification-events.ts';
import {
  applicantRecipient,
  language,
  type Language,
  type RecipientDefinition,
} from './recipient.ts';
import type { Topic } from './topics.ts';

export type Addressee = { channel: Channel; recipient: string };

/** What applicants are told of: where their file is, not how the house keeps its promises. */
const applicantTopics: readonly Topic[] = [
  'received',
  'returned',
  'fee-due',
  'extended',
  'issued',
  'ended',
];

/** Everybody to be told. The applicant is, where they left an address and there is e-mail. */
export function addresseesOf(
  announcement: Announcement,
  service: CompiledService,
  recipients: readonly RecipientDefinition[],
  hasEmail: boolean,
): Addressee[] {
  const found = recipients
    .filter((recipient) => concerns(recipient, announcement))
    .map(({ id, webhook }): Addressee => ({
      channel: webhook ? 'webhook' : 'email',
      recipient: id,
    }))
    .filter(({ channel }) => channel === 'webhook' || hasEmail);
  const { topic, application, outcome } = announcement;
  const wants = hasEmail && applicantTopics.includes(topic);
  if (!wants || !applicantContact(service, application)) return found;
  // Who was given the documents has been told that all is well.
  const isTold = outcome !== undefined && application.issued !== undefined;
  return isTold ? found : [...found, { channel: 'email', recipient: applicantRecipient }];
}

function concerns(
  { topics, office, unit, services, roles }: RecipientDefinition,
  announcement: Announcement,
): boolean {
  return (
    topics.includes(announcement.topic) &&
    (office === undefined || office === announcement.office) &&
    (unit === undefined || unit === announcement.unit) &&
    (services === undefined || services.includes(announcement.application.service.id)) &&
    (roles === undefined || (announcement.roles ?? roles).some((role) => roles.includes(role)))
  );
}

/** The applicant's address and language, where the form asks for them and they were given. */
export function applicantContact(
  { definition, fields }: Pick<CompiledService, 'definition' | 'fields'>,
  { data }: Pick<Application, 'data'>,
): { email: string; language: Language } | undefined {
  const given = (contact: 'email' | 'language') => {
    const field = Object.entries(definition.form).find(
      ([, spec]) => 'contact' in spec && spec.contact === contact,
    )?.[0];
    const value = field === undefined ? undefined : data[field];
    // Recorded under another version of the service, perhaps, that asked for less.
    return field !== undefined && fields.get(field)?.safeParse(value).success ? value : undefined;
  };
  const email = given('email');
  if (typeof email !== 'string') return undefined;
  const preferred = language.safeParse(given('language'));
  return { email, language: preferred.success ? preferred.data : 'id' };
}
