import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writtenBook } from '@satu-atap/domain';
import { office, sampleCalendar, sampleOffices } from '@satu-atap/domain/testing';
import { derivedId, type ReadStreamsOptions } from '@satu-atap/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disclosureBy } from '../cases/disclosure.ts';
import { returnedLife, StoredLives } from '../testing/stored-lives.ts';
import { exportLog, type ExportFormat, type ExportRequest } from './export-log.ts';

const applications = 1200;
const folder = mkdtempSync(join(tmpdir(), 'satu-atap-shared-'));
const file = join(folder, 'events.sqlite');
const threads = {
  count: 3,
  events: { file },
  offices: [sampleOffices.get(office)!.definition],
  calendars: writtenBook([sampleCalendar]),
};

let lives: StoredLives;
beforeAll(async () => {
  lives = await StoredLives.open(file);
  const log = derivedId('log');
  for (let first = 0; first < applications; first += 100) {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const place = first + index;
        // Every hundredth application has something that no other had, so that columns come in order.
        const attributes = [[`only-${Math.floor(place / 100)}`, 'string', 'é "x"']] as never;
        return place % 100 === 99
          ? lives.addImported(log, place, attributes, [attributes])
          : lives.add(derivedId('shared', place), returnedLife);
      }),
    );
  }
}, 60_000);
afterAll(async () => {
  await lives.close();
  rmSync(folder, { recursive: true });
});

async function exported(format: ExportFormat, shared: boolean, more: Partial<ExportRequest> = {}) {
  const { store, services, offices } = lives;
  const source = { store, services, offices, ...(shared ? { threads } : {}) };
  const asked = { format, selection: {}, disclosure: disclosureBy(undefined), ...more };
  const pieces: Buffer[] = [];
  for await (const piece of exportLog(source, asked)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

describe('an export that threads share', { timeout: 60_000 }, () => {
  it.each(['xes', 'csv'] as const)(
    'is in %s, byte by byte, what one alone writes',
    async (format) => {
      const alone = await exported(format, false);
      expect(alone.match(/application-submitted/g)?.length).toBe((applications / 100) * 99);
      expect((await exported(format, true)) === alone).toBe(true);
    },
  );

  it('keeps to the selection and has the same pseudonyms', async () => {
    const disclosure = disclosureBy(new Uint8Array(32).fill(7));
    const more = { selection: { log: 'none' as const }, disclosure };
    const alone = await exported('xes', false, more);
    expect(alone).not.toContain('front-desk-1"');
    expect((await exported('xes', true, more)) === alone).toBe(true);
  });

  it('can be left before its end', async () => {
    const { store, services, offices } = lives;
    const asked = { format: 'xes', selection: {}, disclosure: disclosureBy(undefined) } as const;
    let pieces = 0;
    for await (const _ of exportLog({ store, services, offices, threads }, asked)) {
      pieces += 1;
      if (pieces === 3) break;
    }
    expect(pieces).toBe(3);
  });

  it('fails as one alone fails, when an event is not what was written', async () => {
    const other = new DatabaseSync(file);
    const spoil = other.prepare(
      'UPDATE events SET data = ? WHERE stream_id = 900 AND revision = 0',
    );
    const kept = other
      .prepare('SELECT data FROM events WHERE stream_id = 900 AND revision = 0')
      .get();
    spoil.run('{"office":7}');
    const message = /^application-.*@0 ApplicationSubmitted: /;
    await expect(exported('xes', false)).rejects.toThrow(message);
    await expect(exported('xes', true)).rejects.toThrow(message);
    spoil.run(String(kept?.['data']));
    other.close();
  });
});

it('reads no further than what it gives, however long the log is', async () => {
  const { store, services, offices } = lives;
  let read = 0;
  const counting = {
    head: () => store.head(),
    read: store.read.bind(store),
    readAll: store.readAll.bind(store),
    async *readStreams(options: ReadStreamsOptions) {
      for await (const batch of store.readStreams(options)) {
        read += options.prefix === 'application-' ? batch.length : 0;
        yield batch;
      }
    },
  };
  const asked = { format: 'xes', selection: {}, disclosure: disclosureBy(undefined) } as const;
  let told = 0;
  let furthest = 0;
  for await (const piece of exportLog({ store: counting, services, offices }, asked)) {
    told +=
      Buffer.from(piece)
        .toString()
        .match(/<\/event>/g)?.length ?? 0;
    furthest = Math.max(furthest, read - told);
  }
  expect(read).toBeGreaterThan(applications * 3);
  // A batch, the case before it, and the piece that is being filled (here suspensions are events, too).
  expect(furthest).toBeLessThan(300);
});
