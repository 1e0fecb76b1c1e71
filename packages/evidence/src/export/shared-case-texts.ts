import type { CalendarBook, OfficeDefinition } from '@satu-atap/domain';
import type { EventStoreLocation, StreamReader, StreamRun } from '@satu-atap/event-store';
import type { ExportScope, ExportSource } from '../cases/exported-cases.ts';
import { caseTexts, caseWriter, type CaseText } from './case-text.ts';
import { ExportThread } from './export-thread.ts';

/** Threads that write cases: how many, and what they need to find the same as the one that asks them. */
export type ExportThreads = {
  count: number;
  events: EventStoreLocation;
  offices: OfficeDefinition[];
  calendars: CalendarBook;
};

/** Streams that are given to a thread at once: some megabytes of text. */
const runLength = 64;
/** Runs that are not worth a thread: it takes as long to begin as they take to be written. */
const fewRuns = 16;
/** Runs that each thread has to do, so that it never waits for the next. */
const runsAhead = 2;

/**
 * What `caseTexts` gives, written by several threads where there are threads to do it, a store that can
 * tell runs of streams, and enough of them. Threads get runs in turns and are heard in turns, so that the
 * order stays; each waits when it is ahead, so that the log may have any length. A piece holds until the next
 * is asked for.
 *
 * @throws as `caseTexts` does
 */
export async function* sharedCaseTexts(
  source: ExportSource & { threads?: ExportThreads },
  scope: ExportScope,
  text: CaseText,
): AsyncGenerator<Uint8Array> {
  const { threads, store } = source;
  const { disclosure, ...range } = scope;
  const isOne = !threads || threads.count < 2 || range.selection.applications !== undefined;
  if (isOne || !(await isWorthThreads(store))) {
    yield* caseTexts(source, scope, caseWriter(text));
    return;
  }
  const { count, ...places } = threads;
  const key = disclosure.key ? { key: disclosure.key } : {};
  const setting = { ...places, ...range, ...key, text };
  const working = Array.from({ length: count }, () => new ExportThread(setting));
  try {
    yield* inTurns(store.streamRuns?.(runLength) ?? [], working);
  } finally {
    await Promise.all(working.map((thread) => thread.end()));
  }
}

async function isWorthThreads(store: StreamReader): Promise<boolean> {
  let found = 0;
  for await (const _ of store.streamRuns?.(runLength) ?? []) {
    found += 1;
    if (found > fewRuns) return true;
  }
  return false;
}

async function* inTurns(
  runs: AsyncIterable<StreamRun> | Iterable<StreamRun>,
  threads: readonly ExportThread[],
): AsyncGenerator<Uint8Array> {
  const given: ExportThread[] = [];
  let turn = 0;
  for await (const run of runs) {
    const thread = threads[turn % threads.length];
    if (!thread) return;
    turn += 1;
    thread.give(run);
    given.push(thread);
    if (given.length < threads.length * runsAhead) continue;
    yield* given.shift()?.written() ?? [];
  }
  for (const thread of given) yield* thread.written();
}
