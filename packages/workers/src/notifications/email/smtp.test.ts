import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSmtpServer, type SmtpFault, type SmtpTestServer } from '../testing/smtp-server.ts';
import { handIn, HandInError } from './smtp.ts';
import { smtpServer } from './smtp-server.ts';

let smtp: SmtpTestServer;
beforeEach(async () => {
  smtp = await startSmtpServer();
});
afterEach(() => smtp.close());

const letter = {
  from: 'mpp@example.go.id',
  to: 'pemohon@example.com',
  message: Buffer.from('Subject: x\r\n\r\nisi\r\n'),
};
const hand = (wait = 5_000) => handIn(letter, smtpServer(smtp.url), AbortSignal.timeout(wait));

/** How a hand-in failed. */
async function failure(fault: SmtpFault, wait?: number) {
  smtp.fault = fault;
  const error: unknown = await hand(wait).catch((reason: unknown) => reason);
  if (!(error instanceof HandInError)) throw new Error('it was handed in');
  const { message, isUncertain, isFinal } = error;
  return { message, isUncertain, isFinal };
}

describe('handing a message in', () => {
  it('is done when the server has taken it', async () => {
    await hand();
    expect(smtp.received).toEqual([{ to: letter.to, content: 'Subject: x\n\nisi\n' }]);
  });

  it.each<SmtpFault>(['busy', 'address-later', 'closes-before-data'])(
    'certainly failed where the server never had the message, and may be tried again: %s',
    async (fault) => {
      expect(await failure(fault)).toMatchObject({ isUncertain: false, isFinal: false });
    },
  );

  it('certainly failed where no server speaks', async () => {
    expect(await failure('silent', 200)).toMatchObject({ isUncertain: false, isFinal: false });
  });

  it.each<SmtpFault>(['no-such-address', 'refuses-message'])(
    'failed for good where the server will never take it: %s',
    async (fault) => {
      const found = await failure(fault);
      expect(found).toMatchObject({ isUncertain: false, isFinal: true });
      expect(found.message).not.toContain('pemohon');
    },
  );

  it('is uncertain where the server had the message and said nothing', async () => {
    expect(await failure('closes-after-data')).toMatchObject({ isUncertain: true });
    expect(await failure('silent-after-data', 300)).toMatchObject({ isUncertain: true });
  });
});
