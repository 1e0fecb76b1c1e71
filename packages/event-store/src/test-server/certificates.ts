import { randomUUID } from 'node:crypto';
import { generate, type GenerateResult } from 'selfsigned';

/** A certificate and its private key as PEM texts. */
export type KeyPair = { certificate: string; key: string };

export type TestCertificates = {
  /** The authority that signed the others. */
  ca: KeyPair;
  /** For `localhost` and 127.0.0.1. */
  server: KeyPair;
  /** Of a user, whose name it carries. */
  user: KeyPair;
};

const days = 3;

/** Makes certificates for tests: they are of no use anywhere else, and soon expire. */
export async function testCertificates(user = 'admin'): Promise<TestCertificates> {
  // Authorities of one name would be taken for each other.
  const name = `test authority ${randomUUID()}`;
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...common(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = keyPair(authority);
  const [server, client] = await Promise.all([
    signed(ca, 'eventstoredb-node', [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ]),
    signed(ca, user, [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', clientAuth: true },
    ]),
  ]);
  return { ca, server, user: client };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function signed(ca: KeyPair, commonName: string, extensions: Extensions): Promise<KeyPair> {
  const result = await generate([{ name: 'commonName', value: commonName }], {
    ...common(),
    extensions,
    ca: { cert: ca.certificate, key: ca.key },
  });
  return keyPair(result);
}

function common() {
  const now = Date.now();
  const day = 24 * 60 * 60 * 1000;
  // Clocks need not agree to the minute.
  const notBeforeDate = new Date(now - day);
  const notAfterDate = new Date(now + days * day);
  return { keyType: 'ec', algorithm: 'sha256', notBeforeDate, notAfterDate } as const;
}

function keyPair({ cert, private: key }: GenerateResult): KeyPair {
  return { certificate: cert, key };
}
