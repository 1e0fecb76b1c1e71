/**
 * EventStoreDB's gRPC protocol over the embedded store, for tests and local trials: this is not
 * EventStoreDB, and not for production.
 *
 *     npm run -s eventstoredb-test-server -- --port 2113 [--host 127.0.0.1] [--data events.sqlite]
 *         [--tls-cert server.pem --tls-key server.key [--client-ca ca.pem]] [--user name:password]…
 *         [--cluster 3]
 *
 * Prints one line with its connection string when it listens; ends at SIGTERM or SIGINT. Events that
 * were acknowledged are in the data file, even after `kill -9`.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { TlsOptions, Users } from './authentication.ts';
import { startTestCluster } from './cluster.ts';
import { startTestServer, type TestServerOptions } from './server.ts';

type Running = { connectionString: string; stop: () => Promise<void> };

function parse() {
  return parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '2113' },
      data: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'client-ca': { type: 'string' },
      user: { type: 'string', multiple: true, default: [] },
      cluster: { type: 'string', default: '1' },
    },
  }).values;
}

type Values = ReturnType<typeof parse>;

async function start(values: Values): Promise<Running> {
  const { host, data, cluster } = values;
  const tls = tlsOptions(values);
  const port = wholeNumber('--port', values.port);
  const size = wholeNumber('--cluster', cluster);
  const options: TestServerOptions = {
    host,
    ...(data === undefined ? {} : { file: data }),
    ...(tls && { tls }),
    ...(values.user.length > 0 && { users: users(values.user) }),
  };
  if (size <= 1) return startTestServer({ ...options, port });
  // The nodes of a cluster have one port after the other.
  const ports = port === 0 ? [] : Array.from({ length: size }, (_, index) => port + index);
  const running = await startTestCluster(size, { ...options, ports });
  return { connectionString: running.connectionString, stop: () => running.close() };
}

function tlsOptions(values: Values): TlsOptions | undefined {
  const { 'tls-cert': certificate, 'tls-key': key, 'client-ca': clientCa } = values;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw new Error('--tls-cert and --tls-key go together');
  }
  return {
    certificate: readFileSync(certificate, 'utf8'),
    key: readFileSync(key, 'utf8'),
    ...(clientCa === undefined ? {} : { clientCa: readFileSync(clientCa, 'utf8') }),
  };
}

function users(entries: readonly string[]): Users {
  return Object.fromEntries(
    entries.map((entry) => {
      const [, name, password] = /^([^:]+):(.*)$/s.exec(entry) ?? [];
      if (name === undefined || password === undefined) {
        throw new Error('--user takes name:password');
      }
      return [name, password];
    }),
  );
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new Error(`${option} takes a number, not ${text}`);
  return Number(text);
}

try {
  const server = await start(parse());
  process.stdout.write(
    `EventStoreDB test server, for tests and local trials only: ${server.connectionString}\n`,
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void server.stop());
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
