import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeExport } from './file-export.ts';

const folder = mkdtempSync(join(tmpdir(), 'satu-atap-file-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('appears under its name when it is whole', async () => {
  const file = join(folder, 'whole.xes');
  await writeExport(file, pieces('one ', 'two'));
  expect(readFileSync(file, 'utf8')).toBe('one two');
});

it('leaves nothing when it breaks off, and what stood there before as it was', async () => {
  const file = join(folder, 'broken.xes');
  writeFileSync(file, 'last month');
  const breaking = async function* () {
    yield 'one ';
    throw new Error('the store is gone');
  };
  await expect(writeExport(file, breaking())).rejects.toThrow('the store is gone');
  expect(readFileSync(file, 'utf8')).toBe('last month');
  expect(readdirSync(folder).filter((name) => name.startsWith('broken'))).toEqual(['broken.xes']);
});

async function* pieces(...texts: string[]) {
  yield* texts;
}
