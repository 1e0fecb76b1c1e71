import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
} from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import { EventStoreUnavailableError, type Position } from '../event-store.ts';
import { LostCallError } from './append-stream.ts';
import { toPosition } from './translate.ts';

export type AppendAnswer =
  /** A repeated append may be acknowledged without its position. */
  { revision: number; position: Position | undefined } | 'wrong-expected-version';

/**
 * @throws LostCallError when the node could not take it just now: it did not happen
 * @throws EventStoreUnavailableError when the server gave up waiting: it may have happened
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
      throw new StreamDeletedError(undefined, stream);
    case 'AccessDenied':
      throw new AccessDeniedError(undefined, `no right to append to ${stream}`);
    case 'BadRequest':
      throw new InvalidArgumentError(error.getMessage());
    case 'MaximumAppendSizeExceeded': {
      const bytes = details?.getValue_asU8() ?? new Uint8Array();
      const limits = shared.MaximumAppendSizeExceeded.deserializeBinary(bytes);
      throw new MaxAppendSizeExceededError(undefined, limits.getMaxappendsize());
    }
    case 'google.protobuf.Empty':
      // Not ready, too busy, or without a leader.
      throw new LostCallError(false, new Error(error.getMessage()));
    default:
      throw new EventStoreUnavailableError(`EventStoreDB: ${type} ${error.getMessage()}`);
  }
}
