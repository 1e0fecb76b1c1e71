import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LocalIssuer } from '@satu-atap/api';
import { scratchFolder, startEventStore } from './processes.ts';

/** What the parts of the engine share when each runs by itself: stores, keys and an identity provider. */
export type Installation = {
  settings: Record<string, string>;
  /** EventStoreDB's test server, and the file in which it keeps its events. */
  eventStore: { connectionString: string; file: string };
  data: string;
  /** Signs tokens. */
  issuer: LocalIssuer;
  close: () => void;
};

/** @param readModels PostgreSQL's address */
export async function newInstallation(readModels: string): Promise<Installation> {
  const scratch = scratchFolder();
  const data = join(scratch, 'data');
  mkdirSync(data);
  const file = join(scratchFolder(), 'events.sqlite');
  const { connectionString } = await startEventStore(file);
  const issuer = await LocalIssuer.open(scratchFolder());
  const keys = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(issuer.jwks()));
  }).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  const signingKey = join(scratch, 'log-signing.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(signingKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const settings = {
    SATU_ATAP_DATA: data,
    SATU_ATAP_EVENT_STORE: connectionString,
    SATU_ATAP_READ_MODELS: readModels,
    SATU_ATAP_SIGNING_KEY_FILE: signingKey,
    SATU_ATAP_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
    SATU_ATAP_ISSUER: issuer.issuer,
    SATU_ATAP_AUDIENCE: issuer.audience,
  };
  const eventStore = { connectionString, file };
  return { settings, eventStore, data, issuer, close: () => void keys.close() };
}
