import { z } from 'zod';
import { localized, name, serviceId } from '../names.ts';
import { topic } from './topics.ts';

/** The languages that texts for people come in. */
export const language = z.enum(['id', 'en']);
export type Language = z.infer<typeof language>;

/** The applicant of the file, as a recipient: no definition may take the name. */
export const applicantRecipient = 'applicant';

/** Names of this machine, as a URL writes them. */
const thisMachine = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a webhook's address names this machine: the one case in which it may be plain HTTP. */
export function isThisMachine(url: URL): boolean {
  return thisMachine.has(url.hostname);
}

const webhookUrl = z
  .string()
  .max(2000)
  .superRefine((text, context) => {
    const url = URL.parse(text);
    const problem = url ? urlProblem(url) : 'must be a URL, like "https://example.go.id/hooks"';
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .describe('Where to send it: https, or http on this machine.');

function urlProblem(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') {
    return 'holds a user or password, which logs would show; requests are signed instead';
  }
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && isThisMachine(url)) return undefined;
  return 'must be https (http only on this machine: localhost)';
}

const webhook = z.strictObject({
  url: webhookUrl,
  secrets: z
    .array(name)
    .min(1, { error: 'name at least one secret: requests are signed' })
    .max(4)
    .describe(
      'Names of the secrets that sign, the newest first. `super-app` is read from ' +
        'SATU_ATAP_WEBHOOK_SECRET_SUPER_APP, or from the file that …_SUPER_APP_FILE names.',
    ),
  allowPrivateAddresses: z
    .boolean()
    .default(false)
    .describe('Whether the address may lie in a private network.'),
});

const mailbox = z.strictObject({
  to: z.email().max(254).describe('The address of a desk or role.'),
  language: language.default('id'),
});

/** Whom to tell of what: another system, or the mailbox of a role. Applicants need none. */
export const recipientDefinition = z
  .strictObject({
    id: name.refine((id) => id !== applicantRecipient, {
      error: '"applicant" is the applicant of a file; choose another',
    }),
    title: localized.optional(),
    topics: z.array(topic).min(1).describe('What to tell of.'),
    office: name.optional().describe('Only of this office; of every office when left out.'),
    unit: name.optional().describe('Only what this unit answers for.'),
    services: z.array(serviceId).min(1).optional().describe('Only of these services.'),
    roles: z
      .array(name)
      .min(1)
      .optional()
      .describe('Of what is escalated, only what is escalated to one of these roles.'),
    webhook: webhook.optional().describe('Another system, told by signed HTTP requests.'),
    mailbox: mailbox.optional().describe('People, told by e-mail.'),
  })
  .refine(({ webhook: hook, mailbox: box }) => (hook === undefined) !== (box === undefined), {
    error: 'needs either a webhook or a mailbox',
  });
export type RecipientDefinition = z.infer<typeof recipientDefinition>;
