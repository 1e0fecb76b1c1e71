import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  readApplicationEvent,
  type ApplicationEvent,
  type EventMetadata,
  type LogAttribute,
} from '@satu-atap/domain';
import {
  applicationPrefix,
  EmbeddedEventStore,
  ServiceCatalogue,
  type EventStore,
} from '@satu-atap/event-store';
import { csvSource, type CsvOptions } from '../import/csv/csv-source.ts';
import { takeOverLog } from '../import/import-log.ts';
import type { ImportOutcome, ImportRequest } from '../import/import-request.ts';
import { judgeLog } from '../import/judge-log.ts';
import { LogFault } from '../import/log-fault.ts';
import { LogFile } from '../import/log-file.ts';
import { xesSource, type LogSource } from '../import/log-source.ts';

/** An application that was taken over, as the store gives it back. */
type TakenOver = {
  id: string;
  case: string;
  place: number;
  attributes: LogAttribute[];
  service: { id: string; version: number };
  events: { action: string; to: unknown; at: string; actor: string; attributes: LogAttribute[] }[];
  ended: boolean;
};

export type ImportOptions = {
  store?: EventStore;
  csv?: Partial<CsvOptions>;
  /** The file's name. */
  name?: string;
} & Partial<Pick<ImportRequest, 'definition' | 'classifier' | 'timeZone' | 'office'>>;

export function memoryStore(): EmbeddedEventStore {
  return new EmbeddedEventStore({ file: ':memory:' });
}

/** Takes a file of this content over, as the command does, and reads back what came of it. */
export async function importContent(
  content: string | Buffer,
  { store = memoryStore(), csv, name = csv ? 'log.csv' : 'log.xes', ...rest }: ImportOptions = {},
): Promise<{ outcome: ImportOutcome | LogFault; cases: TakenOver[]; store: EventStore }> {
  const folder = await mkdtemp(join(tmpdir(), 'satu-atap-log-'));
  const path = join(folder, name);
  await writeFile(path, content);
  try {
    const outcome = await importPath(path, { store, ...(csv ? { csv } : {}), ...rest });
    return { outcome, cases: await takenOver(store), store };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function importPath(
  path: string,
  { store = memoryStore(), csv, ...rest }: Omit<ImportOptions, 'name'>,
): Promise<ImportOutcome | LogFault> {
  const timeZone = rest.timeZone ?? 'UTC';
  let file: LogFile | undefined;
  let source: LogSource | undefined;
  try {
    file = await LogFile.open(path);
    source = csv ? csvSource(file, { timeZone, ...csv }) : xesSource(file);
    const request = {
      source,
      store,
      services: new ServiceCatalogue(store),
      office: 'mpp-jakarta',
      actor: { id: 'cli:auditor', roles: ['system'] },
      now: Temporal.Instant.from('2026-11-02T01:00:00Z'),
      timeZone,
      definition: { kind: 'discovered', id: 'imported.log', unit: 'imported' },
      ...rest,
    } satisfies ImportRequest;
    const judged = await judgeLog(request);
    return 'type' in judged ? judged : await takeOverLog(request, judged);
  } catch (error) {
    if (error instanceof LogFault) return error;
    throw error;
  } finally {
    await (source ?? file)?.close();
  }
}

/** Every application that the store holds, in the order of the log's cases. */
export async function takenOver(store: Pick<EventStore, 'readAll'>): Promise<TakenOver[]> {
  const found = new Map<string, TakenOver>();
  for await (const batch of store.readAll({ streams: [applicationPrefix] })) {
    for (const stored of batch) {
      const id = stored.stream.slice(applicationPrefix.length);
      addTo(found, id, readApplicationEvent(stored));
    }
  }
  return [...found.values()].toSorted((a, b) => a.place - b.place);
}

function addTo(
  found: Map<string, TakenOver>,
  id: string,
  { event, metadata }: { event: ApplicationEvent; metadata: EventMetadata },
) {
  if (event.type === 'ApplicationSubmitted' && event.data.imported) {
    const { imported, service } = event.data;
    const { place, attributes } = imported;
    found.set(id, {
      id,
      case: imported.case,
      place,
      attributes,
      events: [],
      ended: false,
      service: { id: service.id, version: service.version },
    });
  }
  const one = found.get(id);
  if (event.type !== 'StepTaken' || !one) return;
  const { action, to, imported, outcome } = event.data;
  const attributes = imported?.attributes ?? [];
  one.events.push({ action, to, at: metadata.occurredAt, actor: metadata.actor.id, attributes });
  one.ended ||= outcome !== undefined;
}
