import { Metadata, status as codes, type ServiceError } from '@grpc/grpc-js';
import type { ExpectedVersion } from './log-writer.ts';
import { streamIdentifier } from './messages.ts';
import { Any, Code, GoogleEmpty, shared, status, type Status } from './protocol.ts';

/** A call's end as the real server words it: status, and the exception in the trailers. */
export class CallError extends Error implements ServiceError {
  readonly code: codes;
  readonly details: string;
  readonly metadata: Metadata;

  constructor(code: codes, details: string, trailers: Record<string, string> = {}) {
    super(details);
    this.code = code;
    this.details = details;
    this.metadata = new Metadata();
    for (const [name, value] of Object.entries(trailers)) this.metadata.set(name, value);
  }
}

export function streamDeleted(stream: string): CallError {
  return new CallError(codes.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
}

export function accessDenied(): CallError {
  return new CallError(codes.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
}

export function notLeader(leader: { host: string; port: number }): CallError {
  return new CallError(codes.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });
}

export function maximumAppendSizeExceeded(size: number): CallError {
  return new CallError(codes.INVALID_ARGUMENT, `Maximum Append Size of ${size} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(size),
  });
}

export function requiredMetadataMissing(property: string): CallError {
  return new CallError(
    codes.INVALID_ARGUMENT,
    `Required Metadata Property '${property}' is missing`,
    {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    },
  );
}

export function wrongExpectedVersion(
  operation: string,
  stream: string,
  expected: ExpectedVersion,
  actual: number,
): CallError {
  const expectedNumber = versionNumber(expected);
  return new CallError(
    codes.FAILED_PRECONDITION,
    `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expectedNumber}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(expectedNumber),
      'actual-version': String(actual),
    },
  );
}

/** What the real server answers when a handler throws something that it has no words for. */
export function unknownError(details: string): CallError {
  return new CallError(codes.UNKNOWN, details);
}

export function toCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  return unknownError(
    `Exception was thrown by handler. ${error instanceof Error ? error.message : String(error)}`,
  );
}

export function unavailable(details: string): CallError {
  return new CallError(codes.UNAVAILABLE, details);
}

export function consumerTooSlow(): CallError {
  return new CallError(
    codes.ABORTED,
    'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
  );
}

export function cancelled(): CallError {
  return new CallError(codes.CANCELLED, 'The client has cancelled the call.');
}

export function unauthenticated(): CallError {
  return new CallError(codes.UNAUTHENTICATED, 'Unauthenticated');
}

export function invalidArgument(details: string): CallError {
  return new CallError(codes.INVALID_ARGUMENT, details);
}

/** Expectations as the numbers that the server's texts show. */
function versionNumber(expected: ExpectedVersion): number {
  if (expected === 'any') return -2;
  return expected === 'stream-exists' ? -4 : expected;
}

type Packable = { serializeBinary(): Uint8Array };

/** `google.rpc.Status` as batch appends are refused with: named after what it packs. */
function batchStatus(
  code: Parameters<Status['setCode']>[0],
  name: string,
  details: Packable,
): Status {
  const any = new Any();
  any.pack(details.serializeBinary(), `event_store.client.${name}`);
  return new status.Status().setCode(code).setMessage(name).setDetails(any);
}

export const batchStatuses = {
  wrongExpectedVersion(expected: ExpectedVersion, current: number): Status {
    const details = new shared.WrongExpectedVersion();
    if (current < 0) details.setCurrentNoStream(new GoogleEmpty());
    else details.setCurrentStreamRevision(String(current));
    if (expected === 'any') details.setExpectedAny(new GoogleEmpty());
    else if (expected === 'stream-exists') details.setExpectedStreamExists(new GoogleEmpty());
    else if (expected < 0) details.setExpectedNoStream(new GoogleEmpty());
    else details.setExpectedStreamPosition(String(expected));
    return batchStatus(Code.ALREADY_EXISTS, 'WrongExpectedVersion', details);
  },
  streamDeleted(stream: string): Status {
    const details = new shared.StreamDeleted().setStreamIdentifier(streamIdentifier(stream));
    return batchStatus(Code.NOT_FOUND, 'StreamDeleted', details);
  },
  accessDenied(): Status {
    return batchStatus(Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());
  },
  timeout(): Status {
    return batchStatus(Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());
  },
  maximumAppendSizeExceeded(size: number): Status {
    const details = new shared.MaximumAppendSizeExceeded().setMaxappendsize(size);
    return batchStatus(Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', details);
  },
  badRequest(message: string): Status {
    const details = new shared.BadRequest().setMessage(message);
    return batchStatus(Code.INVALID_ARGUMENT, 'BadRequest', details);
  },
};
