import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileDefinitions as hostile } from '@satu-atap/api/testing';
import { readService } from './definition-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-hostile-'));
  for (const [index, [content]] of Object.values(hostile).entries()) {
    await writeFile(fileOf(index), content);
  }
});
afterAll(() => rm(folder, { recursive: true }));
const fileOf = (index: number) => join(folder, `${String(index).padStart(2, '0')}.yaml`);

describe('a hostile definition is refused in words', () => {
  test.each(
    Object.entries(hostile).map(([name, [, refusal]], index) => [name, index, refusal] as const),
  )('%s', async (_, index, refusal) => {
    const { found, problems } = await readService(fileOf(index));
    expect(found).toEqual([]);
    expect(problems.map(({ message }) => message).join('\n')).toMatch(refusal);
    expect(problems.length).toBeLessThanOrEqual(101);
    expect(Object.prototype).not.toHaveProperty('a');
  });
});

test('the command refuses them all in a small heap, and prints nothing that steers a terminal', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--max-old-space-size=128', join(import.meta.dirname, 'main.ts'), 'check', folder],
    { encoding: 'utf8', timeout: 60_000, maxBuffer: 16 * 1024 * 1024 },
  );
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const count = Object.keys(hostile).length;
  expect(stdout).toContain(`in ${count} of ${count} definitions`);
  expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
}, 60_000);
