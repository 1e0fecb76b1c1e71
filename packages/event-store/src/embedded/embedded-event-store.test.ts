import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { eventStoreContract } from '../contract/event-store-contract.ts';
import { givenStream } from '../contract/given.ts';
import { start } from '../event-store.ts';
import { EmbeddedEventStore } from './embedded-event-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'satu-atap-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Polling would hide a subscription that is not told.
const pollInterval = 60_000;

eventStoreContract(
  'embedded',
  () => new EmbeddedEventStore({ file: join(folder, `${randomUUID()}.sqlite`), pollInterval }),
);

eventStoreContract(
  'embedded, long-used',
  () => new EmbeddedEventStore({ file: join(folder, 'events.sqlite'), pollInterval }),
);

it('lets other work have its turn while the whole log is read', async () => {
  const store = new EmbeddedEventStore({ file: ':memory:' });
  const { stream } = await givenStream(store, 3000);
  const { signal } = new AbortController();
  const readings = [
    store.read(stream),
    store.readAll(),
    store.subscribe({ after: start, signal }),
  ] as AsyncIterable<unknown>[];
  for (const reading of readings) {
    let turns = 0;
    const immediate = setImmediate(() => (turns += 1));
    let batches = 0;
    for await (const _ of reading) {
      batches += 1;
      if (batches === 3) break;
    }
    clearImmediate(immediate);
    expect(turns).toBe(1);
  }
  await store.close();
});
