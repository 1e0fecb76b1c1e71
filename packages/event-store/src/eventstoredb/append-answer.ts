import { AccessDeniedError, InvalidArgumentError, StreamDeletedError } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import { EventStoreUnavailableError, type Position } from '../event-store.ts';
import { tooLarge } from './append-messages.ts';
import { LostCallError } from './append-stream.ts';
import { toPosition } from './translate.ts';

export type AppendAnswer =
  /** A repeated append may be acknowledged without its position. */
  { revision: number; position: Position | undefined } | 'wrong-expected-version';

/**
 * @throws LostCallError when the node could not take it just now, or gave up waiting: then it may
 *   have happened
 * @throws EventStoreUnavailableError when it says neither yes nor no
 */
export function answerOf(response: BatchAppendResp, stream: string): AppendAnswer {
  const success = response.getSuccess();
  if (success) {
    const at = success.getPosition();
    const position = at && toPosition(at.getCommitPosition(), at.getPreparePosition());
    return { revision: Number(success.getCurrentRevision()), position };
  }
  const error = response.getError();
  if (!error) throw new EventStoreUnavailableError('EventStoreDB answered neither yes nor no');
  return refusalOf(error, stream);
}

const prefix = 'event_store.client.';

function refusalOf(error: Status, stream: string): 'wrong-expected-version' {
  const details = error.getDetails();
  const type = details?.getTypeName() ?? '';
  switch (type.startsWith(prefix) ? type.slice(prefix.length) : type) {
    case 'WrongExpectedVersion':
      return 'wrong-expected-version';
    case 'StreamDeleted':
      throw streamDeleted(stream);
    case 'AccessDenied':
      throw new AccessDeniedError(undefined, `no right to append to ${stream}`);
    case 'BadRequest':
      throw new InvalidArgumentError(error.getMessage());
    case 'MaximumAppendSizeExceeded': {
      const bytes = details?.getValue_asU8() ?? new Uint8Array();
      const limits = shared.MaximumAppendSizeExceeded.deserializeBinary(bytes);
      throw tooLarge(limits.getMaxappendsize());
    }
    case 'Timeout':
      // Its disk or a majority of its nodes took longer than it waits.
      throw new LostCallError(true, new Error('EventStoreDB gave up waiting for the append'));
    case 'google.protobuf.Empty':
      // Not ready, too busy, or without a leader.
      throw new LostCallError(false, new Error(error.getMessage()));
    default:
      throw new EventStoreUnavailableError(`EventStoreDB: ${type} ${error.getMessage()}`);
  }
}

/** The client's error, which says nothing by itself. */
function streamDeleted(stream: string): StreamDeletedError {
  const error = new StreamDeletedError(undefined, stream);
  error.message = `stream ${stream} is deleted for ever`;
  return error;
}
