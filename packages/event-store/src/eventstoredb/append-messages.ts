import { MaxAppendSizeExceededError } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { EventText } from '../event-json.ts';
import type { ExpectedRevision, NewEvent } from '../event-store.ts';

/** One append, its events serialised already, so that what is sent is what was checked. */
export type AppendRequest = {
  stream: string;
  events: readonly NewEvent[];
  texts: readonly EventText[];
  expected: ExpectedRevision;
};

/** The most that one message holds, in bytes of events; a server takes at least 4 MiB. */
const messageSize = 2 * 1024 * 1024;

/** The most that any server can be set to take in one append, in bytes. */
const largestAppend = 16 * 1024 * 1024 - 10_000;

/**
 * A message that no server takes would end the call that all appends share.
 *
 * @throws MaxAppendSizeExceededError
 */
export function assertSize({ texts }: AppendRequest): void {
  let size = 0;
  for (const { data, metadata } of texts) {
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
export function appendMessages(request: AppendRequest, correlation: string): BatchAppendReq[] {
  const id = new shared.UUID().setString(correlation);
  const messages: BatchAppendReq[] = [];
  let size = 0;
  let message = new streams.BatchAppendReq().setCorrelationId(id).setOptions(optionsOf(request));
  for (const [index, event] of request.events.entries()) {
    const { data, metadata } = request.texts[index] ?? { data: '{}', metadata: '{}' };
    const proposed = new streams.BatchAppendReq.ProposedMessage()
      .setId(new shared.UUID().setString(event.id))
      .setData(Buffer.from(data))
      .setCustomMetadata(Buffer.from(metadata));
    proposed.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
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

function optionsOf({ stream, expected }: AppendRequest): BatchAppendReq.Options {
  const options = new streams.BatchAppendReq.Options().setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
  );
  if (expected === 'any') return options.setAny(new empty.Empty());
  if (expected === 'no-stream') return options.setNoStream(new empty.Empty());
  return options.setStreamPosition(String(expected));
}
