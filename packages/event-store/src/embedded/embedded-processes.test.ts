import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { follow, ids, idsOf, newEvents } from '../contract/given.ts';
import { EventStoreUnavailableError, readStream, start } from '../event-store.ts';
import { EmbeddedEventStore } from './embedded-event-store.ts';

describe('an event file shared with the world', { timeout: 30_000 }, () => {
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'satu-atap-'));
    file = join(folder, 'events.sqlite');
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('gives a subscriber what another process appends', async () => {
    await using store = disposable(new EmbeddedEventStore({ file, pollInterval: 20 }));
    const other = writer({ appends: 25 });
    const { signal } = new AbortController();
    const { events } = await follow(
      store.subscribe({ after: start, signal }),
      (seen) => seen.length === 25,
    );
    const acknowledged = await other.output;
    expect(ids(events).toSorted()).toEqual(acknowledged.toSorted());
  });

  it('lets two processes write to one stream, one for each revision, while a third reads', async () => {
    await using store = disposable(new EmbeddedEventStore({ file }));
    const written = Promise.all([writer({ appends: 60 }).output, writer({ appends: 60 }).output]);
    const ended = new AbortController();
    void written.finally(() => ended.abort());
    while (!ended.signal.aborted) {
      const found = await readStream(store, 'stream');
      expect(found.map(({ revision }) => revision)).toEqual([...found.keys()]);
      // Lets the processes' output arrive.
      await new Promise(setImmediate);
    }
    const acknowledged = (await written).flat();
    expect(acknowledged.length).toBeGreaterThanOrEqual(120);
    expect((await idsOf(store, 'stream')).toSorted()).toEqual(acknowledged.toSorted());
  });

  it(
    'holds every acknowledged append after its writer was killed',
    { timeout: 30_000 },
    async () => {
      const acknowledged: string[] = [];
      for (let round = 0; round < 3; round++) {
        const other = writer({ appends: 1e9, bytes: 2000 });
        await other.printed(40 + 60 * round);
        other.child.kill('SIGKILL');
        acknowledged.push(...(await other.output));
        await using store = disposable(new EmbeddedEventStore({ file }));
        const stored = await idsOf(store, 'stream');
        expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
      }
    },
  );

  it('refuses appends when the disk is full, and keeps those it had acknowledged', async () => {
    const other = writer({ appends: 1e9, bytes: 20_000, maxFileSize: 2_000_000 });
    const printed = await other.output;
    expect(printed.at(-1)).toBe('EventStoreUnavailableError');
    await using store = disposable(new EmbeddedEventStore({ file }));
    const stored = await idsOf(store, 'stream');
    expect(stored.length).toBeGreaterThan(10);
    expect(printed.slice(0, -1).filter((id) => !stored.includes(id))).toEqual([]);
    await expect(store.append('stream', newEvents(1), 'any')).resolves.toBeDefined();
  });

  it('waits for a process that holds the file, with the event loop free', async () => {
    await using store = disposable(new EmbeddedEventStore({ file }));
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const appending = store.append('stream', newEvents(1), 'no-stream');
    let turns = 0;
    while (turns < 100) {
      await new Promise(setImmediate);
      turns += 1;
    }
    expect(await idsOf(store, 'stream')).toEqual([]);
    other.exec('ROLLBACK');
    other.close();
    await expect(appending).resolves.toMatchObject({ revision: 0 });
  });

  it('gives up on a file that stays held, and works again when it is free', async () => {
    await using store = disposable(new EmbeddedEventStore({ file, lockTimeout: 30 }));
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append('stream', newEvents(1), 'no-stream')).rejects.toThrow(
      EventStoreUnavailableError,
    );
    other.exec('ROLLBACK');
    other.close();
    await expect(store.append('stream', newEvents(1), 'no-stream')).resolves.toMatchObject({
      revision: 0,
    });
  });

  it('refuses a file of a newer version', () => {
    const other = new DatabaseSync(file);
    other.exec('PRAGMA user_version = 99');
    other.close();
    expect(() => new EmbeddedEventStore({ file })).toThrow(EventStoreUnavailableError);
  });

  it('refuses a file that is no event file', () => {
    expect(() => new EmbeddedEventStore({ file: folder })).toThrow(EventStoreUnavailableError);
  });

  type WriterOptions = { appends: number; bytes?: number; maxFileSize?: number };

  function writer({ appends, bytes = 10, maxFileSize }: WriterOptions) {
    const script = fileURLToPath(new URL('writer-process.ts', import.meta.url));
    // The limit is in blocks of 512 bytes; beyond it, writing fails as on a full disk.
    const limit = maxFileSize === undefined ? 'unlimited' : String(Math.ceil(maxFileSize / 512));
    const shell = 'ulimit -f "$1" && shift && exec "$@"';
    const command = [process.execPath, script, file, 'stream', String(appends), String(bytes)];
    const child = spawn('sh', ['-c', shell, 'sh', limit, ...command], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    const reader = createInterface(child.stdout);
    reader.on('line', (line) => lines.push(line));
    return {
      child,
      /** Everything it printed until its end. */
      output: once(reader, 'close').then(() => lines),
      printed: async (count: number) => {
        while (lines.length < count) await once(reader, 'line');
      },
    };
  }
});

function disposable(store: EmbeddedEventStore): EmbeddedEventStore & AsyncDisposable {
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}
