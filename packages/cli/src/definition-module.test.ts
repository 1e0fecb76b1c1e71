import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitionDigest } from '@satu-atap/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFiles, problemLine } from './commands/check.ts';
import { compiledFile } from './definitions.ts';
import { readAny, readService } from './definition-file.ts';

const here = import.meta.dirname;
const typed = join(here, 'typed-definitions');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-module-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function problemsOf(name: string, source: string): Promise<string[]> {
  const file = join(folder, name);
  await writeFile(file, source);
  const { problems } = await readService(file);
  return problems.map((problem) => problemLine({ ...problem, file: name }));
}

const body = `  kind: 'permit',
  title: { id: 'Izin', en: 'Permit' },
  unit: 'unit',
  standard: { time: { amount: 5, unit: 'working-days' } },
`;

describe('a definition in TypeScript', () => {
  test('is the same version as the same one in YAML', async () => {
    const [yaml] = (await readService(join(here, 'faults/sound.yaml'))).found;
    const { found, problems } = await readService(join(typed, 'sound.ts'));
    expect(problems).toEqual([]);
    expect(found.map(({ definition }) => definitionDigest(definition))).toEqual(
      yaml && [definitionDigest(yaml.definition)],
    );
  });

  test('is told apart from offices and calendars, as in YAML', async () => {
    const { found } = await readAny(join(typed, 'sound.ts'));
    expect(found.map(({ definition: { kind } }) => kind)).toEqual(['service']);
  });

  test('may be several, which are checked each, and simulated or drawn from files of their own', async () => {
    const several = join(typed, 'several.ts');
    const lines: string[] = [];
    const { found } = await checkFiles([several], (line) => lines.push(line));
    expect(lines).toEqual(['2 definitions, no problems']);
    expect(found).toHaveLength(2);
    await expect(compiledFile(several)).rejects.toThrow(
      /several services \(dinas-kesehatan.sip-dokter, dinas-kesehatan.sip-bidan\)/,
    );
  });

  test('has its problems named at the line where the part is written', async () => {
    const source = `const roles = ['officer'];
export default {
  id: 'unit.service',
${body}  workflow: {
    // on: nothing, and { no end
    states: {
      open: { on: { 'look-at': { roles, target: 'opne' }, close: { roles, target: 'closed' } } },
      closed: { type: 'final' },
    },
    initial: 'opn',
  },
};
`;
    expect(await problemsOf('placed.ts', source)).toEqual([
      'placed.ts:14:5  workflow.initial: "opn" is no state; did you mean "open"? (known: open, closed)',
      'placed.ts:11:41  workflow.states.open.on.look-at.target: "opne" is no state; did you mean "open"? (known: open, closed)',
    ]);
  });

  test('is named by the nearest part that is written out, where the rest is computed', async () => {
    const source = `const states = { open: { on: { close: { roles: [], target: 'closed' } } }, closed: { type: 'final' as const } };
export default {
  id: 'unit.service',
${body}  workflow: { initial: 'open', states },
};
`;
    expect(await problemsOf('computed.ts', source)).toEqual([
      'computed.ts:8:3  workflow.states.open.on.close.roles: name at least one role that may take this action',
    ]);
  });

  test('must be data: code in it is named, not left out', async () => {
    const source = `export default { id: 'unit.service', workflow: { on: { act: { guard: () => true } } }, at: new Date(0) };\n`;
    expect(await problemsOf('code.ts', source)).toEqual([
      'code.ts:1:63  workflow.on.act.guard: is a function; a definition holds data only',
      'code.ts:1:88  at: is an object of a class; a definition holds data only',
    ]);
  });

  test.each([
    ['export const service = {};\n', /has no default export: write `export default defineService/],
    ['export default {', /cannot be run: /],
    ['throw new Error("not today");\n', /cannot be run: not today/],
  ])('that cannot be used is a problem in words: %s', async (source, message) => {
    const name = `unusable-${source.length}.ts`;
    expect(await problemsOf(name, source)).toEqual([expect.stringMatching(message)]);
  });

  test('is not looked for in folders, because reading it runs it', async () => {
    const mark = join(folder, 'ran');
    await writeFile(
      join(folder, 'stray.ts'),
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, '');\n`,
    );
    await writeFile(join(folder, 'office.yaml'), 'id: mall\n');
    await checkFiles([folder], () => {});
    await expect(readFile(mark)).rejects.toThrow(/ENOENT/);
  });
});
