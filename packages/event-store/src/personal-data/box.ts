import type { KeyObject } from 'node:crypto';
import { putPersonalBack, takePersonalOut, type Sealed } from '@satu-atap/domain';
import type { NewEvent, RecordedEvent } from '../event-store.ts';
import type { PersonalKey } from './key-ring.ts';
import { decrypt, encrypt } from './key-wrapping.ts';

/** What a box is bound to: it opens in this event of this stream, and says these fields, or nothing. */
type Place = { stream: string; id: string; type: string; fields: readonly string[] };
const bindingOf = ({ stream, id, type, fields }: Place) =>
  JSON.stringify([stream, id, type, fields]);

/** A box does not open with its key: it, or the event around it, was altered. Names stream and revision. */
export class SealedDataError extends Error {
  override readonly name = 'SealedDataError';
}

/** Whether an event's data hold a box. */
export function isSealed({ data }: Pick<NewEvent, 'data'>): boolean {
  return data['sealed'] !== undefined;
}

/**
 * Takes what is personal out of an event and puts it into a box.
 *
 * @param key asked for only where something is personal
 */
export async function sealEvent(
  stream: string,
  event: NewEvent,
  isPersonal: (field: string) => boolean,
  key: () => Promise<PersonalKey>,
): Promise<NewEvent> {
  const taken = takePersonalOut(event, isPersonal);
  if (!taken) return event;
  const { rest, fields, values } = taken;
  const { id, key: secret } = await key();
  const bound = bindingOf({ stream, id: event.id, type: event.type, fields });
  const box = encrypt(secret, Buffer.from(JSON.stringify(values)), bound).toString('base64');
  return { ...event, data: { ...rest, sealed: { key: id, fields, box } } };
}

/**
 * An event's box. Only its shape is looked at, for this is done for every event that is read: that its
 * fields are fields is sealed with it, and whoever reads an event that stays sealed parses it whole.
 *
 * @throws SealedDataError where what is sealed is none
 */
export function boxIn(event: RecordedEvent): Sealed {
  const { key, fields, box } = (event.data['sealed'] ?? {}) as Record<string, unknown>;
  const isBox =
    typeof key === 'string' &&
    typeof box === 'string' &&
    Array.isArray(fields) &&
    fields.every((field) => typeof field === 'string');
  if (isBox) return { key, fields, box };
  throw damaged(event, 'what is sealed is no box');
}

/** The event with its personal parts in the clear. @throws SealedDataError when the box does not open */
export function openEvent(
  event: RecordedEvent,
  { fields, box }: Sealed,
  key: KeyObject,
): RecordedEvent {
  const { stream, id, type } = event;
  const plain = decrypt(key, Buffer.from(box, 'base64'), bindingOf({ stream, id, type, fields }));
  if (!plain) throw damaged(event, 'its box does not open with its key');
  const values = JSON.parse(plain.toString()) as unknown[];
  return { ...event, data: putPersonalBack(event.data, fields, values) };
}

function damaged({ stream, revision, type }: RecordedEvent, what: string): SealedDataError {
  return new SealedDataError(`${stream}@${revision} ${type}: ${what}; the event was altered`);
}
