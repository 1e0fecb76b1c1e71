import {
  consistencyProof,
  faultOfConsistency,
  faultOfInclusion,
  inclusionProof,
  parseVkey,
  type VerifierKey,
} from '@satu-atap/domain';
import { verifyEd25519 } from '@satu-atap/event-store';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishJobCard } from '../end-to-end/job-card.ts';
import { cleanUp, patience, satuAtap, scratchFolder } from '../end-to-end/processes.ts';

let data = '';
const integrity = (...args: string[]) => satuAtap('integrity', ...args, '--data', data);
/** Signs what is there. @returns how many events the checkpoint covers */
async function sign(): Promise<number> {
  const { code, stdout } = await integrity('checkpoint');
  expect(code).toBe(0);
  return Number(stdout.split('\n')[1]);
}

/** The log's public keys, as an outsider has them. */
async function trusted(): Promise<VerifierKey[]> {
  const lines = (await integrity('keys')).stdout.trim().split('\n');
  return lines.flatMap((line) => parseVkey(line.split(' ')[0] ?? '') ?? []);
}

let size = 0;
beforeEach(async () => {
  data = join(scratchFolder(), 'data');
  await publishJobCard('--data', data);
  size = await sign();
}, patience);
afterEach(cleanUp, patience);

test(
  'a log that nobody touched is sound, before and after its key is replaced',
  { timeout: patience * 2 },
  async () => {
    expect(await integrity('check')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/nothing that was signed has been altered\n$/),
    });
    const [first = ''] = (await integrity('keys')).stdout.split(' ');
    expect(first).toMatch(/^satu-atap\/\S+\+[0-9a-f]{8}\+\S+$/);
    const second = (await integrity('rotate-key')).stdout.trim();
    expect(second).not.toBe(first);
    await sign();
    expect((await integrity('keys')).stdout.match(/ since /g)).toHaveLength(2);
    // Whoever trusts the first key trusts what it introduced; nobody else's.
    expect(await integrity('check', '--key', first)).toMatchObject({ code: 0 });
    const stranger = `${first.slice(0, -8)}AAAAAAA=`;
    const wrong = await integrity('check', '--key', 'no-key', stranger);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('is no public key') });
  },
);

test(
  'an event that was altered is named, with status 2, and what was cut off by a checkpoint from outside',
  { timeout: patience * 2 },
  async () => {
    const [key = ''] = (await integrity('keys')).stdout.split(' ');
    const events = new DatabaseSync(join(data, 'events.sqlite'));
    const { name } = events
      .prepare(`SELECT name FROM streams WHERE name LIKE 'service-%'`)
      .get() as { name: string };
    events.exec(`UPDATE events SET metadata = replace(metadata, '"system"', '"sistem"')
                 WHERE type = 'ServicePublished'`);
    const altered = await integrity('check');
    expect(altered.code).toBe(2);
    expect(altered.stdout).toMatch(new RegExp(`^ALTERED .*${name}@0`, 'm'));

    const handedOut = join(data, '..', 'handed-out.txt');
    await writeFile(handedOut, (await integrity('checkpoint')).stdout);
    events.exec('DELETE FROM events WHERE position > 1');
    events.close();
    const cut = await integrity('check', '--checkpoint', handedOut, '--key', key);
    expect(cut.code).toBe(2);
    expect(cut.stdout).toMatch(/^TRUNCATED /m);
  },
);

test(
  'an event is proved to whoever hashes its leaf, and one checkpoint to continue another',
  { timeout: patience * 2 },
  async () => {
    const proved = await integrity('prove', 'integrity', '0', '--size', String(size));
    expect(proved.code).toBe(0);
    const keys = await trusted();
    const proof = inclusionProof.parse(JSON.parse(proved.stdout));
    expect(proof).toMatchObject({ stream: 'integrity', revision: 0, size });
    expect(faultOfInclusion(proof, keys, verifyEd25519)).toBeUndefined();
    const forged = { ...proof, leaf: proof.leaf.replace('"system"', '"sistem"') };
    expect(forged.leaf).not.toBe(proof.leaf);
    expect(faultOfInclusion(forged, keys, verifyEd25519)).toMatch(/do not lead to the root/);

    const later = await sign();
    const consistent = await integrity('consistency', String(size), String(later));
    const continued = consistencyProof.parse(JSON.parse(consistent.stdout));
    expect(faultOfConsistency(continued, keys, verifyEd25519)).toBeUndefined();

    const refused = [
      await integrity('prove', 'integrity', '999'),
      await integrity('prove', 'no-such-stream', '0'),
      await integrity('prove', 'integrity', 'first'),
      await integrity('consistency', String(later), String(size)),
      await integrity('consistency', '1', String(later)),
    ];
    expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 1));
    for (const { stderr, stdout } of refused) {
      expect(stderr).toMatch(/\S/);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe('');
    }
  },
);
