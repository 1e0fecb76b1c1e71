import type { OfficeDefinition, RecipientDefinition } from '@satu-atap/domain';
import { emailChannel, webhookChannel, webhookKey, type NotifierOptions } from '@satu-atap/workers';
import type { Logger } from 'pino';
import { readRecipients } from './definition-file.ts';
import { definitions } from './definitions.ts';
import { secretOf, SettingsError, type NotificationSettings } from './settings.ts';

/** Whom to tell, and how. */
export type Notifications = Pick<NotifierOptions, 'recipients' | 'channels' | 'maxAge'>;

/**
 * Reads whom to tell, with the secrets that sign.
 *
 * @returns undefined where there is neither e-mail nor a recipient
 * @throws SettingsError for a recipient that cannot be used, and a secret that is not there
 */
export async function notificationsOf(
  { folder, maxAge, email }: NotificationSettings,
  env: NodeJS.ProcessEnv,
  offices: readonly OfficeDefinition[],
  log: Logger,
): Promise<Notifications | undefined> {
  const recipients =
    folder === undefined ? [] : await definitions('notifications', folder, readRecipients);
  if (!email && recipients.length === 0) return undefined;
  for (const { id, office, mailbox } of recipients) {
    if (office !== undefined && !offices.some((one) => one.id === office)) {
      throw new SettingsError(
        `The recipient ${id} is of the office "${office}", which is not there.`,
      );
    }
    if (mailbox && !email) log.warn({ recipient: id }, 'SATU_ATAP_SMTP is not set: no e-mail');
  }
  const keys = new Map(
    recipients.flatMap((recipient) =>
      recipient.webhook ? [[recipient.id, keysOf(recipient, env)] as const] : [],
    ),
  );
  return {
    recipients,
    channels: {
      webhook: webhookChannel(recipients, keys),
      email: email && emailChannel({ ...email, recipients, offices }),
    },
    maxAge: maxAge * 3_600_000,
  };
}

function keysOf({ id, webhook }: RecipientDefinition, env: NodeJS.ProcessEnv): Buffer[] {
  return (webhook?.secrets ?? []).map((secret) => {
    const name = `SATU_ATAP_WEBHOOK_SECRET_${secret.toUpperCase().replaceAll('-', '_')}`;
    const text = secretOf(env, name);
    if (text === undefined) {
      throw new SettingsError(`The recipient ${id} needs a secret: set ${name} or ${name}_FILE.`);
    }
    try {
      return webhookKey(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new SettingsError(`${name} cannot be used: ${error.message}.`);
    }
  });
}
