import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { leafHash } from '@satu-atap/domain';
import {
  integrityStream,
  newPrivateKey,
  noteSigner,
  privateKeyFrom,
  readStream,
} from '@satu-atap/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePlaces, type BundleManifest } from './bundle-format.ts';
import { evidenceHouse, paper } from './testing/house.ts';
import { forged, unpacked, withLines, type Files } from './testing/repacked.ts';
import { verifyBundle } from './verify-bundle.ts';
import { BundleUnreadableError } from './zip-reader.ts';

let house: Awaited<ReturnType<typeof evidenceHouse>>;
let bundle: string;
beforeAll(async () => {
  house = await evidenceHouse();
  bundle = await house.bundle();
});
afterAll(() => house.close());

const words = ({ type }: { type: string }) => ({ id: type, en: type });
const check = (file: string, keys = [house.vkey]) => verifyBundle(file, keys, words);
const found = async (file: string, keys?: string[]) =>
  (await check(file, keys)).findings.map(
    ({ file: place, line, problem }) =>
      `${place}${line === undefined ? '' : `:${line}`}: ${problem.en}`,
  );
const stream = () => `application-${house.applications[0]}`;
const events = () => bundlePlaces.events(stream());
const proofs = () => bundlePlaces.proofs(stream());

describe('a bundle as it was made', () => {
  it('holds, with nothing but the public key', async () => {
    const report = await check(bundle);
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ sound: true, signedBy: house.vkey, checked: { documents: 3 } });
  });

  it('has events as they lie in the store, names and addresses sealed', async () => {
    const files = await unpacked(bundle);
    expect(String(files.get(events()))).not.toContain('Pemohon');
    const page = files.get(bundlePlaces.history(house.applications[0] ?? '', 'id', 'html'));
    expect(String(page)).toContain('Pemohon');
  });

  it('says of a document that is not kept any more that it is missing, and holds', async () => {
    const without = { ...house.source, document: async () => undefined };
    const report = await check(await house.bundle(house.applications, without));
    expect(report.sound).toBe(true);
    expect(report.manifest?.missingDocuments).toHaveLength(1);
  });
});

/** Base64 that says other bytes of the same length. */
const other = (base64: string) => Buffer.from(base64, 'base64').map((byte) => byte ^ 1);

describe('a bundle that somebody has worked on', () => {
  const forgeries: [string, (files: Files, manifest: BundleManifest) => void, RegExp][] = [
    [
      'an event altered',
      (files) =>
        withLines(files, events(), ([first = '', ...rest]) => [
          first.replace('"channel":"online"', '"channel":"counter"'),
          ...rest,
        ]),
      /ndjson:1: is not in the log as it stands here/,
    ],
    [
      'when it was recorded altered',
      (files) =>
        withLines(files, events(), (lines) =>
          lines.with(1, (lines[1] ?? '').replace(/"recordedAt":"2/, '"recordedAt":"1')),
        ),
      /ndjson:2: is not in the log/,
    ],
    [
      'an event taken out of the middle',
      (files) => {
        withLines(files, events(), (lines) => lines.toSpliced(3, 1));
        withLines(files, proofs(), (lines) => lines.toSpliced(3, 1));
      },
      /ndjson:4: the event of revision 3 is not in its place/,
    ],
    [
      'the last event taken away',
      (files) => {
        withLines(files, events(), (lines) => lines.slice(0, -1));
        withLines(files, proofs(), (lines) => lines.slice(0, -1));
      },
      /manifest.json speaks of 12 events/,
    ],
    [
      'an event put in',
      (files) => {
        withLines(files, events(), (lines) => lines.toSpliced(2, 0, lines[1] ?? ''));
        withLines(files, proofs(), (lines) => lines.toSpliced(2, 0, lines[1] ?? ''));
      },
      /ndjson:3: lies in the log before the event before it/,
    ],
    [
      'two events swapped',
      (files) => {
        const swapped = (lines: string[]) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '');
        withLines(files, events(), swapped);
        withLines(files, proofs(), swapped);
      },
      /ndjson:5: the event of revision 4 is not in its place/,
    ],
    [
      'a second key of the same name hidden in a line',
      (files) =>
        withLines(files, events(), ([first = '', ...rest]) => [
          first.replace('"channel":"online"', '"channel":"counter","channel":"online"'),
          ...rest,
        ]),
      /ndjson:1: is no canonical JSON line/,
    ],
    [
      'a proof altered',
      (files) =>
        withLines(files, proofs(), ([first = '', ...rest]) => {
          const proof = JSON.parse(first) as { path: string[] };
          const [lowest = '', ...path] = proof.path;
          const forgedPath = [Buffer.from(other(lowest)).toString('base64'), ...path];
          return [JSON.stringify({ ...proof, path: forgedPath }), ...rest];
        }),
      /ndjson:1: is not in the log/,
    ],
    [
      'the proofs of an application taken away',
      (files) => files.delete(proofs()),
      /proofs\/application-.*: cannot be read: it has no proofs/,
    ],
    [
      'the checkpoint taken away',
      (files) => files.delete(bundlePlaces.checkpoint),
      /checkpoint.txt: cannot be read/,
    ],
    [
      'the keys taken away',
      (files) => files.delete(bundlePlaces.keys),
      /cannot be read: it has no keys.ndjson/,
    ],
    [
      'an application taken away',
      (files) => {
        files.delete(events());
        files.delete(proofs());
      },
      /streams\/application-.*: cannot be read: it has no streams/,
    ],
    [
      'an application hidden from the manifest',
      (_, manifest) => manifest.applications.pop(),
      /ndjson: is not listed in manifest.json/,
    ],
    [
      'a definition taken away',
      (files, _manifest) => {
        files.delete(bundlePlaces.events('service-dpmptsp.building-permit'));
        files.delete(bundlePlaces.proofs('service-dpmptsp.building-permit'));
      },
      /version 1 of the service dpmptsp.building-permit is not enclosed/,
    ],
    [
      'an office taken away',
      (files) => files.delete(bundlePlaces.office('mpp-jakarta')),
      /the office mpp-jakarta is not enclosed/,
    ],
    [
      'a document replaced',
      (files) => {
        const [name] = [...files.keys()].filter((one) => one.startsWith('documents/'));
        files.set(name ?? '', Buffer.from(paper.map((byte) => byte ^ 1)));
      },
      /documents\/.*: is not the document that was handed in/,
    ],
    [
      'a document taken away',
      (files) => {
        const [name] = [...files.keys()].filter((one) => one.startsWith('documents/'));
        files.delete(name ?? '');
      },
      /the document [0-9a-f]{64} is not enclosed/,
    ],
    [
      'a larger tree promised',
      (_, manifest) => {
        manifest.treeSize += 1;
      },
      /checkpoint.txt: manifest.json speaks of the log/,
    ],
    [
      'the checkpoint’s size altered',
      (files, manifest) => {
        const note = String(files.get(bundlePlaces.checkpoint)).split('\n');
        manifest.treeSize += 1;
        files.set(
          bundlePlaces.checkpoint,
          Buffer.from(note.with(1, String(manifest.treeSize)).join('\n')),
        );
      },
      /checkpoint.txt: is not signed by a key that is trusted/,
    ],
    [
      'a file put in',
      (files, manifest) => {
        files.set('documents/tambahan', Buffer.from('x'));
        manifest.createdBy = 'nobody';
      },
      /documents\/tambahan: is not listed in manifest.json/,
    ],
  ];

  it.each(forgeries)('is found out: %s', async (what, change, expected) => {
    const listed = what !== 'a file put in';
    const findings = await found(await forged(bundle, change, { listed }));
    expect(findings.join('\n')).toMatch(expected);
  });

  it('is found out when its checkpoint is signed by another key, whatever keys it encloses', async () => {
    const forger = noteSigner('mpp-jakarta/log', privateKeyFrom(newPrivateKey()));
    const file = await forged(bundle, (files) => {
      const note = String(files.get(bundlePlaces.checkpoint));
      const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
      files.set(bundlePlaces.checkpoint, Buffer.from(forger.sign(text)));
    });
    expect(await found(file)).toEqual([expect.stringMatching(/checkpoint.txt: is not signed by/)]);
  });

  it('does not hold for somebody who trusts another key', async () => {
    const stranger = noteSigner('mpp-jakarta/log', privateKeyFrom(newPrivateKey()));
    const { name, keyId, publicKey } = stranger.key;
    const vkey = `${name}+${keyId}+${Buffer.from([1, ...publicKey]).toString('base64')}`;
    expect(await found(bundle, [vkey])).toEqual([
      expect.stringMatching(/checkpoint.txt: is not signed by a key that is trusted/),
    ]);
  });

  it('never holds with other contents, whichever byte of the file is another', async () => {
    const bytes = readFileSync(bundle);
    const before = await unpacked(bundle);
    const file = join(house.folder, 'flipped.zip');
    const wrong: string[] = [];
    for (let at = 7; at < bytes.length; at += 1 + Math.floor(bytes.length / 150)) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(file, flipped);
      const outcome = await check(file).then(
        ({ sound }) => (sound ? 'sound' : 'found'),
        (error: unknown) => (error instanceof BundleUnreadableError ? 'found' : String(error)),
      );
      // What may differ are times and flags of the archive itself.
      const isSame = outcome === 'sound' && isDeepStrictEqual(await unpacked(file), before);
      if (outcome !== 'found' && !isSame) wrong.push(`byte ${at}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no archive', 'PK\u0003\u0004 and no more'],
    ['another format', '%PDF-1.7'],
  ])('is refused with a reason when it is %s', async (_, content) => {
    const file = join(house.folder, 'other.zip');
    writeFileSync(file, content);
    await expect(check(file)).rejects.toThrow(BundleUnreadableError);
  });
});

describe('what a bundle proves', () => {
  it('is each event by the hash of its line, as the store has it', async () => {
    const files = await unpacked(bundle);
    const [line = ''] = String(files.get(events())).split('\n');
    const [first] = await readStream(house.store.raw, stream());
    expect(JSON.parse(line)).toMatchObject({ id: first?.id, revision: 0, data: first?.data });
    expect(leafHash(line)).toHaveLength(32);
  });

  it('ends where the newest checkpoint ends, and says how much lies beyond', async () => {
    const { length } = await readStream(house.store.raw, integrityStream);
    expect(length).toBe(2);
    const { prepareBundle } = await import('./write-bundle.ts');
    const now = Temporal.Instant.from('2026-11-02T03:04:05Z');
    const note = { type: 'NoteAdded', data: { text: 'Sesudah checkpoint.' } };
    const [last] = (await readStream(house.store.raw, stream())).slice(-1);
    const added = {
      ...note,
      id: '0190a8e4-6b1a-4c3e-9f00-00000000000a',
      metadata: { ...last?.metadata, command: '0190a8e4-6b1a-4c3e-9f00-00000000000b' },
    };
    await house.store.append(stream(), [added], last?.revision ?? 0);
    const ids = [house.applications[0] ?? ''];
    const { uncovered } = await prepareBundle(ids, house.source, { by: 'auditor-1', now });
    expect(uncovered).toBe(1);
    expect((await check(await house.bundle(ids))).manifest?.applications).toEqual([
      { id: ids[0], events: 12 },
    ]);
  });
});
