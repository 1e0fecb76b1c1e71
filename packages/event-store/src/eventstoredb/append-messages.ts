import { MaxAppendSizeExceededError } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Append } from '../event-json.ts';

/** The most that one message holds, in bytes of events; a server takes at least 4 MiB. */
const messageSize = 2 * 1024 * 1024;

/** The most that any server can be set to take in one append, in bytes. */
const largestAppend = 16 * 1024 * 1024 - 10_000;

/**
 * A message that no server takes would end the call that all appends share.
 *
 * @throws MaxAppendSizeExceededError
 */
export function assertSize({ events }: Append): void {
  let size = 0;
  for (const { data, metadata } of events) {
    size += Buffer.byteLength(data) + Buffer.byteLength(metadata);
  }
  if (size > largestAppend) throw tooLarge(largestAppend);
}

/** The client's error, which says nothing by itself. */
export function tooLarge(limit: number): MaxAppendSizeExceededError {
  const error = new MaxAppendSizeExceededError(undefined, limit);
  error.message = `EventStoreDB takes no more than ${limit} bytes in one append`;
  return error;
}

/**
 * The messages of one append: the last of them says that it is complete.
 *
 * They carry no deadline. It would be an instant, and a server whose clock is ahead of ours by as
 * much would refuse every append.
 *
 * @param correlation UUID that the answer will bear
 */
export function appendMessages(append: Append, correlation: string): BatchAppendReq[] {
  const id = new shared.UUID().setString(correlation);
  const messages: BatchAppendReq[] = [];
  let size = 0;
  let message = new streams.BatchAppendReq().setCorrelationId(id).setOptions(optionsOf(append));
  for (const { id: eventId, type, data, metadata } of append.events) {
    const proposed = new streams.BatchAppendReq.ProposedMessage()
      .setId(new shared.UUID().setString(eventId))
      .setData(Buffer.from(data))
      .setCustomMetadata(Buffer.from(metadata));
    proposed.getMetadataMap().set('type', type).set('content-type', 'application/json');
    const length = data.length + metadata.length;
    if (size > 0 && size + length > messageSize) {
      messages.push(message);
      message = new streams.BatchAppendReq().setCorrelationId(id);
      size = 0;
    }
    size += length;
    message.addProposedMessages(proposed);
  }
  message.setIsFinal(true);
  return [...messages, message];
}

function optionsOf({ stream, expected }: Append): BatchAppendReq.Options {
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
  );
  if (expected === 'any') return options.setAny(new empty.Empty());
  if (expected === 'no-stream') return options.setNoStream(new empty.Empty());
  return options.setStreamPosition(String(expected));
}
