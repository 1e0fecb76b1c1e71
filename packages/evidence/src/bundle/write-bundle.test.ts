import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleSource } from './bundle-source.ts';
import { evidenceHouse } from './testing/house.ts';
import { prepareBundle } from './write-bundle.ts';

const now = Temporal.Instant.from('2026-11-02T03:04:05Z');

let house: Awaited<ReturnType<typeof evidenceHouse>>;
beforeAll(async () => {
  house = await evidenceHouse();
});
afterAll(() => house.close());

/** A bundle whose documents are read from this. */
async function writtenWith(document: () => AsyncGenerator<Uint8Array>) {
  const source: BundleSource = {
    ...house.source,
    document: async () => Readable.from(document(), { objectMode: false }),
  };
  const prepared = await prepareBundle(house.applications, source, { by: 'auditor-1', now });
  return prepared.write();
}

describe('a bundle that does not come to its end', () => {
  it('breaks off where a document cannot be read, with the reason', async () => {
    const { content, manifest } = await writtenWith(async function* () {
      yield Buffer.from('%PDF-1.7');
      throw new Error('the disk is gone');
    });
    await expect(buffer(content)).rejects.toThrow('the disk is gone');
    await expect(manifest).rejects.toThrow('the disk is gone');
  });

  it('lets go of the document that it was reading when nobody takes it any more', async () => {
    const taken = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const { content, manifest } = await writtenWith(async function* () {
      try {
        for (;;) {
          yield Buffer.alloc(65_536);
          taken.resolve();
        }
      } finally {
        left.resolve();
      }
    });
    content.resume();
    await taken.promise;
    content.destroy();
    await left.promise;
    await expect(manifest).rejects.toThrow('aborted');
  });
});
