import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isThisMachine } from '@satu-atap/domain';
import {
  addressIn,
  isPublicAddress,
  lookupPublic,
  PrivateAddressError,
} from './public-addresses.ts';

/** No more than this is read of an answer, in bytes; what it says is of no interest. */
const mostOfAnswer = 64 * 1024;

export type Post = {
  url: URL;
  headers: Record<string, string>;
  body: string;
  allowPrivateAddresses: boolean;
  signal: AbortSignal;
};

/**
 * Posts JSON once, and follows no redirects.
 *
 * @returns the status of the answer
 * @throws PrivateAddressError for an address that is not public, unless that is allowed
 * @throws Error when there is no answer
 */
export async function post({
  url,
  headers,
  body,
  allowPrivateAddresses,
  signal,
}: Post): Promise<number> {
  const isOpen = allowPrivateAddresses || isThisMachine(url);
  const literal = addressIn(url);
  if (!isOpen && literal !== undefined && !isPublicAddress(literal)) {
    throw new PrivateAddressError();
  }
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const outgoing = send(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'satu-atap',
    },
    agent: false,
    signal,
    ...(isOpen ? {} : { lookup: lookupPublic }),
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  // Whatever happens to the rest of the answer, its status is known.
  outgoing.on('error', () => undefined);
  let read = 0;
  answer.on('error', () => undefined);
  answer.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > mostOfAnswer) answer.destroy();
  });
  return answer.statusCode ?? 0;
}
