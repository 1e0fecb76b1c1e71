import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { startReceiver } from '../testing/receiver.ts';
import { post } from './post.ts';
import { isPublicAddress, lookupPublic, PrivateAddressError } from './public-addresses.ts';

const own = await lookup(hostname(), { all: true }).catch(() => []);
const ownIsPublic = own.every(({ address }) => isPublicAddress(address));

const signal = () => AbortSignal.timeout(5_000);
const to = (url: string, more: { signal?: AbortSignal } = {}) =>
  post({
    url: new URL(url),
    headers: {},
    body: '{}',
    allowPrivateAddresses: false,
    signal: signal(),
    ...more,
  });

describe('a webhook request', () => {
  it.each([
    'https://10.1.2.3/',
    'https://[::ffff:10.1.2.3]/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/',
    'https://0x7f000002/',
    'https://127.2/',
  ])('does not go into private networks: %s', async (url) => {
    await expect(to(url)).rejects.toThrow(PrivateAddressError);
  });

  it('does not go there by a name either', async () => {
    const found = new Promise((resolve) => {
      lookupPublic('localhost', {}, (error, address) => resolve([error, address]));
    });
    expect(await found).toEqual([new PrivateAddressError(), []]);
  });

  it.skipIf(ownIsPublic)('does not go to this machine by the name that it has', async () => {
    await expect(to(`https://${hostname()}:1/`)).rejects.toThrow(PrivateAddressError);
  });

  it('goes there where that is allowed', async () => {
    const receiver = await startReceiver(200, '0.0.0.0');
    const url = new URL(receiver.url);
    url.hostname = '127.0.0.2';
    const request = { url, headers: {}, body: '{}', signal: signal() };
    await expect(post({ ...request, allowPrivateAddresses: false })).rejects.toThrow(
      PrivateAddressError,
    );
    expect(await post({ ...request, allowPrivateAddresses: true })).toBe(200);
    await receiver.close();
  });

  it('reads no more of an answer than a little', async () => {
    let written = 0;
    const receiver = await startReceiver((response) => {
      const more = () => {
        written += 65_536;
        if (!response.destroyed && response.write(Buffer.alloc(65_536))) setImmediate(more);
      };
      response.on('drain', more);
      more();
    });
    expect(await to(receiver.url)).toBe(200);
    await receiver.close();
    expect(written).toBeLessThan(50_000_000);
  });

  it('gives up when there is no answer in time', async () => {
    const receiver = await startReceiver(() => undefined);
    const stop = new AbortController();
    const waiting = to(receiver.url, { signal: stop.signal });
    await eventually(() => receiver.received.length).toBe(1);
    stop.abort();
    await expect(waiting).rejects.toThrow(/abort/);
    await receiver.close();
  });
});

describe('addresses', () => {
  it.each(['8.8.8.8', '103.1.2.3', '2404:8000::1'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::ffff:192.168.0.1',
    'fe80::1',
    'fd12::1',
    '64:ff9b::a00:1',
    'not an address',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
