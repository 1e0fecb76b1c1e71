import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sampleOffices } from '@satu-atap/domain/testing';
import { EmbeddedEventStore } from '@satu-atap/event-store';
import { Projector } from '@satu-atap/projections';
import { pino } from 'pino';
import { perSecond } from './measure.ts';

// One round: prints events per second.
const [house = '', what] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'satu-atap-rebuild-'));
const store = new EmbeddedEventStore({ file: join(house, 'events.sqlite') });
const events = Number(await store.head());

console.log(what === 'rebuild' ? await rebuild() : await bareInserts());
await store.close();
rmSync(folder, { recursive: true });

async function rebuild(): Promise<number> {
  const log = pino({ level: 'silent' });
  let projector: Projector | undefined;
  const rate = await perSecond(events, async () => {
    projector = await Projector.open({ store, folder, offices: sampleOffices, log });
  });
  await projector?.close();
  return rate;
}

/** Rows like those of the history, in transactions like those of a rebuild. */
async function bareInserts(): Promise<number> {
  const database = new DatabaseSync(join(folder, 'bare.sqlite'));
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE history (application TEXT, revision INTEGER, type TEXT, at TEXT, actor TEXT,
      data TEXT, PRIMARY KEY (application, revision));
  `);
  const insert = database.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)');
  const rows: [string, number, string, string, string, string][] = [];
  for await (const batch of store.readAll()) {
    for (const { stream, revision, type, data, metadata } of batch) {
      const at = String(metadata['occurredAt']);
      rows.push([
        stream,
        revision,
        type,
        at,
        JSON.stringify(metadata['actor']),
        JSON.stringify(data),
      ]);
    }
  }
  const rate = await perSecond(events, async () => {
    for (let from = 0; from < rows.length; from += 10_000) {
      database.exec('BEGIN');
      for (const row of rows.slice(from, from + 10_000)) insert.run(...row);
      database.exec('COMMIT');
    }
  });
  database.close();
  return rate;
}
