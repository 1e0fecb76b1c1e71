import type { ImportedLogEvent, LogAttribute } from '@satu-atap/domain';
import {
  derivedId,
  importedLogStream,
  type EventStore,
  type NewEvent,
} from '@satu-atap/event-store';
import type { Actor } from '@satu-atap/domain';
import { sizeOf } from './append-cases.ts';

/** Characters of attributes or events in one event: three bytes each still fit the store. */
const piece = 250_000;

/** The id of a log's import: the same file is the same import, wherever it lies. */
export function importId(sha256: string): string {
  return derivedId('imported-log', sha256);
}

/** Writes to the stream of an import, one event after the other; what is there already stays. */
export class ImportRecord {
  readonly #store: Pick<EventStore, 'append'>;
  readonly #id: string;
  readonly #metadata: { actor: Actor; occurredAt: string };
  #revision = -1;

  constructor(
    store: Pick<EventStore, 'append'>,
    id: string,
    { actor, now }: { actor: Actor; now: Temporal.Instant },
  ) {
    this.#store = store;
    this.#id = id;
    this.#metadata = { actor, occurredAt: now.toString() };
  }

  async append({ type, data }: ImportedLogEvent): Promise<void> {
    const command = derivedId(this.#id, this.#revision + 1, type);
    const metadata = { ...this.#metadata, command };
    const event: NewEvent = { id: derivedId(command, 0), type, data, metadata };
    const expected = this.#revision < 0 ? 'no-stream' : this.#revision;
    await this.#store.append(importedLogStream(this.#id), [event], expected);
    this.#revision++;
  }
}

/** The log's attributes as events, none too large for the store, cut where they are nested if need be. */
export function attributeEvents(attributes: readonly LogAttribute[]): ImportedLogEvent[] {
  const events: ImportedLogEvent[] = [];
  let gathered: LogAttribute[] = [];
  let continued = 0;
  let size = 0;
  /** Attributes that are open, and where what is found in them goes in the event that is gathered. */
  const open: { of: LogAttribute; into: LogAttribute[] }[] = [];
  const give = () => {
    if (gathered.length === 0) return;
    const data = { attributes: gathered, ...(continued > 0 ? { continued } : {}) };
    events.push({ type: 'LogAttributesRecorded', data });
    gathered = [];
    size = 0;
  };
  const beginAnew = () => {
    give();
    continued = open.length;
    let into = gathered;
    for (const one of open) {
      const [key, type, value] = one.of;
      one.into = [];
      into.push([key, type, value, one.into]);
      into = one.into;
      size += sizeOf([[key, type, value]]);
    }
  };
  const add = (attribute: LogAttribute) => {
    const [key, type, value, children] = attribute;
    const length = sizeOf([[key, type, value]]);
    // What is written again alone is no reason to begin anew.
    if (size + length > piece && size > 0) beginAnew();
    size += length;
    const target = open.at(-1)?.into ?? gathered;
    if (!children) {
      target.push([key, type, value]);
      return;
    }
    const into: LogAttribute[] = [];
    target.push([key, type, value, into]);
    open.push({ of: attribute, into });
    for (const child of children) add(child);
    open.pop();
  };
  for (const attribute of attributes) add(attribute);
  give();
  return events;
}

/** Gathers events that belong to no case into events of the import. */
export class LooseEvents {
  #gathered: LogAttribute[][] = [];
  #size = 0;

  /** @returns what is to be recorded now, if anything */
  add(attributes: LogAttribute[]): ImportedLogEvent | undefined {
    const size = sizeOf(attributes) + 10;
    const full = this.#size + size > piece ? this.rest() : undefined;
    this.#gathered.push(attributes);
    this.#size += size;
    return full;
  }

  rest(): ImportedLogEvent | undefined {
    if (this.#gathered.length === 0) return undefined;
    const events = this.#gathered;
    [this.#gathered, this.#size] = [[], 0];
    return { type: 'LogEventsRecorded', data: { events } };
  }
}
