import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnsupportedError,
} from '@eventstore/db-client';
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import {
  EventIdConflictError,
  EventStoreAccessDeniedError,
  EventStoreUnavailableError,
  UnreadableRecordError,
  WrongExpectedRevisionError,
  type EventData,
  type Position,
  type RecordedEvent,
} from '../event-store.ts';
import { eventDataOf, isoInstant } from '../stored-json.ts';

/** Digits of the largest 64-bit position: fixed width, so that positions order as text. */
const positionWidth = 20;

/** @param commit and prepare: the two parts of a position, as decimal digits */
export function toPosition(commit: string, prepare: string): Position {
  const text = `${commit.padStart(positionWidth, '0')}/${prepare.padStart(positionWidth, '0')}`;
  return text as Position;
}

/** @throws RangeError when the text is no position of this adapter */
export function fromPosition(position: Position): { commit: string; prepare: string } {
  const [, commit, prepare] = /^0*(\d{1,20})\/0*(\d{1,20})$/.exec(position) ?? [];
  if (position.length !== 2 * positionWidth + 1 || commit === undefined || prepare === undefined) {
    throw new RangeError(`"${position}" is no position in an EventStoreDB`);
  }
  return { commit, prepare };
}

/** What servers before 22.6 say instead of a position. */
const noPosition = String(2n ** 64n - 1n);
/** The server's instants are in units of 100 nanoseconds since 1970. */
const ticksPerMillisecond = 10_000;

/** What a server gives that is no event with a place. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
}

/**
 * An event as the server gives it, or why it is none that an append has written.
 *
 * @throws UnreadableEventError for one without a position
 */
export function recorded(
  read: ReadResp.ReadEvent,
  asWritten = false,
): RecordedEvent | UnreadableRecordError {
  const event = read.getEvent();
  if (!event) throw new UnreadableEventError('EventStoreDB gave a link to an event that is gone');
  const stream = utf8(event.getStreamIdentifier()?.getStreamName_asU8());
  const revision = Number(event.getStreamRevision());
  const place = { stream, revision, position: positionOf(read) };
  const metadataMap = event.getMetadataMap();
  if (metadataMap.get('content-type') !== 'application/json') {
    return new UnreadableRecordError(place, 'it is not JSON');
  }
  const data = contentOf(event.getData_asU8(), asWritten);
  if (typeof data === 'string') return new UnreadableRecordError(place, `its data ${data}`);
  const metadata = contentOf(event.getCustomMetadata_asU8(), asWritten);
  if (typeof metadata === 'string') {
    return new UnreadableRecordError(place, `its metadata ${metadata}`);
  }
  const recordedAt = isoInstant(Number(metadataMap.get('created') ?? 0) / ticksPerMillisecond);
  if (recordedAt === undefined) return new UnreadableRecordError(place, 'its time is none');
  const type = metadataMap.get('type') ?? '';
  return { id: uuidText(event.getId()), type, data, metadata, ...place, recordedAt };
}

/** The same for where nothing but an event will do. @throws UnreadableRecordError */
export function recordedOrThrow(read: ReadResp.ReadEvent): RecordedEvent {
  const event = recorded(read);
  if (event instanceof UnreadableRecordError) throw event;
  return event;
}

/** @throws UnreadableEventError where there is none: servers before 22.6 */
export function positionOf(read: ReadResp.ReadEvent): Position {
  const event = read.getEvent();
  const commit = event?.getCommitPosition() ?? noPosition;
  if (!event || commit === noPosition) {
    throw new UnreadableEventError(
      'an event has no position: EventStoreDB 22.6 or later is needed',
    );
  }
  return toPosition(commit, event.getPreparePosition());
}

function contentOf(bytes: Uint8Array, asWritten: boolean): EventData | string {
  return bytes.length === 0 ? {} : eventDataOf(utf8(bytes), asWritten);
}

function utf8(bytes: Uint8Array = new Uint8Array()): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** Servers write UUIDs as text or as two numbers. */
export function uuidText(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString() ?? '';
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex =
    half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What asking again cannot mend; everything else means that the store cannot say. */
const permanent = [
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnsupportedError,
  WrongExpectedRevisionError,
  EventIdConflictError,
  EventStoreUnavailableError,
  UnreadableEventError,
  UnreadableRecordError,
];

/** Whether asking again may help: the connection was lost, or the node does not lead. */
export function isTransient(error: unknown): boolean {
  return toFault(error) !== error && !(error instanceof AccessDeniedError);
}

/** A fault of the client as one of the port, where the port has a name for it. */
export function toFault(error: unknown): unknown {
  if (permanent.some((kind) => error instanceof kind)) return error;
  if (error instanceof AccessDeniedError) {
    const reason =
      'EventStoreDB denies access: name and password are wrong, or the user may not read $all ' +
      '(members of $admins and $ops may)';
    return new EventStoreAccessDeniedError(reason, { cause: error });
  }
  return new EventStoreUnavailableError('EventStoreDB did not answer', { cause: error });
}
