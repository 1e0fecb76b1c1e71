import type { LogAttribute } from '@satu-atap/domain';
import { applicationStream, type EventStore, type NewEvent } from '@satu-atap/event-store';
import type { ImportedCase } from './imported-events.ts';

/**
 * What is under way at once: enough that appends share commits, little enough to hold in memory; and
 * what one append may hold. EventStoreDB takes 1 MiB in one, and a character may be three bytes.
 */
const bounds = { cases: 128, characters: 16_000_000, events: 500, append: 300_000 };
/** Characters of an event beside its attributes, about. */
const envelope = 700;

/**
 * Appends cases beside each other, each in order and in as many appends as it takes. What is there
 * already is left as it is, so it may be called again after it was stopped anywhere.
 *
 * @param done called with the number of events of each case that is durable
 */
export async function appendCases(
  store: Pick<EventStore, 'append' | 'read'>,
  cases: AsyncIterable<ImportedCase>,
  done: (events: number) => void,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let characters = 0;
  let fault: { error: unknown } | undefined;
  const take = async (one: ImportedCase, size: number) => {
    try {
      await appendCase(store, one);
      done(one.events.length);
    } catch (error) {
      fault ??= { error };
    }
    characters -= size;
  };
  for await (const one of cases) {
    const size = one.events.reduce((sum, event) => sum + charactersOf(event), 0);
    while (
      underWay.size >= bounds.cases ||
      (underWay.size > 0 && characters + size > bounds.characters)
    ) {
      await Promise.race(underWay);
    }
    if (fault) break;
    characters += size;
    const append = take(one, size);
    underWay.add(append);
    void append.finally(() => underWay.delete(append));
  }
  await Promise.all(underWay);
  if (fault) throw fault.error;
}

async function appendCase(store: Pick<EventStore, 'append' | 'read'>, one: ImportedCase) {
  const stream = applicationStream(one.application);
  let revision = -1;
  for (const events of inAppends(one.events)) {
    const expected = revision < 0 ? 'no-stream' : revision;
    await store.append(stream, events, expected);
    revision += events.length;
  }
}

/** Events in pieces that the store takes in one append. */
function* inAppends(events: readonly NewEvent[]): Generator<NewEvent[]> {
  let piece: NewEvent[] = [];
  let size = 0;
  for (const event of events) {
    const characters = charactersOf(event);
    if (piece.length > 0 && (piece.length >= bounds.events || size + characters > bounds.append)) {
      yield piece;
      piece = [];
      size = 0;
    }
    piece.push(event);
    size += characters;
  }
  if (piece.length > 0) yield piece;
}

function charactersOf({ data }: NewEvent): number {
  const { imported } = data as { imported?: { attributes?: LogAttribute[] } };
  return envelope + sizeOf(imported?.attributes ?? []);
}

/** Characters of attributes, with what JSON puts around them. */
export function sizeOf(attributes: readonly LogAttribute[]): number {
  let size = 0;
  for (const [key, , value, children] of attributes) {
    size += key.length + value.length + 20 + (children ? sizeOf(children) : 0);
  }
  return size;
}
