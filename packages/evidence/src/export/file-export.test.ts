import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { partsOf, writeExport } from './file-export.ts';

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

it('leaves nothing when it is told to stop', async () => {
  const file = join(folder, 'stopped.xes');
  const told = new AbortController();
  const stopping = async function* () {
    yield 'one ';
    told.abort(new Error('told to stop'));
    yield 'two';
  };
  await expect(writeExport(file, stopping(), told.signal)).rejects.toThrow('told to stop');
  expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
});

it('finds what a killed process left, and nothing else', async () => {
  const file = join(folder, 'killed.xes');
  const left = `${file}.0e9be1bb-5a0f-4a4e-8a54-3d1f6d2b7c55.part`;
  for (const one of [left, `${file}.part`, join(folder, 'other.xes.part')]) writeFileSync(one, 'x');
  expect(await partsOf(file)).toEqual([left]);
  expect(await partsOf(join(folder, 'nowhere', 'x.xes'))).toEqual([]);
});

async function* pieces(...texts: string[]) {
  yield* texts;
}
