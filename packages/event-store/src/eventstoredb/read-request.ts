import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { start, type Position } from '../event-store.ts';
import { fromPosition } from './translate.ts';

/** What one call reads of a stream. */
export type StreamSlice = {
  stream: string;
  direction: 'forwards' | 'backwards';
  /** The first revision to give; the first there is, or the newest, when absent. */
  from?: number | undefined;
  limit: number;
};

const { Options } = streams.ReadReq;
const { FORWARDS, BACKWARDS } = Options.ReadDirection;
const empty = () => new shared.Empty();

export function streamSlice({ stream, direction, from, limit }: StreamSlice): ReadReq {
  const slice = new Options.StreamOptions().setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
  );
  if (from !== undefined) slice.setRevision(String(from));
  else if (direction === 'forwards') slice.setStart(empty());
  else slice.setEnd(empty());
  const options = commonOptions(direction).setStream(slice).setCount(String(limit));
  return new streams.ReadReq().setOptions(options.setNoFilter(empty()));
}

/** The newest event that is not the server's own. */
export function newestEvent(): ReadReq {
  const all = new Options.AllOptions().setEnd(empty());
  const options = commonOptions('backwards').setAll(all).setCount('1');
  return new streams.ReadReq().setOptions(options.setFilter(streamFilter(undefined)));
}

/** What lies after a position, and then what comes. */
export function subscription(after: Position, prefixes: readonly string[] | undefined): ReadReq {
  const all = new Options.AllOptions();
  if (after === start) {
    all.setStart(empty());
  } else {
    const { commit, prepare } = fromPosition(after);
    all.setPosition(new Options.Position().setCommitPosition(commit).setPreparePosition(prepare));
  }
  const options = commonOptions('forwards')
    .setAll(all)
    .setSubscription(new Options.SubscriptionOptions())
    .setFilter(streamFilter(prefixes));
  return new streams.ReadReq().setOptions(options);
}

function commonOptions(direction: StreamSlice['direction']): ReadReq.Options {
  return new Options()
    .setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS)
    .setResolveLinks(false)
    .setUuidOption(new Options.UUIDOption().setString(empty()));
}

/** All streams but the server's own where none are named. */
function streamFilter(prefixes: readonly string[] | undefined): ReadReq.Options.FilterOptions {
  const expression = new Options.FilterOptions.Expression();
  if (prefixes) expression.setPrefixList([...prefixes]);
  else expression.setRegex('^[^$]');
  return new Options.FilterOptions()
    .setStreamIdentifier(expression)
    .setCount(empty())
    .setCheckpointintervalmultiplier(1);
}
