import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkFiles } from './check.ts';
import { importDigitFile } from './import.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(file: string, options: { unit?: string; overwrite?: boolean } = {}) {
  const lines: string[] = [];
  const complete = await importDigitFile(file, { out: folder, ...options }, (line) =>
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

test('two services of one name do not replace one another', async () => {
  const [service] = workflow.BusinessServices;
  const file = await written(JSON.stringify({ BusinessServices: [service, service] }));
  const { complete, lines } = await run(file, { overwrite: true });
  expect(complete).toBe(false);
  expect(lines.at(-1)).toContain('another service of the file comes to the same name');
});

test('a file without workflows is refused, with what was looked for', async () => {
  const file = await written('{}');
  expect(await run(file)).toEqual({
    complete: false,
    lines: [
      expect.stringContaining('holds no DIGIT workflow: looked for JSON with "BusinessServices"'),
    ],
  });
});

/** Real definitions; not part of the project. */
const shared =
  process.env['SATU_ATAP_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const workflows = join(shared, 'data/workflows');
const there = existsSync(workflows);
const real = there
  ? (await readdir(workflows, { recursive: true }))
      .filter((name) => name.endsWith('.json'))
      .toSorted()
  : [];

describe('real DIGIT workflows', () => {
  test.skipIf(there)(
    `are not here: set SATU_ATAP_SHARED to try them (looked in ${workflows})`,
    () => {},
  );

  test.skipIf(!there)('are 22 of the platform’s own and two of a state', () => {
    expect(real).toHaveLength(24);
  });

  test.each(real)('%s is imported whole and passes the check', async (name) => {
    const file = join(folder, 'workflow.json');
    await cp(join(workflows, name), file);
    expect(await run(file)).toMatchObject({ complete: true });
    const problems: string[] = [];
    expect(await checkFiles([folder], (line) => problems.push(line))).toMatchObject({
      sound: true,
    });
    expect(problems).toEqual(['1 definition, no problems']);
  });
});
