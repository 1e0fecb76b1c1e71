import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall } from '../testing/mall.ts';
import { people } from '../testing/people.ts';
import { cachedIdentity } from './cached-identity.ts';
import type { Identity } from './identity.ts';
import { jwksIdentity } from './jwks-identity.ts';
import { LocalIssuer } from './local-issuer.ts';

let folder: string;
let issuer: LocalIssuer;
let mall: Mall;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-issuer-'));
  issuer = await LocalIssuer.open(folder);
  mall = await openMall();
});
afterAll(async () => {
  await mall.close();
  await rm(folder, { recursive: true });
});

const ask = async (token?: string, scheme = 'Bearer') => {
  const headers = token === undefined ? {} : { Authorization: `${scheme} ${token}` };
  return mall.send('GET', '/api/v1/services', { headers });
};

describe('a request', () => {
  it('needs a token', async () => {
    const refused = await ask();
    expect(refused).toMatchObject({ status: 401, body: { type: '/problems/unauthenticated' } });
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="satu-atap"');
    expect((await ask('abc', 'Basic')).body.type).toBe('/problems/unauthenticated');
  });

  it('gets through with a token of the issuer', async () => {
    const token = await mall.issuer.token({ ...people.applicant, expiresIn: 60 });
    expect((await ask(token)).status).toBe(200);
  });

  it('is told when its token has expired', async () => {
    const refused = await ask(await mall.issuer.token({ ...people.applicant, expiresIn: -60 }));
    expect(refused).toMatchObject({ status: 401, body: { type: '/problems/token-expired' } });
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('does not get through with a token of another issuer, for another audience or altered', async () => {
    const person = { ...people.applicant, expiresIn: 60 };
    const token = await mall.issuer.token(person);
    const [head, , signature] = token.split('.');
    const claims = { ...person, iss: 'satu-atap', aud: 'satu-atap', exp: 9e9, roles: ['head'] };
    const altered = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const elsewhere = await LocalIssuer.open(mall.folder, { issuer: 'satu-atap', audience: 'x' });
    for (const bad of [
      await issuer.token(person),
      await elsewhere.token(person),
      `${head}.${altered}.${signature}`,
      `${none}.${altered}.`,
      'not-a-token',
    ]) {
      expect(await ask(bad)).toMatchObject({
        status: 401,
        body: { type: '/problems/invalid-token' },
      });
    }
  });

  it('does not get through with claims that are missing or wrong', async () => {
    const broken = { ...people.applicant, roles: ['Head Of Everything'], expiresIn: 60 };
    const refused = await ask(await mall.issuer.token(broken));
    expect(refused).toMatchObject({ status: 401, body: { type: '/problems/invalid-token' } });
    expect(refused.body.detail).toContain('roles');
  });

  it('never comes from the system itself', async () => {
    const token = await mall.issuer.token({ ...people.head, roles: ['system'], expiresIn: 60 });
    expect(await ask(token)).toMatchObject({
      status: 403,
      body: { type: '/problems/reserved-role', role: 'system' },
    });
  });
});

describe('keys at an address', () => {
  it('are fetched; when they cannot be had, that is no fault of the token', async () => {
    let up = false;
    const server = createServer((_, response) => {
      response.writeHead(up ? 200 : 500, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(issuer.jwks()));
    }).listen(0);
    await once(server, 'listening');
    const jwksUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const identity = jwksIdentity({ jwksUrl, issuer: 'satu-atap', audience: 'satu-atap' });
    const token = await issuer.token({ ...people.head, expiresIn: 60 });

    await expect(identity.verify(token)).rejects.toThrow('identity-unavailable');
    up = true;
    await expect(identity.verify(token)).resolves.toMatchObject({
      actor: { id: 'head-1', roles: ['head'], unit: 'licensing', office: 'north' },
      name: 'Name of head-1',
    });
    server.close();
  });

  it('never let a shared secret pass for a signature', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(issuer.jwks().keys[0]));
    const forged = await new SignJWT({ sub: 'x', name: 'x', roles: ['head'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('satu-atap')
      .setAudience('satu-atap')
      .setExpirationTime('1h')
      .sign(secret);
    const names = { issuer: 'satu-atap', audience: 'satu-atap' };
    const identity = jwksIdentity({ jwks: issuer.jwks(), ...names });
    await expect(identity.verify(forged)).rejects.toThrow('invalid-token');
  });

  it.each(['EdDSA', 'ES256', 'RS256'])('may be for %s', async (alg) => {
    await expect(verified(alg)).resolves.toMatchObject({ actor: { id: 'x', roles: ['head'] } });
  });

  it.each(['ES384', 'PS256', 'RS512'])('may not be for %s', async (alg) => {
    await expect(verified(alg)).rejects.toThrow('invalid-token');
  });
});

async function verified(alg: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const token = await new SignJWT({ name: 'x', roles: ['head'] })
    .setProtectedHeader({ alg })
    .setSubject('x')
    .setIssuer('idp')
    .setAudience('satu-atap')
    .setExpirationTime('1h')
    .sign(privateKey);
  const jwks = { keys: [await exportJWK(publicKey)] };
  return jwksIdentity({ jwks, issuer: 'idp', audience: 'satu-atap' }).verify(token);
}

describe('the local issuer', () => {
  it('keeps its key, readable by its owner only', async () => {
    const again = await LocalIssuer.open(folder);
    expect(again.jwks()).toEqual(issuer.jwks());
    const { mode } = await stat(join(folder, 'local-issuer.key.json'));
    expect(mode & 0o777).toBe(0o600);
    expect(JSON.stringify(issuer.jwks())).not.toContain('"d"');
  });

  it('has one key, however many open it first at the same time', async () => {
    const fresh = await mkdtemp(join(tmpdir(), 'satu-atap-issuer-'));
    const opened = await Promise.all(Array.from({ length: 6 }, () => LocalIssuer.open(fresh)));
    const kids = new Set(opened.map((one) => one.jwks().keys[0]?.kid));
    expect(kids.size).toBe(1);
    await rm(fresh, { recursive: true });
  });
});

/** Verifies anything, and counts how often it was asked. */
function counting(expiresAt: number) {
  const asked: string[] = [];
  const identity: Identity = {
    async verify(token) {
      asked.push(token);
      return { actor: { id: token, roles: [] }, name: token, expiresAt };
    },
  };
  return { asked, identity };
}

describe('verified tokens', () => {
  it('are remembered until they expire, and for no longer than is believed', async () => {
    let now = 1000;
    const { asked, identity } = counting(1200);
    const cached = cachedIdentity(identity, { believedFor: 150, now: () => now });
    for (now of [1000, 1100, 1149]) await cached.verify('a');
    expect(asked).toHaveLength(1);
    now = 1150;
    await cached.verify('a');
    expect(asked).toHaveLength(2);
    now = 1200;
    await cached.verify('a');
    expect(asked).toHaveLength(3);
  });

  it('are forgotten, the longest unused first, when there are too many', async () => {
    const { asked, identity } = counting(9e9);
    const cached = cachedIdentity(identity, { size: 2 });
    for (const token of ['a', 'b', 'a', 'c', 'a', 'b']) await cached.verify(token);
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });
});
