import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export type Certificate = { certificate: string; key: string };

const rsa = { keyType: 'rsa', keySize: 2048, algorithm: 'sha256' } as const;

/** An authority for a cluster that lives as long as a test. PEM, as everything here. */
export async function makeAuthority(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'Satu Atap tests' }], {
    ...rsa,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

/**
 * A node's certificate. Nodes know each other as nodes by the common name, which is the server's
 * `CertificateReservedNodeCommonName`, and are servers and clients to each other.
 *
 * @param names host names and addresses at which it is reached
 */
export async function makeNodeCertificate(
  authority: Certificate,
  names: readonly string[],
): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'eventstoredb-node' }], {
    ...rsa,
    ca: { key: authority.key, cert: authority.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) =>
          isIP(name) ? { type: 7, ip: name } : { type: 2, value: name },
        ),
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
