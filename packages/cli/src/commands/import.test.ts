import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importDigitFiles } from './import.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(
  file: string | readonly string[],
  options: { unit?: string; overwrite?: boolean } = {},
) {
  const lines: string[] = [];
  const complete = await importDigitFiles([file].flat(), { out: folder, ...options }, (line) =>
    lines.push(line),
  );
  return { complete, lines };
}

const workflow = {
  BusinessServices: [
    {
      businessService: 'NewTL',
      business: 'tl-services',
      businessServiceSla: 3_600_000,
      states: [
        {
          state: null,
          isStartState: true,
          actions: [{ action: 'APPLY', nextState: 'DONE-ISH', roles: ['CITIZEN'] }],
        },
        { state: 'DONE-ISH', actions: [{ action: 'CLOSE', nextState: 'DONE', roles: ['CLERK'] }] },
        { state: 'DONE', isTerminateState: true, actions: [] },
      ],
    },
  ],
};

async function written(content: string): Promise<string> {
  const file = join(folder, 'workflow.json');
  await writeFile(file, content);
  return file;
}

test('writes a file for each service and prints what was decided and left out', async () => {
  const { complete, lines } = await run(await written(JSON.stringify(workflow)), {
    unit: 'dpmptsp',
  });
  expect(complete).toBe(true);
  expect(lines[0]).toBe(`dpmptsp.new-tl: written to ${join(folder, 'new-tl.yaml')}`);
  expect(lines).toContain('  decided:');
  expect(lines).toContain('  not carried over:');
  expect(await readFile(join(folder, 'new-tl.yaml'), 'utf8')).toContain('id: dpmptsp.new-tl');
});

test('replaces no file unless it is told to', async () => {
  const file = await written(JSON.stringify(workflow));
  await writeFile(join(folder, 'new-tl.yaml'), 'mine');
  expect(await run(file)).toMatchObject({
    complete: false,
    lines: [expect.stringContaining('is there already; name another --out, or --overwrite it')],
  });
  expect(await readFile(join(folder, 'new-tl.yaml'), 'utf8')).toBe('mine');
  expect(await run(file, { overwrite: true })).toMatchObject({ complete: true });
  expect(await readFile(join(folder, 'new-tl.yaml'), 'utf8')).not.toBe('mine');
});

test('services of one name, in a file or in several, do not replace one another', async () => {
  const [service] = workflow.BusinessServices;
  const twice = await written(JSON.stringify({ BusinessServices: [service, service] }));
  const { complete, lines } = await run([twice, twice], { unit: 'dpmptsp' });
  expect(complete).toBe(true);
  const names = ['new-tl', 'new-tl-2', 'new-tl-3', 'new-tl-4'];
  expect(lines.filter((line) => line.startsWith('dpmptsp.'))).toEqual(
    names.map((name) => `dpmptsp.${name}: written to ${join(folder, `${name}.yaml`)}`),
  );
  expect(lines).toContain(
    '    - Another service is dpmptsp.new-tl already; this one is dpmptsp.new-tl-2.',
  );
});

test('services of several units that share a name and a folder get files of their own', async () => {
  const [service] = workflow.BusinessServices;
  const other = { ...service, business: 'other' };
  const file = await written(JSON.stringify([service, other]));
  expect((await run(file)).complete).toBe(true);
  expect((await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted()).toEqual([
    'new-tl.yaml',
    'other.new-tl.yaml',
  ]);
});

test('what cannot be imported is refused with file, line, rule and way out', async () => {
  const [service] = workflow.BusinessServices;
  const lost = structuredClone(service);
  for (const one of lost?.states ?? []) for (const each of one.actions) each.nextState = 'NOWHERE';
  const file = await written(JSON.stringify({ BusinessServices: [lost] }, undefined, 2));
  const { complete, lines } = await run(file);
  expect(complete).toBe(false);
  expect(lines[0]).toBe(
    `${file}:12  NewTL: not imported: the action APPLY of the state the unnamed start leads to NOWHERE, which is no state; correct its nextState`,
  );
});

test.each([
  ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
])('a file in %s is read', async (_, encode) => {
  const file = join(folder, 'workflow.json');
  await writeFile(file, encode(JSON.stringify(workflow)));
  expect(await run(file)).toMatchObject({ complete: true });
});

test('what is no file, no text, or far too large is refused in words', async () => {
  const binary = join(folder, 'binary.json');
  await writeFile(binary, Buffer.from([0x7b, 0x80, 0xfe]));
  const huge = join(folder, 'huge.json');
  await writeFile(huge, Buffer.alloc(3 * 1024 * 1024, ' '));
  expect(await run([join(folder, 'gone.json'), folder, binary, huge])).toEqual({
    complete: false,
    lines: [
      expect.stringContaining('gone.json: is no file'),
      `${folder}: is no file; name files that hold the JSON`,
      `${binary}: is not text in UTF-8; save it as UTF-8`,
      expect.stringContaining('is larger than 2048 KiB'),
    ],
  });
});

test('a file without workflows is refused, with what was looked for', async () => {
  const file = await written('{}');
  expect(await run(file)).toEqual({
    complete: false,
    lines: [
      expect.stringContaining(
        'holds no DIGIT workflow: looked for JSON objects with a "businessService"',
      ),
    ],
  });
});
