import { ServerCredentials, type Metadata } from '@grpc/grpc-js';
import type { PeerCertificate } from 'node:tls';
import { unauthenticated } from './statuses.ts';

/** Certificates and keys as PEM texts. */
export type TlsOptions = {
  certificate: string;
  key: string;
  /** Whose certificates stand for users; their common name is the user's. */
  clientCa?: string;
};

/** User names and their passwords. */
export type Users = Readonly<Record<string, string>>;

/** Who calls: `system` where the server is insecure, and so may everybody everything. */
export type Caller = 'system' | 'anonymous' | { name: string; groups: readonly string[] };

const groupsOfUsers: Record<string, readonly string[]> = { admin: ['$admins'], ops: ['$ops'] };

/** What a call brings to say who it comes from. */
export type Identification = {
  metadata: Metadata;
  /** Verified already. */
  certificate: Pick<PeerCertificate, 'subject'> | undefined;
};

/**
 * Who calls. Credentials count more than a certificate.
 *
 * @throws CallError for an unknown user or a wrong password
 */
export function authenticate(
  users: Users | undefined,
  { metadata, certificate }: Identification,
): Caller {
  if (!users) return 'system';
  const [authorization] = metadata.get('authorization');
  if (authorization !== undefined) return byPassword(users, String(authorization));
  const name = certificate?.subject.CN;
  if (typeof name !== 'string') return 'anonymous';
  if (!Object.hasOwn(users, name)) throw unauthenticated();
  return user(name);
}

function byPassword(users: Users, authorization: string): Caller {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(authorization) ?? [];
  const [, name = '', password] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  if (!Object.hasOwn(users, name) || users[name] !== password) throw unauthenticated();
  return user(name);
}

function user(name: string): Caller {
  return { name, groups: groupsOfUsers[name] ?? [] };
}

export function serverCredentials(tls: TlsOptions | undefined): ServerCredentials {
  return tls ? new OptionalClientCertificates(tls) : ServerCredentials.createInsecure();
}

/** Node's TLS takes no address for the server's name. */
export function nameForClients(host: string, tls: TlsOptions | undefined): string {
  return tls && host === '127.0.0.1' ? 'localhost' : host;
}

/** TLS that asks for a client's certificate and goes on without: who has none may have a password. */
class OptionalClientCertificates extends ServerCredentials {
  constructor({ certificate, key, clientCa }: TlsOptions) {
    super(clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: false }, {
      cert: certificate,
      key,
      ...(clientCa === undefined ? {} : { ca: clientCa }),
    });
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}
