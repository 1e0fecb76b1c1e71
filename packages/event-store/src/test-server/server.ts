import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameForClients, type TlsOptions, type Users } from './authentication.ts';
import { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import { ServerNode } from './node.ts';
import type { Method } from './open-calls.ts';
import { writeSystemEvents } from './system-events.ts';

export type TestServerOptions = {
  /** 127.0.0.1 by default. */
  host?: string;
  /** Any free one by default. */
  port?: number;
  /** SQLite file of the events; a temporary one, removed at stop, by default. */
  file?: string;
  /** Insecure, with nobody to authenticate, by default. */
  tls?: TlsOptions;
  /** With TLS: who may log in. `admin` with `changeit` by default. */
  users?: Users;
  /** In bytes; 1 MiB by default. */
  maxAppendSize?: number;
};

export type TestServer = {
  /** As clients call it: with TLS, where an address will not do for a name, `localhost`. */
  readonly host: string;
  readonly port: number;
  /** Without credentials and without the certificate authority's file, which the client must name. */
  readonly connectionString: string;
  readonly faults: Faults;
  /** How many calls of a method are not answered in full. */
  openCalls(method: Method): number;
  /** Cuts all connections; keeps port and events, and forgets what a real one forgets. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export const defaultUsers: Users = { admin: 'changeit' };
export const defaultMaxAppendSize = 1024 * 1024;

/** Starts a server that speaks EventStoreDB's gRPC protocol, for tests and local trials only. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { host = '127.0.0.1', port = 0, tls, users = defaultUsers } = options;
  const { maxAppendSize = defaultMaxAppendSize } = options;
  const events = eventFile(options.file);
  const name = nameForClients(host, tls);
  const self = { instanceId: randomUUID(), host: name, state: 'leader', isAlive: true } as const;
  const node: ServerNode = new ServerNode({
    host,
    port,
    tls,
    users: tls && users,
    maxAppendSize,
    members: () => [{ ...self, port: node.port }],
  });
  let log: EventLog;

  async function start() {
    log = new EventLog(events.file);
    await node.start(log);
    await writeSystemEvents(log, { host, port: node.port, users: tls && users });
  }
  async function stop() {
    await node.stop();
    await log.close();
  }

  await start();
  return {
    host: name,
    port: node.port,
    connectionString: `esdb://${name}:${node.port}?tls=${tls !== undefined}`,
    faults: node.faults,
    openCalls: (method) => node.openCalls(method),
    async restart() {
      await stop();
      await start();
    },
    async stop() {
      await stop();
      events.remove();
    },
  };
}

/** @returns the file that was named, or a temporary one to be removed */
export function eventFile(named: string | undefined): { file: string; remove: () => void } {
  if (named !== undefined) return { file: named, remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'eventstoredb-test-server-'));
  return {
    file: join(folder, 'events.sqlite'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
