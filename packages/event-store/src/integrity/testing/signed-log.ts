import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedEventStore } from '../../embedded/embedded-event-store.ts';
import {
  readStream,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
} from '../../event-store.ts';
import { EventStoreDbEventStore } from '../../eventstoredb/eventstoredb-event-store.ts';
import { startTestServer } from '../../test-server/index.ts';
import { newPrivateKey, noteSigner, privateKeyFrom, type NoteSigner } from '../ed25519.ts';
import type { RecordedCheckpoint } from '../integrity-stream.ts';
import { signCheckpoints } from '../sign-checkpoints.ts';

/** A store whose file somebody can get at. */
export type OpenHouse = {
  store: EventStore;
  /** The SQLite file that holds its events. */
  file: string;
  close(): Promise<void>;
};

/** The stores that a log may be in, each with the file behind it. */
export const houses: readonly [name: string, open: () => Promise<OpenHouse>][] = [
  [
    'the embedded store',
    async () => {
      const { file, remove } = place();
      const store = new EmbeddedEventStore({ file });
      return {
        store,
        file,
        async close() {
          await store.close();
          remove();
        },
      };
    },
  ],
  [
    'EventStoreDB',
    async () => {
      const { file, remove } = place();
      const server = await startTestServer({ file });
      const { connectionString } = server;
      const store = new EventStoreDbEventStore({ connectionString });
      return {
        store,
        file,
        async close() {
          await store.close();
          await server.stop();
          remove();
        },
      };
    },
  ],
];

function place(): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'satu-atap-integrity-'));
  return {
    file: join(folder, 'events.sqlite'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function newSigner(origin = 'mpp.example/log'): NoteSigner {
  return noteSigner(origin, privateKeyFrom(newPrivateKey()));
}

export const now = () => Temporal.Instant.from('2026-03-02T01:00:00Z');

/** Events with content that could be anybody's. */
export function notes(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    type: 'NoteAdded',
    data: { text: `catatan ${index}`, amount: 125_000 + index },
    metadata: { office: 'mpp-bandung', occurredAt: '2026-03-02T00:59:00Z' },
  }));
}

/** Four streams whose events take turns: `a@0 b@0 c@0 d@0 a@1 …`. */
export async function takeTurns(store: EventStore, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    for (const stream of ['a', 'b', 'c', 'd']) await store.append(stream, notes(1), 'any');
  }
}

/**
 * A log of which three checkpoints were signed, and the last two of them are given. Its leaves: 0 the
 * key, 1 a checkpoint, 2 `a@0` … 13 `d@2`, 14 a checkpoint, 15 `a@3` … 22 `d@4`, 23 a checkpoint.
 */
export async function signedTwice(
  store: EventStore,
  signer: NoteSigner = newSigner(),
): Promise<RecordedCheckpoint[]> {
  const signed: RecordedCheckpoint[] = [];
  const onSigned = async (one: RecordedCheckpoint) => void signed.push(one);
  await signCheckpoints(store, { signer, now });
  await takeTurns(store, 3);
  await signCheckpoints(store, { signer, now, onSigned });
  await takeTurns(store, 2);
  await signCheckpoints(store, { signer, now, onSigned });
  return signed;
}

/** What somebody does who has the file. */
export function tamper(file: string, change: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('PRAGMA foreign_keys = OFF');
  change(database);
  database.close();
}

/** The place of an event in the file. */
export function rowOf(database: DatabaseSync, stream: string, revision: number): number {
  const row = database
    .prepare(
      'SELECT position FROM events JOIN streams ON streams.id = stream_id WHERE name = ? AND revision = ?',
    )
    .get(stream, revision) as { position: number };
  return row.position;
}

export async function newestOf(store: EventStore, stream: string): Promise<RecordedEvent> {
  const [newest] = await readStream(store, stream, { direction: 'backwards', limit: 1 });
  if (!newest) throw new Error(`${stream} is empty`);
  return newest;
}
