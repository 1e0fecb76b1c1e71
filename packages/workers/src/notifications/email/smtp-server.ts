import { isThisMachine } from '@satu-atap/domain';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

/** Where e-mail is handed in. */
export type SmtpServer = {
  options: SMTPConnectionOptions;
  auth: { user: string; pass: string } | undefined;
};

/**
 * Reads `smtps://user:password@host:465` or `smtp://…:587`, special characters %-encoded. Plain
 * `smtp` must turn to TLS before anything is said, except on this machine or with `?tls=optional`.
 *
 * @throws RangeError for anything else, without repeating it
 */
export function smtpServer(text: string): SmtpServer {
  const rule = 'it is smtps://user:password@host[:port] or smtp://…, special characters %-encoded';
  const url = URL.parse(text);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new RangeError(rule);
  }
  const secure = url.protocol === 'smtps:';
  const isOptional = url.searchParams.get('tls') === 'optional';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    const user = decodeURIComponent(url.username);
    const pass = decodeURIComponent(url.password);
    return {
      options: {
        host,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        secure,
        requireTLS: !secure && !isOptional && !isThisMachine(url) && host !== '::1',
        logger: false,
      },
      auth: user === '' ? undefined : { user, pass },
    };
  } catch (error) {
    throw new RangeError(rule, { cause: error });
  }
}
