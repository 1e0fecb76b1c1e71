import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readService } from './definition-file.ts';

const folder = join(import.meta.dirname, 'faults');
const faults = readdirSync(folder)
  .filter((name) => name !== 'sound.yaml')
  .toSorted();

/** Each file begins with what is to be found in it: `# line:column severity path message`. */
describe('the check finds', () => {
  test.each(faults)('%s', async (name) => {
    const path = join(folder, name);
    const expected = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('# '));
    const { problems } = await readService(path);
    const found = problems.map(({ line, column, severity, path: at, message }) =>
      ['#', `${line}:${column}`, severity, at.join('.'), message].filter(Boolean).join(' '),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(expected);
  });

  test('nothing where nothing is wrong', async () => {
    const { found, problems } = await readService(join(folder, 'sound.yaml'));
    expect(problems).toEqual([]);
    expect(found).toHaveLength(1);
  });

  test('a fault of every kind that is kept here', () => {
    expect(faults.length).toBeGreaterThanOrEqual(50);
  });
});
