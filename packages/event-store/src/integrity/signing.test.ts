import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVkey, mostLeaves } from '@satu-atap/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStream, type EventStore } from '../event-store.ts';
import { newPrivateKey } from './ed25519.ts';
import { integrityHead, integrityStream } from './integrity-stream.ts';
import { signCheckpoints } from './sign-checkpoints.ts';
import { openSigner, rotateSigningKey } from './signing-key-file.ts';
import { houses, newSigner, notes, now, takeTurns, type OpenHouse } from './testing/signed-log.ts';
import { verifyLog } from './verify-log.ts';

const actor = { id: 'cli:operator', roles: ['system'] };

async function sizes(store: EventStore): Promise<unknown[]> {
  const events = await readStream(store, integrityStream);
  return events.flatMap(({ data }) => ('size' in data ? [data['size']] : []));
}

describe.each(houses)('checkpoints in %s', (_, open) => {
  let house: OpenHouse;
  let folder: string;
  beforeEach(async () => {
    house = await open();
    folder = await mkdtemp(join(tmpdir(), 'satu-atap-keys-'));
  });
  afterEach(async () => {
    await house.close();
    await rm(folder, { recursive: true });
  });

  it('are signed only where something else than checkpoints is new', async () => {
    const signer = newSigner();
    await signCheckpoints(house.store, { signer, now });
    await signCheckpoints(house.store, { signer, now });
    expect(await sizes(house.store)).toEqual([1]);
    await takeTurns(house.store, 1);
    await signCheckpoints(house.store, { signer, now });
    await signCheckpoints(house.store, { signer, now });
    expect(await sizes(house.store)).toEqual([1, 6]);
  });

  it('of several that sign at once make one history, and each event is covered', async () => {
    const signer = newSigner();
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        takeTurns(house.store, 2),
        ...Array.from({ length: 4 }, () => signCheckpoints(house.store, { signer, now })),
      ]);
    }
    await signCheckpoints(house.store, { signer, now });
    const found = await verifyLog(house.store);
    expect(found).toMatchObject({ differences: [], uncovered: 1 });
    expect(found.covered).toBe(found.events - 1);
  });

  it('of one that was killed between two go on where it was', async () => {
    const signer = newSigner();
    await house.store.append('a', notes(2 * mostLeaves), 'no-stream').catch(() => undefined);
    for (let count = 0; count < 3; count++) await house.store.append('b', notes(1500), 'any');
    const killed = async () => {
      throw new Error('killed');
    };
    await expect(signCheckpoints(house.store, { signer, now, onSigned: killed })).rejects.toThrow(
      'killed',
    );
    expect(await sizes(house.store)).toEqual([mostLeaves]);
    await signCheckpoints(house.store, { signer, now });
    const { differences, uncovered } = await verifyLog(house.store);
    expect(differences).toEqual([]);
    // Only records of the last pieces are left: how many, depends on how far the store reads ahead.
    const last = await readStream(house.store, integrityStream, {
      direction: 'backwards',
      limit: 2,
    });
    expect(last.map(({ type }) => type)).toEqual(['CheckpointSigned', 'CheckpointSigned']);
    expect(uncovered).toBeGreaterThan(0);
    expect(uncovered).toBeLessThanOrEqual(last.length);
  }, 30_000);

  it('are signed by the new key once it is rotated, and who trusts the old one follows', async () => {
    const place = { file: join(folder, 'log.pem'), origin: 'mpp.example/log', mayCreate: true };
    const old = await openSigner(house.store, place);
    await signCheckpoints(house.store, { signer: old, now });
    const vkey = await rotateSigningKey(house.store, place, { actor, now });
    await expect(signCheckpoints(house.store, { signer: old, now })).rejects.toThrow(vkey);
    const signer = await openSigner(house.store, place);
    expect(formatVkey(signer.key)).toBe(vkey);
    await signCheckpoints(house.store, { signer, now });
    await rotateSigningKey(house.store, place, { actor, now });
    await signCheckpoints(house.store, { signer: await openSigner(house.store, place), now });
    for (const keys of [[formatVkey(old.key)], [vkey]]) {
      const found = await verifyLog(house.store, { keys });
      expect(found).toMatchObject({ differences: [] });
      expect(found.keys.map(({ trusted }) => trusted)).toEqual([keys[0] !== vkey, true, true]);
    }
  });

  it('go on with a new key that was put aside once it is in its place, and not before', async () => {
    const place = { file: join(folder, 'log.pem'), mayCreate: true };
    const aside = join(folder, 'new.pem');
    await signCheckpoints(house.store, { signer: await openSigner(house.store, place), now });
    const before = await readFile(place.file, 'utf8');
    const vkey = await rotateSigningKey(house.store, place, { actor, now, aside });
    expect(await readFile(place.file, 'utf8')).toBe(before);
    await expect(openSigner(house.store, place)).rejects.toThrow(vkey);
    const signer = await openSigner(house.store, { file: aside });
    await signCheckpoints(house.store, { signer, now });
    expect(await verifyLog(house.store)).toMatchObject({ differences: [] });
  });

  it('go on with the new key when a rotation was killed before it was in its place', async () => {
    const place = { file: join(folder, 'log.pem'), mayCreate: true };
    const signer = await openSigner(house.store, place);
    await signCheckpoints(house.store, { signer, now });
    const old = await readFile(place.file, 'utf8');
    const vkey = await rotateSigningKey(house.store, place, { actor, now });
    await rename(place.file, `${place.file}.new`);
    await writeFile(place.file, old);
    expect(formatVkey((await openSigner(house.store, place)).key)).toBe(vkey);
    expect(formatVkey((await openSigner(house.store, place)).key)).toBe(vkey);
  });
});

describe('the file of the signing key', () => {
  let house: OpenHouse;
  let folder: string;
  beforeEach(async () => {
    const [, open] = houses[0] ?? [];
    if (!open) throw new Error('no store');
    house = await open();
    folder = await mkdtemp(join(tmpdir(), 'satu-atap-keys-'));
  });
  afterEach(async () => {
    await house.close();
    await rm(folder, { recursive: true });
  });

  it('is made once, and nobody but its owner may read it', async () => {
    const place = { file: join(folder, 'keys', 'log.pem'), mayCreate: true };
    const signers = await Promise.all(
      Array.from({ length: 5 }, () => openSigner(house.store, { ...place, origin: 'mpp' })),
    );
    expect(new Set(signers.map(({ key }) => formatVkey(key))).size).toBe(1);
    expect((await stat(place.file)).mode & 0o777).toBe(0o600);
  });

  it('is not made where it was not asked for, nor for a log that has a key', async () => {
    const place = { file: join(folder, 'log.pem') };
    await expect(openSigner(house.store, place)).rejects.toThrow('holds no signing key');
    await signCheckpoints(house.store, { signer: newSigner(), now });
    await expect(openSigner(house.store, { ...place, mayCreate: true })).rejects.toThrow('ENOENT');
  });

  it('is refused when it holds another log’s key, or none', async () => {
    const file = join(folder, 'log.pem');
    const signer = newSigner();
    await signCheckpoints(house.store, { signer, now });
    await writeFile(file, newPrivateKey());
    await chmod(file, 0o600);
    await expect(openSigner(house.store, { file })).rejects.toThrow(formatVkey(signer.key));
    await writeFile(file, 'no key');
    await expect(openSigner(house.store, { file })).rejects.toThrow('no private key');
    await expect(openSigner(house.store, { file, origin: 'another' })).rejects.toThrow('called');
  });

  it('signs a hundred thousand events that were there before it, in pieces that a server takes', async () => {
    const { store } = house;
    for (let count = 0; count < 20; count++) await store.append('a', notes(5000), 'any');
    const signer = newSigner();
    const newest = await signCheckpoints(store, { signer, now });
    // The last piece covers the records of those before it.
    expect(newest?.size).toBeGreaterThan(100_000);
    for (const event of await readStream(store, integrityStream)) {
      expect(JSON.stringify(event.data).length).toBeLessThan(300_000);
    }
    expect((await integrityHead(store)).checkpoint?.size).toBe(newest?.size);
    expect(await verifyLog(store)).toMatchObject({ differences: [], uncovered: 1 });
  }, 120_000);
});
