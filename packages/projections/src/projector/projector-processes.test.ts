import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, describe, it, type ExpectStatic } from 'vitest';
import { ReadModelsReader } from '../read-models-reader.ts';
import { dump } from '../testing/dump.ts';
import { startPostgres } from '../testing/postgres.ts';
import { publishSample, sampleHistories } from '../testing/sample-house.ts';
import { Projector } from './projector.ts';

const server = await startPostgres();
const log = pino({ level: 'silent' });

describe.skipIf('unavailable' in server)(
  'projectors in several processes',
  { timeout: 60_000 },
  () => {
    if ('unavailable' in server) return;
    const { newDatabase } = server;
    const children: ChildProcess[] = [];
    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL');
      await server.close();
    });

    /** Its role is what it printed last. */
    function startProjector(events: string, url: string) {
      const file = fileURLToPath(new URL('projector-process.ts', import.meta.url));
      const child = spawn(process.execPath, [file, events, url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const started = { child, role: 'starting' };
      createInterface({ input: child.stdout }).on('line', (line) => (started.role = line));
      return started;
    }

    /** Two projectors, and events that come without end while `harm` is done to the active one. */
    async function underLoad(expect: ExpectStatic, harm: (active: ChildProcess) => Promise<void>) {
      const folder = mkdtempSync(join(tmpdir(), 'satu-atap-projectors-'));
      const events = join(folder, 'events.sqlite');
      const store = new EmbeddedEventStore({ file: events });
      const url = await newDatabase();
      const histories = sampleHistories(await publishSample(store), Array(200).keys(), 10);

      const first = startProjector(events, url);
      await expect.poll(() => first.role, { timeout: 20_000 }).toBe('active');
      const second = startProjector(events, url);
      await expect.poll(() => second.role, { timeout: 20_000 }).toBe('standby');
      const reader = await ReadModelsReader.open({ readModels: { postgres: url }, log });

      const append = async (from: number, to: number) => {
        for (const { stream, events: own } of histories.slice(from, to)) {
          for (const [index, event] of own.entries())
            await store.append(stream, [event], index === 0 ? 'no-stream' : index - 1);
        }
      };
      const appending = append(0, 150);
      await expect.poll(() => reader.status.position > '', { timeout: 20_000 }).toBe(true);
      await harm(first.child);
      await expect.poll(() => second.role, { timeout: 20_000, interval: 20 }).toBe('active');
      await appending;
      await append(150, 200);

      const head = await store.head();
      await expect.poll(() => reader.status.position, { timeout: 20_000 }).toBe(head);
      const rows = await dump(reader.database);
      const location = { folder };
      const rebuilt = await Projector.open({ ...location, store, offices: sampleOffices, log });
      expect(rows.history).toHaveLength(2000);
      expect(rows).toEqual(await dump(rebuilt.database));
      await rebuilt.close();
      await reader.close();
      return {
        first,
        second,
        close: async () => {
          for (const { child } of [first, second]) child.kill('SIGKILL');
          await store.close();
          rmSync(folder, { recursive: true });
        },
      };
    }

    it.concurrent('take over within seconds when the active one is killed', async ({ expect }) => {
      const { close } = await underLoad(expect, async (active) => {
        active.kill('SIGKILL');
        await once(active, 'exit');
      });
      await close();
    });

    it.concurrent('take over when the active one is frozen, which stands by when it wakes', async ({
      expect,
    }) => {
      const { first, second, close } = await underLoad(expect, async (active) => {
        active.kill('SIGSTOP');
      });
      first.child.kill('SIGCONT');
      await expect.poll(() => first.role, { timeout: 20_000 }).toBe('standby');
      expect(second.role).toBe('active');
      await close();
    });
  },
);
