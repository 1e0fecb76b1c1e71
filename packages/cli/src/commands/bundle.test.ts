import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanUp,
  patience,
  satuAtap,
  scratchFolder,
  startServer,
} from '../end-to-end/processes.ts';

let data = '';
let key = '';
let bundle = '';
beforeAll(async () => {
  data = scratchFolder();
  bundle = join(data, 'evidence.zip');
  const server = await startServer({ data });
  await server.stop();
  await satuAtap('integrity', 'checkpoint', '--data', data);
  const { stdout } = await satuAtap('integrity', 'keys', '--data', data);
  key = stdout.split(' ')[0] ?? '';
}, patience);
afterAll(cleanUp, patience);

const make = (...args: string[]) => satuAtap('bundle', '--data', data, '--out', bundle, ...args);

describe('a bundle of what is selected', () => {
  it(
    'is made, is checked by the key alone, and that it was made is recorded',
    async () => {
      const made = await make('--office', 'mpp-makassar', '--ended', 'yes');
      expect(made).toMatchObject({ code: 0, stderr: '' });
      expect(made.stdout).toMatch(/evidence of \d+ applications?,/);
      // Names and papers are in it: it is for whoever made it.
      expect(statSync(bundle).mode & 0o777).toBe(0o600);
      const checked = await satuAtap('verify-bundle', '--key', key, bundle, '--language', 'en');
      expect(checked.stdout).toContain('All of it holds.');
      expect(checked.stdout).toContain(`signed by ${key}`);
      expect(checked.code).toBe(0);
      const accesses = await satuAtap('evidence-accesses', '--act', 'bundled', '--data', data);
      expect(accesses.stdout).toContain('cli:');
    },
    patience,
  );

  it(
    'does not hold for another key',
    async () => {
      await satuAtap('integrity', 'rotate-key', '--data', data);
      const keys = (await satuAtap('integrity', 'keys', '--data', data)).stdout.trim().split('\n');
      const newest = keys.at(-1)?.split(' ')[0] ?? '';
      expect(newest).not.toBe(key);
      const checked = await satuAtap('verify-bundle', bundle, '--key', newest, '--json');
      expect(checked.code).toBe(1);
      expect(JSON.parse(checked.stdout)).toMatchObject({
        sound: false,
        findings: [{ file: 'checkpoint.txt' }],
      });
    },
    patience,
  );

  it(
    'holds for whoever knows the first key only, after the log has another',
    async () => {
      await satuAtap('integrity', 'checkpoint', '--data', data);
      expect((await make('--office', 'mpp-makassar', '--ended', 'yes')).code).toBe(0);
      const checked = await satuAtap('verify-bundle', bundle, '--key', key);
      expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('sesuai')]);
    },
    patience,
  );
});

describe('what cannot be bundled or checked is refused with the way out', () => {
  it.each([
    ['nothing', [], 'Say which applications'],
    [
      'an application that there is not',
      ['00000000-0000-4000-8000-000000000000'],
      'no application',
    ],
    ['no id', ['12'], 'which is a UUID'],
    ['an office that there is not', ['--office', 'mpp-mars'], 'there are: mpp-jakarta'],
  ])(
    '%s',
    async (_, args, expected) => {
      const before = readdirSync(data);
      const { code, stderr } = await make(...args);
      expect([code, stderr]).toEqual([1, expect.stringContaining(expected)]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(readdirSync(data).filter((name) => name.includes('.part'))).toEqual([]);
      expect(existsSync(bundle)).toBe(before.includes('evidence.zip'));
    },
    patience,
  );

  it(
    'a place where nothing can be written',
    async () => {
      const out = join(data, 'nowhere', 'evidence.zip');
      const { code, stdout, stderr } = await make('--ended', 'yes', '--out', out);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr.trim()).toBe(`--out: ${out} cannot be written (ENOENT)`);
    },
    patience,
  );

  it(
    'a key that is none, and a file that is no bundle',
    async () => {
      const noKey = await satuAtap('verify-bundle', bundle, '--key', 'kunci');
      expect([noKey.code, noKey.stderr]).toEqual([1, expect.stringContaining('integrity keys')]);
      const noBundle = await satuAtap('verify-bundle', join(data, 'events.sqlite'), '--key', key);
      expect([noBundle.code, noBundle.stderr]).toEqual([
        1,
        expect.stringContaining('is no bundle of evidence: it is no ZIP archive'),
      ]);
    },
    patience,
  );
});
