import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import {
  checkpointFiles,
  EmbeddedEventStore,
  integrityHead,
  rotateSigningKey,
  verifyLog,
  type EventStore,
} from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IntegrityCheckpoints } from './integrity-checkpoints.ts';
import { eventually } from './notifications/testing/eventually.ts';
import { Mortal } from './notifications/testing/mortal.ts';

const log = pino({ level: 'silent' });
let folder: string;
let store: EmbeddedEventStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'satu-atap-checkpoints-'));
  store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const worker = (over: EventStore = store, files = 'checkpoints') =>
  new IntegrityCheckpoints({
    store: over,
    key: { file: join(folder, 'keys', 'log.pem'), mayCreate: true },
    folder: join(folder, files),
    log,
    interval: 5,
  });

async function something(count = 3): Promise<void> {
  const events = Array.from({ length: count }, () => ({
    id: randomUUID(),
    type: 'NoteAdded',
    data: { text: 'catatan' },
    metadata: {},
  }));
  await store.append('a', events, 'any');
}

const latest = () => readFile(join(folder, 'checkpoints', 'latest.txt'), 'utf8');

describe('the worker that signs checkpoints', () => {
  it('signs what happens, and each is there as a file', async () => {
    const signing = worker();
    signing.run();
    await something();
    await eventually(
      async () => (await integrityHead(store)).checkpoint?.size ?? 0,
    ).toBeGreaterThan(3);
    await signing.stop();
    const { checkpoint } = await integrityHead(store);
    expect(await latest()).toBe(checkpoint?.note);
    expect(signing.status).toEqual({
      signing: true,
      size: checkpoint?.size,
      signedAt: checkpoint?.signedAt,
    });
    const outside = await checkpointFiles(join(folder, 'checkpoints'));
    const found = await verifyLog(store, { checkpoints: outside });
    expect(found).toMatchObject({ differences: [], uncovered: 1 });
    expect(found.checkpoints.outside).toBe(found.checkpoints.recorded);
  });

  it('signs a last time when it is stopped', async () => {
    const signing = new IntegrityCheckpoints({
      store,
      key: { file: join(folder, 'log.pem'), mayCreate: true },
      folder: join(folder, 'checkpoints'),
      log,
      interval: 3_600_000,
    });
    signing.run();
    await eventually(() => signing.status.size).toBe(1);
    await something();
    await signing.stop();
    expect(await verifyLog(store)).toMatchObject({ differences: [], uncovered: 1 });
  });

  it('goes on where it was, at whichever step it was killed', async () => {
    for (let steps = 1; steps <= 8; steps++) {
      await something();
      const mortal = new Mortal(steps);
      // What is killed never answers.
      const dead = eventually(() => mortal.isDead).toBe(true);
      await Promise.race([worker(mortal.store(store)).sign(), dead]);
      await something();
      await worker().sign();
      const outside = await checkpointFiles(join(folder, 'checkpoints'));
      const found = await verifyLog(store, { checkpoints: outside });
      expect(found.differences).toEqual([]);
      expect(found.uncovered).toBeLessThanOrEqual(2);
    }
  });

  it('goes on where it was when its process is killed, again and again', async () => {
    const process = fileURLToPath(new URL('testing/signing-process.ts', import.meta.url));
    for (let round = 0; round < 4; round++) {
      const signing = spawn(execPath, [process, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(signing, 'exit');
      const lines = createInterface({ input: signing.stdout })[Symbol.asyncIterator]();
      await something(5000);
      // It has signed a piece of what there is, and is about to sign the next.
      for (let line = 0; line <= round; line++) {
        await lines.next();
        await something(500);
      }
      signing.kill('SIGKILL');
      await ended;
    }
    await worker().sign();
    const outside = await checkpointFiles(join(folder, 'checkpoints'));
    const found = await verifyLog(store, { checkpoints: outside });
    expect(found.differences).toEqual([]);
    expect(found.covered).toBeGreaterThan(20_000);
    expect(found.uncovered).toBeLessThanOrEqual(5);
  }, 60_000);

  it('writes the file that one who was killed has not written', async () => {
    await something();
    await worker().sign();
    const before = await latest();
    await rm(join(folder, 'checkpoints'), { recursive: true });
    await worker().sign();
    expect(await latest()).toBe(before);
  });

  it('of which several run makes one history', async () => {
    const workers = [worker(), worker(store, 'others'), worker(store, 'more')];
    for (const one of workers) one.run();
    for (let round = 0; round < 20; round++) await something(2);
    for (const one of workers) await one.stop();
    const found = await verifyLog(store);
    expect(found.differences).toEqual([]);
    expect(found.uncovered).toBe(1);
  });

  it('signs with the new key once it is rotated, without being told', async () => {
    const signing = worker();
    await something();
    await signing.sign();
    const place = { file: join(folder, 'keys', 'log.pem') };
    const actor = { id: 'cli:operator', roles: ['system'] };
    const now = () => Temporal.Instant.from('2026-03-02T01:00:00Z');
    await rotateSigningKey(store, place, { actor, now });
    await something();
    await signing.sign();
    const found = await verifyLog(store);
    expect(found).toMatchObject({ differences: [], uncovered: 1 });
    expect(found.keys).toHaveLength(2);
  });

  it('signs nothing more when the log is shorter than what it has signed', async () => {
    await something();
    await worker().sign();
    await store.close();
    const whole = await readFile(join(folder, 'events.sqlite'));
    store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
    await something();
    await worker().sign();
    await store.close();
    // As when a copy from before is put back.
    for (const file of await readdir(folder)) {
      if (file.startsWith('events.sqlite')) await rm(join(folder, file));
    }
    await writeFile(join(folder, 'events.sqlite'), whole);
    store = new EmbeddedEventStore({ file: join(folder, 'events.sqlite') });
    await something();
    const signing = worker();
    await expect(signing.sign()).rejects.toThrow('cut back');
    signing.run();
    await eventually(() => signing.status.error).toBe(
      'the record of checkpoints is not what was signed',
    );
    await signing.stop();
  });

  it('says when there is no key, and does not make one where each machine would make its own', async () => {
    const signing = new IntegrityCheckpoints({
      store,
      key: { file: join(folder, 'log.pem') },
      folder: join(folder, 'checkpoints'),
      log,
      interval: 5,
    });
    signing.run();
    await eventually(() => signing.status).toEqual({
      signing: false,
      error: 'there is no signing key',
    });
    await signing.stop();
  });
});
