import type { ServerReadableStream } from '@grpc/grpc-js';
import type { EventLog } from './event-log.ts';
import { incoming } from './incoming.ts';
import type { ExpectedVersion, ProposedEvent, Written } from './log-writer.ts';
import { streamName } from './messages.ts';
import { expectedVersion, proposedEvent, sizeOf } from './proposed-events.ts';
import { Empty, streams, type AppendReq, type AppendResp } from './protocol.ts';
import {
  cancelled,
  invalidArgument,
  maximumAppendSizeExceeded,
  streamDeleted,
} from './statuses.ts';

type Options = { log: EventLog; maxAppendSize: number };

/** `Append`: one call, one append; its first message names the stream, each other is an event. */
export async function append(
  { log, maxAppendSize }: Options,
  call: ServerReadableStream<AppendReq, AppendResp>,
  authorize: (stream: string) => void,
): Promise<AppendResp> {
  let target: { stream: string; expected: ExpectedVersion } | undefined;
  const events: ProposedEvent[] = [];
  let size = 0;
  for await (const message of incoming<AppendReq>(call)) {
    if (!target) {
      target = appendTarget(message.getOptions());
      authorize(target.stream);
      continue;
    }
    const proposed = message.getProposedMessage();
    if (!proposed) throw invalidArgument('expected a proposed message');
    const event = proposedEvent(proposed);
    size += sizeOf(event);
    if (size > maxAppendSize) throw maximumAppendSizeExceeded(maxAppendSize);
    events.push(event);
  }
  if (!target) throw invalidArgument('expected options');
  if (call.cancelled) throw cancelled();
  const written = await log.write({ kind: 'append', ...target, events });
  return appendResponse(target.stream, target.expected, written);
}

function appendTarget(options: AppendReq.Options | undefined) {
  const stream = streamName(options?.getStreamIdentifier());
  const expected =
    options && expectedVersion(options, options.hasRevision() ? options.getRevision() : undefined);
  if (stream === undefined || expected === undefined) {
    throw invalidArgument('expected options with a stream and a revision');
  }
  return { stream, expected };
}

function appendResponse(stream: string, expected: ExpectedVersion, written: Written): AppendResp {
  switch (written.outcome) {
    case 'success':
      return new streams.AppendResp().setSuccess(success(written.revision, written.position));
    case 'wrong-expected-version':
      return new streams.AppendResp().setWrongExpectedVersion(
        wrongExpectedVersion(expected, written.current),
      );
    case 'stream-deleted':
      throw streamDeleted(stream);
  }
}

function success(revision: number, position: number): AppendResp.Success {
  const message = new streams.AppendResp.Success();
  if (revision < 0) message.setNoStream(new Empty());
  else message.setCurrentRevision(String(revision));
  return message.setPosition(
    new streams.AppendResp.Position()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  );
}

/** Fills the fields of servers from 20.10 on and, as those servers do, those of 20.6 too. */
function wrongExpectedVersion(
  expected: ExpectedVersion,
  current: number,
): AppendResp.WrongExpectedVersion {
  const message = new streams.AppendResp.WrongExpectedVersion();
  if (current < 0) message.setCurrentNoStream(new Empty()).setNoStream2060(new Empty());
  else message.setCurrentRevision(String(current)).setCurrentRevision2060(current);
  if (expected === 'any') return message.setExpectedAny(new Empty()).setAny2060(new Empty());
  if (expected === 'stream-exists') {
    return message.setExpectedStreamExists(new Empty()).setStreamExists2060(new Empty());
  }
  if (expected < 0) return message.setExpectedNoStream(new Empty());
  return message.setExpectedRevision(String(expected)).setExpectedRevision2060(expected);
}
