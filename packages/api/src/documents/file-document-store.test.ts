import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pdf } from '../testing/people.ts';
import { FileDocumentStore } from './file-document-store.ts';

let folder: string;
let store: FileDocumentStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-documents-'));
  store = new FileDocumentStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function* inPieces(content: Uint8Array, size = 7) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function* broken() {
  yield pdf;
  throw new Error('the sender is gone');
}

const expected = { mediaType: 'application/pdf', maxBytes: 1000 };
const sha256 = createHash('sha256').update(pdf).digest('hex');

async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('a document store of files', () => {
  it('keeps a content under its hash, once', async () => {
    const stored = { sha256, bytes: pdf.length };
    expect(await store.put(inPieces(pdf), expected)).toEqual(stored);
    expect(await store.put(inPieces(pdf), expected)).toEqual(stored);
    expect(await files()).toEqual([sha256]);
    expect(await readFile(join(folder, sha256.slice(0, 2), sha256))).toEqual(Buffer.from(pdf));
    expect(await text(await store.open(sha256))).toBe(new TextDecoder().decode(pdf));
  });

  it('takes what comes in at the same time', async () => {
    const contents = Array.from({ length: 20 }, (_, index) => new Uint8Array([...pdf, index]));
    await Promise.all(contents.map((content) => store.put(inPieces(content), expected)));
    expect(await files()).toHaveLength(20);
  });

  it('takes a content of exactly the largest size, and stops at a byte more', async () => {
    const maxBytes = pdf.length;
    expect(await store.put(inPieces(pdf), { ...expected, maxBytes })).toMatchObject({ sha256 });
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield pdf;
      }
    }
    expect(await store.put(endless(), expected)).toMatchObject({
      refusal: { type: 'document-too-large', maxBytes: 1000 },
    });
    expect(given).toBe(Math.floor(1000 / pdf.length) + 1);
    expect(await files()).toEqual([sha256]);
  });

  it('removes uploads that nobody has written to for long, and no other, nor any content', async () => {
    const day = 24 * 3_600_000;
    const ago = (milliseconds: number) => Temporal.Now.instant().subtract({ milliseconds });
    expect(await store.removeAbandoned(ago(day))).toBe(0);
    await store.put(inPieces(pdf), expected);
    const old = new Date(Date.now() - 2 * day);
    await utimes(join(folder, sha256.slice(0, 2), sha256), old, old);
    for (const name of ['left-by-a-crash', 'under-way']) {
      await writeFile(join(folder, 'incoming', name), pdf);
    }
    await utimes(join(folder, 'incoming', 'left-by-a-crash'), old, old);
    expect(await store.removeAbandoned(ago(day))).toBe(1);
    expect((await files()).toSorted()).toEqual([sha256, 'under-way'].toSorted());
  });

  it('leaves nothing of what it refused, or of what broke off', async () => {
    await expect(store.put(broken(), expected)).rejects.toThrow('the sender is gone');
    const nonsense = new TextEncoder().encode('not a pdf');
    expect(await store.put(inPieces(nonsense), expected)).toEqual({
      refusal: { type: 'document-content-mismatch', declared: 'application/pdf' },
    });
    const empty = await store.put(inPieces(new Uint8Array()), expected);
    expect(empty).toEqual({ refusal: { type: 'document-empty' } });
    expect(await files()).toEqual([]);
  });

  it('finds a content until it is removed', async () => {
    expect(await store.find(sha256)).toBeUndefined();
    await store.put(inPieces(pdf), expected);
    const found = await store.find(sha256);
    expect(found && (await text(found))).toBe(new TextDecoder().decode(pdf));
    await store.remove(sha256);
    expect(await store.find(sha256)).toBeUndefined();
  });

  it('throws of a content that is there and cannot be read, whether opened or found', async () => {
    const shard = join(folder, sha256.slice(0, 2));
    await writeFile(shard, 'a file where a folder should be');
    await expect(store.open(sha256)).rejects.toThrow('ENOTDIR');
    await expect(store.find(sha256)).rejects.toThrow('ENOTDIR');
  });

  it('opens nothing but contents', async () => {
    await expect(store.open('../../etc/passwd')).rejects.toThrow('not the name');
    await expect(store.find('../../etc/passwd')).rejects.toThrow('not the name');
    await expect(store.open('0'.repeat(64))).rejects.toThrow('ENOENT');
  });
});
