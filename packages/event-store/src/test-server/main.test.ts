import { EventStoreDBClient } from '@eventstore/db-client';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { testCertificates } from './certificates.ts';
import { collect, jsonEvents, newStream } from './official-client.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'test-server-'));
});
afterEach(async () => {
  await Promise.all(
    children.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    }),
  );
  rmSync(folder, { recursive: true });
});

/** Starts the command and gives what it prints first. */
function start(...options: string[]) {
  return started(process.execPath, [join(import.meta.dirname, 'main.ts'), ...options]);
}

async function started(command: string, options: string[]) {
  const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const [connectionString = ''] = /esdb:.*$/.exec(line) ?? [];
  return { child, ended, line, connectionString };
}

const connect = (connectionString: string) => EventStoreDBClient.connectionString(connectionString);

it('prints where it is and what it is for, and ends when it is asked to', async () => {
  const { child, ended, line, connectionString } = await start('--port', '0');
  expect(line).toMatch(/for tests and local trials only: esdb:\/\/127.0.0.1:\d+\?tls=false$/);
  const client = connect(connectionString);
  await client.appendToStream(newStream(), jsonEvents(1));
  client
    .subscribeToAll()
    .on('error', () => {})
    .resume();
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('ends with the npm that runs it', async () => {
  const root = join(import.meta.dirname, '../../../..');
  const script = ['run', '-s', 'eventstoredb-test-server', '--', '--port', '0'];
  const { child, connectionString } = await started('npm', ['--prefix', root, ...script]);
  const port = Number(/:(\d+)\?/.exec(connectionString)?.[1]);
  child.kill('SIGTERM');
  await vi.waitFor(
    async () => {
      const socket = connectSocket(port, '127.0.0.1');
      await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
    },
    { timeout: 10_000 },
  );
}, 20_000);

it('has every event that was acknowledged after it was killed', async () => {
  const options = ['--data', join(folder, 'events.sqlite')];
  const killed = await start('--port', '0', ...options);
  const client = connect(killed.connectionString);
  const stream = newStream();
  let acknowledged = 0;
  const appending = (async () => {
    while (true) {
      await client.appendToStream(stream, jsonEvents(1));
      acknowledged += 1;
      if (acknowledged === 50) killed.child.kill('SIGKILL');
    }
  })();
  await expect(appending).rejects.toThrow(/UNAVAILABLE/i);

  const port = /:(\d+)\?/.exec(killed.connectionString)?.[1] ?? '';
  const again = await start('--port', port, ...options);
  expect(again.connectionString).toBe(killed.connectionString);
  const found = await collect(connect(again.connectionString).readStream(stream));
  expect(found.length).toBeGreaterThanOrEqual(acknowledged);
});

it('speaks TLS with its users', async () => {
  const { ca, server } = await testCertificates();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const certificate = ['--tls-cert', write('server.pem', server.certificate)];
  const key = ['--tls-key', write('server.key', server.key)];
  const { connectionString } = await start(
    '--port',
    '0',
    ...certificate,
    ...key,
    '--user',
    'a:b:c',
  );
  const address = connectionString.replace('esdb://', '');
  const authority = encodeURIComponent(write('ca.pem', ca.certificate));
  const client = connect(`esdb://a:b%3Ac@${address}&tlsCAFile=${authority}`);
  await client.appendToStream(newStream(), jsonEvents(1));
});

it('can be a cluster', async () => {
  const { connectionString } = await start('--port', '0', '--cluster', '3');
  expect(connectionString.split(',')).toHaveLength(3);
  await connect(connectionString).appendToStream(newStream(), jsonEvents(1), {
    requiresLeader: true,
  });
});

it.each([
  ['--port', 'abc'],
  ['--tls-cert', 'a.pem'],
  ['--user', 'nobody'],
  ['--unknown', 'option'],
])('says what is wrong with %s %s', async (...options) => {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const [[message], [code]] = await Promise.all([
    once(child.stderr, 'data') as Promise<[Buffer]>,
    once(child, 'exit') as Promise<[number]>,
  ]);
  expect(message.toString()).toContain(options[0]);
  expect(code).toBe(1);
});
