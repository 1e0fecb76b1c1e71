import type { ExpectedRevision, NewEvent } from './event-store.ts';
import { assertEventNames, assertStreamName } from './storable.ts';

/** What a store keeps of an event: its content is JSON text. */
export type EventText = Pick<NewEvent, 'id' | 'type'> & { data: string; metadata: string };

/** One append, its events serialised already, so that what is stored is what was given. */
export type Append = {
  stream: string;
  events: readonly EventText[];
  expected: ExpectedRevision;
};

/**
 * An append as every adapter begins it.
 *
 * @throws TypeError for a bad stream name, and as `eventText` does
 * @throws RangeError when there is no event
 */
export function checkedAppend(
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Append {
  assertStreamName(stream);
  if (events.length === 0) throw new RangeError('an append needs an event');
  return { stream, events: events.map(eventText), expected };
}

/**
 * An event with its data and metadata as JSON text that gives back exactly what was given.
 *
 * @throws TypeError for a bad id or type, and naming the place, for what JSON drops or changes: undefined, bigint, NaN,
 * functions, cycles, and objects with a class of their own
 */
function eventText(event: NewEvent): EventText {
  assertEventNames(event);
  const { id, type, data, metadata } = event;
  return {
    id,
    type,
    data: jsonText(data, `event ${type} ${id}: data`),
    metadata: jsonText(metadata, `event ${type} ${id}: metadata`),
  };
}

function jsonText(value: unknown, what: string): string {
  let text: string;
  try {
    // Cycles end here, before the walk below.
    text = JSON.stringify(value);
  } catch (error) {
    throw new TypeError(`${what} cannot be written as JSON`, { cause: error });
  }
  const place = changedByJson(value);
  if (place !== undefined) throw new TypeError(`${what}${place} would not survive as JSON`);
  return text;
}

/** The path to the first value that JSON would not give back, or undefined. */
function changedByJson(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : '';
  if (typeof value !== 'object') return '';
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const place = changedByJson(value[index]);
      if (place !== undefined) return `[${index}]${place}`;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return '';
  // Nothing is inherited, as was just seen, and no list of entries need be made.
  const record = value as Record<string, unknown>;
  for (const key in record) {
    const place = changedByJson(record[key]);
    if (place !== undefined) return `.${key}${place}`;
  }
  return undefined;
}
