import {
  applicantContact,
  applicantRecipient,
  type DeliveryResult,
  type Language,
  type OfficeDefinition,
  type RecipientDefinition,
} from '@satu-atap/domain';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Deliver, Delivery } from '../channel.ts';
import { compose } from './compose.ts';
import { factsOf } from './facts.ts';
import { handIn, HandInError } from './smtp.ts';
import type { SmtpServer } from './smtp-server.ts';
import { texts } from './texts.ts';

export type EmailOptions = {
  server: SmtpServer;
  /** The address that it comes from. */
  from: string;
  recipients: readonly RecipientDefinition[];
  offices: readonly OfficeDefinition[];
};

type Mailbox = { to: string; language: Language };

/** Tells people, by e-mail in their language. Addresses are looked up now, and kept nowhere. */
export function emailChannel({ server, from, recipients, offices }: EmailOptions): Deliver {
  const mailboxes = new Map(recipients.map(({ id, mailbox }) => [id, mailbox]));
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return async (delivery): Promise<DeliveryResult> => {
    const { id, notification, announcement, occasion, signal } = delivery;
    const mailbox =
      notification.recipient === applicantRecipient
        ? ofApplicant(delivery)
        : mailboxes.get(notification.recipient);
    if (!mailbox) return { result: 'no-recipient', reason: 'there is no address any more' };
    const { to, language } = mailbox;
    const office = offices.find((one) => one.id === announcement.office);
    const facts = factsOf(notification.application, announcement, occasion, office, language);
    const message = await new MailComposer({
      ...compose(texts[notification.topic][language], facts, language),
      from,
      to,
      messageId: `<${id}@${domain}>`,
      // RFC 3834: whoever answers automatically does not answer this.
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
      disableFileAccess: true,
      disableUrlAccess: true,
    })
      .compile()
      .build();
    try {
      await handIn({ from, to, message }, server, signal);
      return { result: 'sent' };
    } catch (error) {
      if (!(error instanceof HandInError)) throw error;
      const reason = error.message;
      if (error.isUncertain) return { result: 'uncertain', reason };
      return { result: error.isFinal ? 'refused' : 'failed', reason };
    }
  };
}

function ofApplicant({ occasion }: Delivery): Mailbox | undefined {
  const contact = applicantContact(occasion.current, occasion.application);
  return contact && { to: contact.email, language: contact.language };
}
