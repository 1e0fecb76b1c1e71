import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cleanUp, patience, root, satuAtap, scratchFolder } from './processes.ts';

let scratch = '';
let data = '';
let services = '';
beforeEach(async () => {
  scratch = scratchFolder();
  data = join(scratch, 'data');
  services = join(scratch, 'services');
  await mkdir(services);
});
afterEach(cleanUp, patience);

const serve = (...flags: string[]) => satuAtap('serve', '--data', data, ...flags);
const stackLine = /^ +at /m;

describe(
  'a server that cannot start ends with exit code 1 and says what to do',
  { timeout: patience },
  () => {
    test('when nobody could sign in', async () => {
      const { code, stdout, stderr } = await serve('--port', '0');
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^Nobody could sign in: set SATU_ATAP_JWKS_URL to .*, or .* --demo\.\n$/,
      );
      expect(existsSync(data)).toBe(false);
    });

    test('when its port is in use', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const flags = ['--demo', '--services', services, '--port', String(port)];
      const { code, stderr } = await serve(...flags).finally(() => other.close());
      expect(code).toBe(1);
      expect(stderr).toBe(
        `Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another port with ` +
          '--port or SATU_ATAP_PORT.\n',
      );
    });

    test('when a folder of definitions is not there', async () => {
      const { code, stderr } = await serve(
        '--demo',
        '--port',
        '0',
        '--offices',
        join(scratch, 'no'),
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(/^There is no ".*\/no" here: say with --offices where they are\.\n$/);
    });

    test('when a definition is not sound, with the place in its file', async () => {
      const file = join(services, 'izin.yaml');
      await writeFile(file, 'id: dpmptsp.izin\nkind: licence\n');
      const { code, stderr } = await serve('--demo', '--port', '0', '--services', services);
      expect(code).toBe(1);
      expect(stderr).toContain('These definitions cannot be used:\n');
      expect(stderr).toContain(`${file}:2:1  kind: must be permit or non-permit`);
      expect(stderr).not.toMatch(stackLine);
    });

    test('when a certificate is not there', async () => {
      const nowhere = 'esdb://user:secret@127.0.0.1:1?tlsCAFile=/nowhere/ca.crt';
      const { code, stderr } = await serve('--demo', '--port', '0', '--event-store', nowhere);
      expect(code).toBe(1);
      expect(stderr).toBe(
        'The event store cannot be used: tlsCAFile: there is no file /nowhere/ca.crt that can be read\n',
      );
    });

    test('when an event store server does not answer what a command needs', async () => {
      const file = join(services, 'none.yaml');
      await copyFile(join(root, 'services/disnaker/ak-1.yaml'), file);
      const nowhere = 'esdb://user:secret@127.0.0.1:1?tls=false&defaultDeadline=300';
      const { code, stderr } = await satuAtap('publish', file, '--event-store', nowhere);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^EventStoreDB did not answer in 300 ms/);
      expect(stderr).not.toMatch(stackLine);
      expect(stderr).not.toContain('secret');
    });

    test('when a flag is not a value of its kind', async () => {
      const { code, stderr } = await serve('--demo', '--port', 'eighty');
      expect(code).toBe(1);
      expect(stderr).toContain('a port is a whole number from 0 to 65535');
      expect(stderr).not.toMatch(stackLine);
    });
  },
);
