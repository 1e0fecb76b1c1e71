import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanUp, scratchFolder } from '../end-to-end/processes.ts';
import { SettingsError } from '../settings.ts';
import { writeOut } from './write-out.ts';

let folder = '';
let out = '';
beforeEach(() => {
  folder = scratchFolder();
  out = join(folder, 'evidence.zip');
  writeFileSync(out, 'last month');
});
afterAll(cleanUp);

/** Pieces between which this happens. */
async function* pieces(happens: () => void) {
  yield 'one ';
  happens();
  yield 'two';
}

describe('what a command writes to a file', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is broken off by %s, and leaves nothing',
    async (signal) => {
      const listening = process.listenerCount(signal);
      const written = writeOut(
        out,
        pieces(() => process.listeners(signal).at(-1)?.(signal)),
        'bundle',
      );
      await expect(written).rejects.toThrow(new SettingsError('The bundle was broken off.'));
      expect(readdirSync(folder)).toEqual(['evidence.zip']);
      expect(readFileSync(out, 'utf8')).toBe('last month');
      expect(process.listenerCount(signal)).toBe(listening);
    },
  );

  it('fails as what is written fails, which is no fault of the file', async () => {
    const fault = Object.assign(new Error('EIO: i/o error, read'), { syscall: 'read' });
    const written = writeOut(
      out,
      pieces(() => {
        throw fault;
      }),
      'bundle',
    );
    await expect(written).rejects.toBe(fault);
  });
});
