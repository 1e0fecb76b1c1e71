import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyRingContract } from '../key-ring-contract.ts';
import { openKeyRing } from '../open-key-ring.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'satu-atap-keys-'));
const remove = (folder: string) => rmSync(folder, { recursive: true });

keyRingContract('in a SQLite file', async () => {
  const folder = newFolder();
  return {
    open: () => openKeyRing({ file: join(folder, 'keys', 'ring.sqlite') }),
    remove: async () => remove(folder),
  };
});

keyRingContract('in a SQLite file, with a master key', async () => {
  const folder = newFolder();
  const masterKeyFile = join(folder, 'master');
  writeFileSync(masterKeyFile, `${randomBytes(32).toString('base64')}\n`);
  return {
    open: () => openKeyRing({ file: join(folder, 'keys', 'ring.sqlite'), masterKeyFile }),
    remove: async () => remove(folder),
  };
});

describe('the file of a key ring', () => {
  let folder: string;
  let keys: string;
  let file: string;
  beforeEach(() => {
    folder = newFolder();
    keys = join(folder, 'keys');
    file = join(keys, 'ring.sqlite');
  });
  afterEach(() => remove(folder));

  /** Everything in the folder of the keys, as it lies on disk. */
  const onDisk = () =>
    Buffer.concat(readdirSync(keys).map((name) => readFileSync(join(keys, name))));

  it('is not made by looking for keys, and is its owner’s alone once it is', async () => {
    const ring = openKeyRing({ file });
    expect((await ring.find(['00000000-0000-4000-8000-000000000000'])).size).toBe(0);
    expect(() => statSync(keys)).toThrow('ENOENT');
    await ring.keyFor('budi');
    const modes = readdirSync(keys).map((name) => statSync(join(keys, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(0);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(keys).mode & 0o777).toBe(0o700);
    await ring.close();
  });

  it('holds an erased key nowhere: not in its pages, not in its journal', async () => {
    const ring = openKeyRing({ file });
    const all = [];
    for (let number = 0; number < 400; number += 1) all.push(await ring.keyFor(`a-${number}`));
    const gone = all.filter((_, index) => index % 3 === 0);
    const kept = all.filter((_, index) => index % 3 !== 0);
    for (const { key } of all) expect(onDisk().includes(key.export())).toBe(true);
    await ring.erase(gone.map(({ id }) => id));
    const left = onDisk();
    expect(gone.filter(({ key }) => left.includes(key.export()))).toEqual([]);
    expect(kept.filter(({ key }) => !left.includes(key.export()))).toEqual([]);
    await ring.close();
  });

  it('holds no key as it is where there is a master key, and needs that one to be read', async () => {
    const masterKeyFile = join(folder, 'master');
    writeFileSync(masterKeyFile, randomBytes(32).toString('base64'));
    const ring = openKeyRing({ file, masterKeyFile });
    const { id, key } = await ring.keyFor('budi');
    expect(onDisk().includes(key.export())).toBe(false);
    await ring.close();
    await expect(openKeyRing({ file }).find([id])).rejects.toThrow('SATU_ATAP_MASTER_KEY_FILE');
    writeFileSync(masterKeyFile, randomBytes(32).toString('base64'));
    await expect(openKeyRing({ file, masterKeyFile }).keyFor('budi')).rejects.toThrow(
      'does not open with the master key',
    );
  });

  it.each([
    ['nothing', undefined],
    ['too little', Buffer.alloc(31).toString('base64')],
    ['no base64', 'x'.repeat(44)],
    ['more than a key', `${Buffer.alloc(32).toString('base64')}\nmore`],
  ])('refuses a file of a master key with %s in it', (_, content) => {
    const masterKeyFile = join(folder, 'master');
    if (content !== undefined) writeFileSync(masterKeyFile, content);
    expect(() => openKeyRing({ file, masterKeyFile })).toThrow('SATU_ATAP_MASTER_KEY_FILE');
  });
});
