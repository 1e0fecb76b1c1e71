import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { eventStoreContract } from '../contract/event-store-contract.ts';
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
