import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnsupportedError,
  type AllStreamResolvedEvent,
  type Position as ClientPosition,
  type ReadPosition,
  type ResolvedEvent,
} from '@eventstore/db-client';
import {
  EventIdConflictError,
  EventStoreUnavailableError,
  start,
  WrongExpectedRevisionError,
  type Position,
  type RecordedEvent,
} from '../event-store.ts';

/** Digits of the largest 64-bit position: fixed width, so that positions order as text. */
const positionWidth = 20;

export function toPosition({ commit, prepare }: ClientPosition): Position {
  const text = [commit, prepare].map((part) => String(part).padStart(positionWidth, '0'));
  return text.join('/') as Position;
}

/** @throws RangeError when the text is no position of this adapter */
export function fromPosition(position: Position): ReadPosition {
  if (position === start) return 'start';
  const [, commit, prepare] = /^(\d{20})\/(\d{20})$/.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) {
    throw new RangeError(`"${position}" is no position in an EventStoreDB`);
  }
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}

/** System streams hold the server's own settings, statistics and index of streams. */
export function isSystemStream(stream: string): boolean {
  return stream.startsWith('$');
}

/** @throws Error for an event that is not JSON, or without a position (servers before 22.6) */
export function recorded({ event }: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent {
  if (!event) throw new Error('EventStoreDB gave a link to an event that is gone');
  const at = `${event.streamId}@${event.revision}`;
  if (!event.isJson) throw new Error(`${at} is not JSON`);
  if (!event.position)
    throw new Error(`${at} has no position: EventStoreDB 22.6 or later is needed`);
  return {
    id: event.id,
    type: event.type,
    data: event.data as RecordedEvent['data'],
    metadata: (event.metadata ?? {}) as RecordedEvent['metadata'],
    stream: event.streamId,
    revision: Number(event.revision),
    position: toPosition(event.position),
    recordedAt: event.created.toISOString(),
  };
}

/** What asking again cannot mend; everything else means that the store cannot say. */
const permanent = [
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnsupportedError,
  WrongExpectedRevisionError,
  EventIdConflictError,
  EventStoreUnavailableError,
];

/** Whether asking again may help: the connection was lost, or the node does not lead. */
export function isTransient(error: unknown): boolean {
  return toFault(error) !== error;
}

/** A fault of the client as one of the port, where the port has a name for it. */
export function toFault(error: unknown): unknown {
  if (permanent.some((kind) => error instanceof kind)) return error;
  return new EventStoreUnavailableError('EventStoreDB did not answer', { cause: error });
}
