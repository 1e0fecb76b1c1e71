import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpServer } from './smtp-server.ts';

/** A message was not handed in: whether it may have been taken all the same, and why. */
export class HandInError extends Error {
  override readonly name = 'HandInError';
  /** Nobody knows whether the server took it. */
  readonly isUncertain: boolean;
  /** The server will never take it for this address. */
  readonly isFinal: boolean;

  constructor(reason: string, { isUncertain = false, isFinal = false } = {}) {
    super(reason);
    this.isUncertain = isUncertain;
    this.isFinal = isFinal;
  }
}

/** A message and the addresses that the server is told. */
export type Letter = { from: string; to: string; message: Buffer };

/** What nodemailer says of what went wrong. */
type SmtpError = Error & { code?: string; command?: string; responseCode?: number };

/**
 * Hands one message in.
 *
 * @throws HandInError, whose message names neither address nor what the server said
 */
export async function handIn(
  { from, to, message }: Letter,
  { options, auth }: SmtpServer,
  signal: AbortSignal,
): Promise<void> {
  const connection = new SMTPConnection(options);
  // Read only once the server asks for it: until then it certainly has nothing.
  let isBegun = false;
  const content = Readable.from(
    (function* () {
      isBegun = true;
      yield message;
    })(),
    { objectMode: false },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      const failed = (error: Error) => reject(error);
      const timedOut = () => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }));
      if (signal.aborted) return timedOut();
      signal.addEventListener('abort', timedOut, { once: true });
      connection.on('error', failed);
      connection.on('end', () => failed(new Error('connection closed')));
      const send = () =>
        connection.send({ from, to }, content, (error) => (error ? failed(error) : resolve()));
      connection.connect((error) => {
        if (error) failed(error);
        else if (auth) connection.login(auth, (refused) => (refused ? failed(refused) : send()));
        else send();
      });
    });
    connection.quit();
  } catch (error) {
    connection.close();
    throw handInError(error as SmtpError, isBegun);
  }
}

function handInError({ code, command, responseCode }: SmtpError, isBegun: boolean): HandInError {
  const said = responseCode !== undefined && responseCode >= 400;
  if (isBegun && !(said && command === 'DATA')) {
    const reason = `no word of the server after the message: ${code ?? 'closed'}`;
    return new HandInError(reason, { isUncertain: true });
  }
  if (!said) return new HandInError(`not handed in: ${code ?? 'connection closed'}`);
  // Of the server's refusals, those of the address and the message are for good; ours can be mended.
  const isFinal = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
  return new HandInError(`SMTP ${responseCode} at ${command ?? 'connecting'}`, { isFinal });
}
