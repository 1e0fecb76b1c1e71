import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { csvSource } from './import/csv/csv-source.ts';
import type { LogFile } from './import/log-file.ts';
import { importPath, memoryStore } from './testing/import-file.ts';
import { decoded, everythingIn, exported, inFolder, logOf } from './testing/round-trip.ts';

const shared = process.env['SATU_ATAP_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const logs = join(shared, 'data/logs');
const there = existsSync(join(logs, 'receipt.xes.gz'));

test.skipIf(there)(
  `the real logs are not here: set SATU_ATAP_SHARED to try them (looked in ${logs})`,
  () => {},
);

describe.skipIf(!there)('what was imported from a real log', () => {
  test.each(['receipt.xes.gz', 'BPIC15_1.xes.gz'])(
    'is exported as %s was: cases, events, order, times and attributes',
    { timeout: 180_000 },
    async (name) => {
      const path = join(logs, name);
      const store = memoryStore();
      expect(await importPath(path, { store })).toMatchObject({ type: 'imported' });
      const again = await inFolder(async (folder) => {
        await exported(store, await logOf(path), 'xes', join(folder, 'log.xes'));
        return everythingIn(join(folder, 'log.xes'));
      });
      const before = await everythingIn(path);
      expect(again.cases.length).toBe(before.cases.length);
      // One by one: a difference in fifty thousand events could not be printed.
      for (const [index, one] of before.cases.entries()) expect(again.cases[index]).toEqual(one);
      expect(again.log.map(decoded)).toEqual(before.log);
      expect(again.loose).toEqual(before.loose);
    },
  );
});

test('what was imported from CSV is exported with its own columns, cell by cell', async () => {
  const csv = `case:concept:name,concept:name,time:timestamp,org:resource,case:kind,note
A,register,2011-10-11T13:45:40.276+02:00,Ana,x,"two
lines"
A,decide,2011-10-12T13:45:40+02:00,Citra,x,"=1+1, ""as text"""
B,register,2011-10-11T13:46:40Z,,y,
`;
  await inFolder(async (folder) => {
    const [path, to] = [join(folder, 'log.csv'), join(folder, 'again.csv')];
    await writeFile(path, csv);
    const store = memoryStore();
    expect(await importPath(path, { store, csv: {} })).toMatchObject({ type: 'imported' });
    await exported(store, await logOf(path), 'csv', to);
    const csvOf = (file: LogFile) => csvSource(file, { timeZone: 'UTC' });
    expect((await everythingIn(to, csvOf)).cases).toEqual((await everythingIn(path, csvOf)).cases);
  });
});
