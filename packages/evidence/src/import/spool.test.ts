import { expect, test } from 'vitest';
import type { LogPart } from './log-part.ts';
import { Spool } from './spool.ts';

const part = (value: string): LogPart => ({
  kind: 'event',
  event: { attributes: [['key', 'string', value]], place: { line: 1, column: 1 } },
});

test('gives back what was put aside, in its batches, as often as it is asked', async () => {
  const spool = new Spool();
  try {
    const batches = [[part('é\n😀'), part('')], [part('x'.repeat(3_000_000))], [part('last')]];
    for (const batch of batches) await spool.add(batch);
    expect(await Array.fromAsync(spool.parts())).toEqual(batches);
    expect(await Array.fromAsync(spool.parts())).toEqual(batches);
  } finally {
    await spool.close();
  }
});
