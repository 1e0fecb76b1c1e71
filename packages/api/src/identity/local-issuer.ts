import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import type { Claims } from './identity.ts';

export type TokenRequest = Omit<Claims, 'exp'> & {
  /** Seconds. */
  expiresIn: number;
};

/**
 * Signs tokens itself, where no identity provider is: demonstrations and tests. Whoever can read its
 * folder can be anybody.
 */
export class LocalIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly #key: JWK;

  private constructor(key: JWK, { issuer, audience }: { issuer: string; audience: string }) {
    this.#key = key;
    this.issuer = issuer;
    this.audience = audience;
  }

  /** Opens the issuer in a folder; its Ed25519 key is made on first use, readable by its owner only. */
  static async open(
    folder: string,
    names: { issuer: string; audience: string } = { issuer: 'satu-atap', audience: 'satu-atap' },
  ): Promise<LocalIssuer> {
    const file = LocalIssuer.keyFile(folder);
    await mkdir(folder, { recursive: true });
    const key = (await existingKey(file)) ?? (await newKey(file));
    return new LocalIssuer(key, names);
  }

  /** Where the key lies: a folder that has it is one of a demonstration. */
  static keyFile(folder: string): string {
    return join(folder, 'local-issuer.key.json');
  }

  async token({ sub, expiresIn, ...claims }: TokenRequest): Promise<string> {
    const key = await importJWK(this.#key, 'EdDSA');
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: this.#key.kid ?? '' })
      .setSubject(sub)
      .setIssuer(this.issuer)
      .setAudience(this.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + expiresIn)
      .sign(key);
  }

  /** The public half, for `jwksIdentity`. */
  jwks(): JSONWebKeySet {
    const { d: _, ...publicKey } = this.#key;
    return { keys: [publicKey] };
  }
}

async function existingKey(file: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Appears under its name only when whole, and never over another process's key. */
async function newKey(file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = { ...jwk, alg: 'EdDSA', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(key), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return key;
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await existingKey(file));
    if (!other) throw error;
    return other;
  } finally {
    await unlink(draft);
  }
}
