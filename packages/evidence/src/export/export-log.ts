import {
  readImportedLog,
  readLogAttributes,
  type EventStore,
  type ImportedLog,
} from '@satu-atap/event-store';
import type { CaseSelection } from '../cases/case-selection.ts';
import type { Disclosure } from '../cases/disclosure.ts';
import type { ExportScope, ExportSource } from '../cases/exported-cases.ts';
import { importedAttributes } from '../cases/imported-attributes.ts';
import { keys } from '../cases/exported-case.ts';
import { usualColumns, type CsvColumn } from '../csv/csv-columns.ts';
import { csvExport } from '../csv/csv-export.ts';
import { ocelJsonExport } from '../ocel/ocel-json-export.ts';
import { ocelSqliteExport } from '../ocel/ocel-sqlite-export.ts';
import { xesExport } from '../xes/xes-export.ts';
import { ownHeader, type LogBeginning } from '../xes/xes-header.ts';
import type { CaseText } from './case-text.ts';
import { sharedCaseTexts, type ExportThreads } from './shared-case-texts.ts';
import { hasImportedLogs, looseEventsOf } from './imported-log-parts.ts';

/** What an event log can be had as: its media type, and how its file's name ends. */
export const exportFormats = {
  xes: { mediaType: 'application/xml', extension: 'xes' },
  'ocel-json': { mediaType: 'application/json; charset=utf-8', extension: 'jsonocel' },
  'ocel-sqlite': { mediaType: 'application/vnd.sqlite3', extension: 'sqlite' },
  csv: { mediaType: 'text/csv; charset=utf-8', extension: 'csv' },
} as const;
export type ExportFormat = keyof typeof exportFormats;

export type ExportRequest = {
  format: ExportFormat;
  selection: CaseSelection;
  disclosure: Disclosure;
  /** XES: encode keys of cases and events that its schema does not allow; they are left as they are otherwise. */
  strictKeys?: boolean;
  /** CSV: guard imported texts against being taken for formulas, too, though that changes them. */
  forSpreadsheets?: boolean;
};

type Source = Omit<ExportSource, 'store'> & {
  store: ExportSource['store'] & Pick<EventStore, 'head'>;
  /** Threads to share the work, of formats that are written case by case. */
  threads?: ExportThreads;
};

/**
 * An event log for process mining, piece by piece, of everything that is stored when it begins. What it
 * gives is whole only if it ends by itself: whoever writes it somewhere throws it away on an error. Of
 * threads, a piece holds until the next is asked for: whoever reads ahead takes copies.
 *
 * @throws EventStoreUnavailableError, UnreadableEventError
 */
export async function* exportLog(
  source: Source,
  request: ExportRequest,
): AsyncGenerator<string | Uint8Array> {
  const { format, selection, disclosure, strictKeys = false, forSpreadsheets = false } = request;
  const scope: ExportScope = { selection, disclosure, until: await source.store.head() };
  const log = await oneLog(source, selection);
  const textOf = (text: CaseText) => sharedCaseTexts(source, scope, text);
  switch (format) {
    case 'xes': {
      const beginning = await beginningOf(source, scope, log);
      const looseEvents = log ? toldLooseEvents(source, log, disclosure) : [];
      const traces = textOf({ of: 'xes', strictKeys });
      yield* xesExport({ beginning, traces, looseEvents, strictKeys });
      return;
    }
    case 'csv': {
      const columns = log && columnsOf(log);
      yield* csvExport(textOf, { columns, forSpreadsheets });
      return;
    }
    case 'ocel-json':
      yield* ocelJsonExport(source, scope);
      return;
    case 'ocel-sqlite':
      yield* ocelSqliteExport(source, scope);
  }
}

/** The columns that a foreign log's own are added to: a table's very own, and no numbers of ours. */
function columnsOf({ begun }: ImportedLog): CsvColumn[] {
  const { csv } = begun;
  if (!csv) return usualColumns.filter(({ key }) => key !== keys.sequence);
  return csv.columns.map(({ column, of, key }) => ({ name: column, of, key }));
}

/** The one imported log that is exported, if it is one. */
async function oneLog({ store }: Source, { log }: CaseSelection): Promise<ImportedLog | undefined> {
  return log === undefined || log === 'none' ? undefined : readImportedLog(store, log);
}

/**
 * Of one imported log, what it began with; its own attributes only where nobody is to be pseudonymous,
 * for they tell of resources by their names.
 */
async function beginningOf(
  { store }: Source,
  { selection, disclosure, until }: ExportScope,
  log: ImportedLog | undefined,
): Promise<LogBeginning> {
  // A table has no header of its own.
  if (log?.begun.format === 'csv') return ownHeader({ isOwn: false });
  if (log) {
    const { extensions, globals, classifiers } = log.begun.header;
    const attributes = disclosure.texts ? await readLogAttributes(store, log.id) : [];
    return { extensions, globals, classifiers, attributes };
  }
  const isOwn = selection.log === 'none' || !(await hasImportedLogs(store, until));
  return ownHeader({ isOwn });
}

async function* toldLooseEvents({ store }: Source, { id }: ImportedLog, disclosure: Disclosure) {
  for await (const event of looseEventsOf(store, id)) yield importedAttributes(event, disclosure);
}
