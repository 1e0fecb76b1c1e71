import type {
  EventStore,
  NewEvent,
  ReadStreamsOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionBatch,
} from '../event-store.ts';
import { applicationPrefix } from '../application-memory.ts';
import { boxIn, isSealed, openEvent, sealEvent, SealedDataError } from './box.ts';
import { erasurePrefix } from './erasure-stream.ts';
import { KeyRingUnavailableError, type KeyRing } from './key-ring.ts';
import { OpenedKeys } from './opened-keys.ts';

/** What is personal in an application's events. */
export type Personal = {
  /** Whose they are: the applicant's id. */
  applicant: string;
  /** Whether a field of the form is. */
  isPersonal: (field: string) => boolean;
};

/**
 * A store whose reads give personal data in the clear where their key is there, and leave the box in
 * the event, its fields absent, where it is erased. Everything but evidence reads through it.
 */
export type PlainEventStore = EventStore & {
  /** The same events as they lie there, sealed: what is proved, bundled and handed out. */
  readonly raw: EventStore;
  readonly keys: KeyRing;
  /** Seals what is personal in events that are about to be appended. */
  seal(stream: string, events: readonly NewEvent[], personal: Personal): Promise<NewEvent[]>;
};

export function isPlain(store: EventStore | PlainEventStore): store is PlainEventStore {
  return 'raw' in store;
}

type UnsealedOptions = {
  /**
   * Told of a box that does not open; the event is then given with its box, as if it were erased. When
   * absent, the read throws the error instead.
   */
  onDamaged?: (error: SealedDataError) => void;
};

/**
 * Opens what a store holds sealed. Closing it closes the store and the ring.
 *
 * Its reads throw SealedDataError for a box that was altered, and KeyRingUnavailableError when a key
 * is neither there nor erased: then the ring is not the one that belongs to these events.
 */
export function unsealed(
  raw: EventStore,
  keys: KeyRing,
  { onDamaged }: UnsealedOptions = {},
): PlainEventStore {
  const opened = new OpenedKeys(keys);
  const ring: KeyRing = {
    keyFor: (applicant) => keys.keyFor(applicant),
    find: (ids) => keys.find(ids),
    retire: (applicant) => keys.retire(applicant),
    async erase(ids) {
      await keys.erase(ids);
      opened.forget(ids);
    },
    close: () => keys.close(),
  };

  const open = async (events: RecordedEvent[]): Promise<RecordedEvent[]> => {
    const ids = new Set<string>();
    const boxes = events.map((event) => {
      if (event.stream.startsWith(erasurePrefix)) opened.forget(keysNamed(event));
      const box = hasBox(event) ? attempt(() => boxIn(event)) : undefined;
      if (box) ids.add(box.key);
      return box;
    });
    if (ids.size === 0) return events;
    const found = await opened.find(ids);
    return events.map((event, index) => {
      const box = boxes[index];
      if (!box) return event;
      const key = found.get(box.key);
      if (!key) throw noKey(event, box.key);
      return key === 'erased' ? event : (attempt(() => openEvent(event, box, key)) ?? event);
    });
  };
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!onDamaged || !(error instanceof SealedDataError)) throw error;
      onDamaged(error);
      return undefined;
    }
  };

  return {
    raw,
    keys: ring,
    append: (stream, events, expected) => raw.append(stream, events, expected),
    async *read(stream, options) {
      for await (const batch of raw.read(stream, options)) yield await open(batch);
    },
    async *readAll(options) {
      for await (const batch of raw.readAll(options)) yield await open(batch);
    },
    ...(raw.readStreams
      ? {
          async *readStreams(options: ReadStreamsOptions) {
            for await (const batch of raw.readStreams?.(options) ?? []) yield await open(batch);
          },
        }
      : {}),
    async *subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch> {
      for await (const batch of raw.subscribe(options)) {
        yield { ...batch, events: await open(batch.events) };
      }
    },
    async seal(stream, events, { applicant, isPersonal }) {
      let key: ReturnType<KeyRing['keyFor']> | undefined;
      const keyOnce = () => (key ??= keys.keyFor(applicant));
      return Promise.all(events.map((event) => sealEvent(stream, event, isPersonal, keyOnce)));
    },
    head: () => raw.head(),
    health: () => raw.health(),
    async close() {
      await raw.close();
      await keys.close();
    },
  };
}

function hasBox(event: RecordedEvent): boolean {
  return event.stream.startsWith(applicationPrefix) && isSealed(event);
}

/** The keys that an event of an erasure names; it is parsed where it is acted upon. */
function keysNamed({ data }: RecordedEvent): string[] {
  const keys = data['keys'];
  return Array.isArray(keys) ? keys.filter((id) => typeof id === 'string') : [];
}

function noKey({ stream, revision }: RecordedEvent, id: string): KeyRingUnavailableError {
  return new KeyRingUnavailableError(
    `${stream}@${revision} is sealed with the key ${id}, which is not in the key ring and was not ` +
      'erased: restore the key ring that belongs to these events (see docs/operating.md, "Personal ' +
      'data: keys and erasure")',
  );
}
