import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { LogAttribute } from '@satu-atap/domain';
import { sampleOffices } from '@satu-atap/domain/testing';
import { ServiceCatalogue, type EventStore } from '@satu-atap/event-store';
import { plain } from '../cases/disclosure.ts';
import { exportLog, type ExportFormat } from '../export/export-log.ts';
import { importId } from '../import/imported-log-events.ts';
import { LogFile } from '../import/log-file.ts';
import { xesSource, type LogSource } from '../import/log-source.ts';

/** All that a log says. */
export type Read = {
  cases: { attributes: LogAttribute[]; events: LogAttribute[][] }[];
  loose: LogAttribute[][];
  log: LogAttribute[];
};

/** Reads it by our own reader, which other tests hold against texts. */
export async function everythingIn(
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

export async function exported(store: EventStore, log: string, format: ExportFormat, to: string) {
  const source = { store, services: new ServiceCatalogue(store), offices: sampleOffices };
  const text = exportLog(source, { format, selection: { log }, disclosure: plain });
  await writeFile(to, Readable.from(text));
}

export async function logOf(path: string): Promise<string> {
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

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'satu-atap-round-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Keys of the log itself are encoded where the schema of XES does not allow them. */
export function decoded([key, type, value, children]: LogAttribute): LogAttribute {
  const plainKey = key.replaceAll(/_x([0-9a-fA-F]{4})_/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
  return children ? [plainKey, type, value, children.map(decoded)] : [plainKey, type, value];
}
