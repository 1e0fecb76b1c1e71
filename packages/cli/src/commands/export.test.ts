import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { EmbeddedEventStore, evidenceStream, readStream } from '@satu-atap/event-store';
import { StoredLives } from '@satu-atap/evidence/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
const main = join(root, 'packages/cli/src/main.ts');

let folder = '';
let application = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-export-test-'));
  const lives = await StoredLives.open(join(folder, 'events.sqlite'));
  [application = ''] = (await lives.addRandom([1])).keys();
  await lives.close();
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...given: string[]) {
  const asked = ['export', ...given, '--data', folder];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...asked], {
      cwd: root,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

async function accesses() {
  const store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
  const events = await readStream(store, evidenceStream);
  await store.close();
  return events;
}

describe('satu-atap export', () => {
  it('writes a log to a file, and records who had it', async () => {
    const out = join(folder, 'log.xes');
    expect(await run('xes', '--out', out, '--unit', 'dpmptsp')).toMatchObject({ code: 0 });
    expect(await readFile(out, 'utf8')).toContain(
      `<string key="concept:name" value="${application}"/>`,
    );
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    const [record] = await accesses();
    expect(record?.data).toEqual({
      act: 'exported',
      format: 'xes',
      selection: { unit: 'dpmptsp' },
    });
    expect(record?.metadata['actor']).toMatchObject({ id: expect.stringMatching(/^cli:/) });
  });

  it('writes to standard output, with the same pseudonyms for the same key', async () => {
    const key = join(folder, 'key');
    await writeFile(key, 'k'.repeat(64));
    const first = await run('csv', '--pseudonym-key-file', key);
    expect(first.stdout).toMatch(/^case:concept:name,/);
    expect(first.stdout).not.toContain(application);
    expect((await run('csv', '--pseudonym-key-file', key)).stdout).toBe(first.stdout);
    expect((await run('csv', '--pseudonymise')).stdout).not.toBe(first.stdout);
  });

  it.each([
    [['docx'], 'Allowed choices are xes, ocel-json, ocel-sqlite, csv'],
    [['xes', '--office', 'mpp-atlantis'], '--office is no office here; there are: mpp-jakarta'],
    [['xes', '--from', 'today'], '--from: must be a date such as 2026-03-31'],
    [['xes', '--application', 'x'], '--application: Invalid UUID'],
    [['xes', '--ended', 'maybe'], 'say yes or no'],
    [['xes', '--pseudonym-key-file', main + 'x'], 'cannot be read (ENOENT)'],
    [['xes', '--out', '/nowhere/log.xes'], '--out: /nowhere/log.xes cannot be written (ENOENT)'],
  ])('says what is wrong with %j', async (given, message) => {
    const { code, stdout, stderr } = await run(...given);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ {4}at \S+ \(/m);
  });
});
