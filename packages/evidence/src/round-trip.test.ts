import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { LogAttribute } from '@satu-atap/domain';
import { sampleOffices } from '@satu-atap/domain/testing';
import { ServiceCatalogue, type EventStore } from '@satu-atap/event-store';
import { describe, expect, test } from 'vitest';
import { plain } from './cases/disclosure.ts';
import { exportLog, type ExportFormat } from './export/export-log.ts';
import { csvSource } from './import/csv/csv-source.ts';
import { importId } from './import/imported-log-events.ts';
import { LogFile } from './import/log-file.ts';
import { xesSource, type LogSource } from './import/log-source.ts';
import { importPath, memoryStore } from './testing/import-file.ts';

const shared = process.env['SATU_ATAP_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const logs = join(shared, 'data/logs');
const there = existsSync(join(logs, 'receipt.xes.gz'));

type Read = {
  cases: { attributes: LogAttribute[]; events: LogAttribute[][] }[];
  loose: LogAttribute[][];
  log: LogAttribute[];
};

/** All that a log says, by our own reader, which other tests hold against texts. */
async function everythingIn(
  path: string,
  sourceOf: (file: LogFile) => LogSource = xesSource,
): Promise<Read> {
  const source = sourceOf(await LogFile.open(path));
  const read: Read = { cases: [], loose: [], log: [] };
  try {
    for await (const parts of source.parts()) {
      for (const part of parts) {
        if (part.kind === 'case') {
          const { attributes, events } = part.case;
          read.cases.push({ attributes, events: events.map((event) => event.attributes) });
        }
        if (part.kind === 'event') read.loose.push(part.event.attributes);
        if (part.kind === 'header') read.log = part.attributes;
      }
    }
    return read;
  } finally {
    await source.close();
  }
}

async function exported(store: EventStore, log: string, format: ExportFormat, to: string) {
  const source = { store, services: new ServiceCatalogue(store), offices: sampleOffices };
  const text = exportLog(source, { format, selection: { log }, disclosure: plain });
  await writeFile(to, Readable.from(text));
}

async function logOf(path: string): Promise<string> {
  const file = await LogFile.open(path);
  try {
    for await (const _ of file.text()) {
      // Its digest is known when it was read.
    }
    return importId(file.sha256);
  } finally {
    await file.close();
  }
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'satu-atap-round-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Keys of the log itself are encoded where the schema of XES does not allow them. */
function decoded([key, type, value, children]: LogAttribute): LogAttribute {
  const plainKey = key.replaceAll(/_x([0-9a-fA-F]{4})_/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
  return children ? [plainKey, type, value, children.map(decoded)] : [plainKey, type, value];
}

test.skipIf(there)(
  `the real logs are not here: set SATU_ATAP_SHARED to try them (looked in ${logs})`,
  () => {},
);

describe.skipIf(!there)('what was imported from a real log', () => {
  test.each(['receipt.xes.gz', 'BPIC15_1.xes.gz'])(
    'is exported as %s was: cases, events, order, times and attributes',
    { timeout: 180_000 },
    async (name) => {
      const path = join(logs, name);
      const store = memoryStore();
      expect(await importPath(path, { store })).toMatchObject({ type: 'imported' });
      const again = await inFolder(async (folder) => {
        await exported(store, await logOf(path), 'xes', join(folder, 'log.xes'));
        return everythingIn(join(folder, 'log.xes'));
      });
      const before = await everythingIn(path);
      expect(again.cases.length).toBe(before.cases.length);
      // One by one: a difference in fifty thousand events could not be printed.
      for (const [index, one] of before.cases.entries()) expect(again.cases[index]).toEqual(one);
      expect(again.log.map(decoded)).toEqual(before.log);
      expect(again.loose).toEqual(before.loose);
    },
  );
});

test('what was imported from CSV is exported with its own columns, cell by cell', async () => {
  const csv = `case:concept:name,concept:name,time:timestamp,org:resource,case:kind,note
A,register,2011-10-11T13:45:40.276+02:00,Ana,x,"two
lines"
A,decide,2011-10-12T13:45:40+02:00,Citra,x,"=1+1, ""as text"""
B,register,2011-10-11T13:46:40Z,,y,
`;
  await inFolder(async (folder) => {
    const [path, to] = [join(folder, 'log.csv'), join(folder, 'again.csv')];
    await writeFile(path, csv);
    const store = memoryStore();
    expect(await importPath(path, { store, csv: {} })).toMatchObject({ type: 'imported' });
    await exported(store, await logOf(path), 'csv', to);
    const csvOf = (file: LogFile) => csvSource(file, { timeZone: 'UTC' });
    expect((await everythingIn(to, csvOf)).cases).toEqual((await everythingIn(path, csvOf)).cases);
  });
});
