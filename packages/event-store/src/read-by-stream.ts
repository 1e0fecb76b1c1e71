import {
  start,
  UnreadableRecordError,
  type EventStore,
  type Position,
  type ReadStreamsOptions,
  type RecordedEvent,
} from './event-store.ts';

/** What it takes to read stream by stream. */
export type StreamReader = Pick<EventStore, 'read' | 'readAll' | 'readStreams' | 'streamRuns'>;

/** How many streams are on their way at once where each is read by itself. */
const atOnce = 16;

/**
 * Streams whose names begin with a prefix, one after the other in the order in which they began, each
 * whole and in order; in batches, of which one may hold several streams or a part of one. Nothing after
 * the position `until` is given, so that two readings up to the same position are the same.
 *
 * Holds a batch, or where the store cannot walk its streams `atOnce` of them, and no list of streams: it
 * takes the same memory for a log of any length.
 *
 * @throws EventStoreUnavailableError
 */
export function readByStream(
  store: StreamReader,
  options: ReadStreamsOptions,
): AsyncIterable<RecordedEvent[]> {
  return store.readStreams?.(options) ?? readEachStream(store, options);
}

/** Looks for the first events of streams among all events, and reads each stream that it finds. */
async function* readEachStream(
  store: Pick<EventStore, 'read' | 'readAll'>,
  options: ReadStreamsOptions,
): AsyncIterable<RecordedEvent[]> {
  const { until, share = { index: 0, of: 1 } } = options;
  for await (const streams of beginnings(store, options)) {
    const begun = streams.filter((stream) => placeOf(stream) % share.of === share.index);
    const coming: Promise<RecordedEvent[]>[] = [];
    for (let next = 0; next < begun.length || coming.length > 0;) {
      while (coming.length < atOnce && next < begun.length) {
        const reading = readUntil(store, begun[next++] ?? '', until, options.onUnreadable);
        // Said when its turn comes; until then it is nobody's fault that it was not waited for.
        reading.catch(() => undefined);
        coming.push(reading);
      }
      const events = await coming.shift();
      if (events && events.length > 0) yield events;
    }
  }
}

/** The names of streams that begin, batch by batch. */
async function* beginnings(
  store: Pick<EventStore, 'readAll'>,
  { prefix, until, onUnreadable }: ReadStreamsOptions,
): AsyncIterable<string[]> {
  for (let after = start; ;) {
    try {
      for await (const batch of store.readAll({ after, streams: [prefix] })) {
        yield batch
          .filter(({ revision, position }) => revision === 0 && position <= until)
          .map(({ stream }) => stream);
        after = batch.at(-1)?.position ?? after;
        if (after > until) return;
      }
      return;
    } catch (error) {
      if (!onUnreadable || !(error instanceof UnreadableRecordError)) throw error;
      after = error.position;
      // Its stream is read, which tells of it.
      if (error.revision === 0 && after <= until) yield [error.stream];
    }
  }
}

/** The same number for the same name, whoever asks (FNV-1a, 32 bits). */
function placeOf(stream: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < stream.length; index += 1) {
    hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01_00_01_93);
  }
  return hash >>> 0;
}

async function readUntil(
  store: Pick<EventStore, 'read'>,
  stream: string,
  until: Position,
  onUnreadable: ReadStreamsOptions['onUnreadable'],
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let from = 0; ;) {
    try {
      for await (const batch of store.read(stream, { from })) {
        events.push(...batch.filter(({ position }) => position <= until));
        from = (batch.at(-1)?.revision ?? from) + 1;
      }
      return events;
    } catch (error) {
      if (!onUnreadable || !(error instanceof UnreadableRecordError)) throw error;
      if (error.position <= until) onUnreadable(error);
      from = error.revision + 1;
    }
  }
}
