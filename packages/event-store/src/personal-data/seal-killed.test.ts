import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedEventStore } from '../embedded/embedded-event-store.ts';
import type { RecordedEvent } from '../event-store.ts';
import { openKeyRing } from './open-key-ring.ts';
import { unsealed } from './plain-event-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'satu-atap-seal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs writers in a process of its own and kills it once it has stored so many events. */
async function writeUntilKilled(stored: number): Promise<void> {
  const script = join(import.meta.dirname, 'seal-process.ts');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    seen += 1;
    if (seen === stored) child.kill('SIGKILL');
  }
  expect((await exit)[1]).toBe('SIGKILL');
}

it('leaves no event without its key, killed while many new applicants submit', async () => {
  const rounds = [1, 150, 400];
  for (const stored of rounds) await writeUntilKilled(stored);
  const store = unsealed(
    new EmbeddedEventStore({ file: join(folder, 'events.sqlite') }),
    openKeyRing({ file: join(folder, 'keys.sqlite') }),
  );
  // Reading stops at an event whose key is missing.
  const events: RecordedEvent[] = [];
  for await (const batch of store.readAll()) events.push(...batch);
  expect(events.length).toBeGreaterThanOrEqual(rounds.reduce((sum, count) => sum + count));
  for (const { data } of events) {
    const { id, name } = data['applicant'] as { id: string; name: string };
    expect(name).toBe(`Pemohon ${id}`);
  }
  await store.close();
}, 60_000);
