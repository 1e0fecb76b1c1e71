import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import { eventFilter } from './filter.ts';
import { streamName } from './messages.ts';
import { farthest, fromWire, type LogPosition } from './positions.ts';
import { streams, type ReadMessage, type ReadReq } from './protocol.ts';
import { readAll } from './read-all.ts';
import { readStream } from './read-stream.ts';
import { invalidArgument } from './statuses.ts';
import type { Consumer } from './pace.ts';
import { subscribeToAll } from './subscription-to-all.ts';
import { subscribeToStream } from './subscription-to-stream.ts';

type Call = ServerWritableStream<ReadReq, ReadMessage>;

/**
 * `Read`: reads and subscriptions of one stream and of $all. Resolves when everything is given, or
 * the client has cancelled; waits while the client does not take what it was given.
 */
export async function read(log: EventLog, call: Call, context: ReadContext): Promise<void> {
  const options = call.request.getOptions();
  if (!options) throw invalidArgument('expected options');
  const { signal, answering } = context;
  const consumer = {
    hasWaited: false,
    get isDroppedWhenSlow() {
      return context.faults.areSlowConsumersDropped;
    },
  };
  for await (const messages of responses(log, options, context, consumer)) {
    if (!(await answering())) return;
    for (const message of messages) {
      if (signal.aborted) return;
      if (call.write(message)) continue;
      consumer.hasWaited = true;
      await drained(call, signal);
    }
  }
}

type ReadContext = {
  /** Aborts when nobody reads any more. */
  signal: AbortSignal;
  /** @throws CallError when the caller may not read the stream */
  authorize: (stream: string) => void;
  /** Asked before each part is given; resolves to false when nobody is there to take it. */
  answering: () => Promise<boolean>;
  faults: Pick<Faults, 'areCheckpointsAhead' | 'areSlowConsumersDropped'>;
};

async function drained(call: Call, signal: AbortSignal): Promise<void> {
  try {
    await once(call, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function responses(
  log: EventLog,
  options: ReadReq.Options,
  { signal, authorize, faults }: ReadContext,
  consumer: Consumer,
): AsyncGenerator<ReadMessage[]> {
  const common = {
    resolveLinks: options.getResolveLinks(),
    uuids: options.getUuidOption()?.hasString() ? ('string' as const) : ('structured' as const),
    backwards: options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS,
    limit: options.hasCount() ? Math.min(Number(options.getCount()), farthest) : 0,
  };
  const subscribes = options.hasSubscription();
  if (!subscribes && !options.hasCount()) throw invalidArgument('expected a count or subscription');
  if (subscribes && common.backwards) throw invalidArgument('a subscription reads forwards');
  const ofStream = options.getStream();
  const filter = options.getFilter();
  if (ofStream) {
    const stream = streamName(ofStream.getStreamIdentifier()) ?? '';
    if (stream === '' || filter) throw invalidArgument('expected a stream, without a filter');
    authorize(stream);
    const from = streamPosition(ofStream);
    if (subscribes) {
      return subscribeToStream(log, { ...common, stream, after: from, consumer, signal });
    }
    const tellsEnds = (options.getControlOption()?.getCompatibility() ?? 0) >= 1;
    return readStream(log, {
      ...common,
      stream,
      from: from === 'start' ? 0 : from,
      tellsEnds,
    });
  }
  const ofAll = options.getAll();
  if (!ofAll) throw invalidArgument('expected a stream or $all');
  authorize('$all');
  const all = { ...common, filter: filter && eventFilter(filter) };
  const from = allPosition(ofAll);
  return subscribes
    ? subscribeToAll(log, { ...all, after: from, consumer, signal, faults })
    : readAll(log, { ...all, from });
}

function streamPosition(options: ReadReq.Options.StreamOptions): number | 'start' | 'end' {
  if (options.hasRevision()) return fromWire(options.getRevision());
  return options.hasEnd() ? 'end' : 'start';
}

function allPosition(options: ReadReq.Options.AllOptions): LogPosition | 'start' | 'end' {
  const position = options.getPosition();
  if (position) {
    return {
      commit: fromWire(position.getCommitPosition()),
      prepare: fromWire(position.getPreparePosition()),
    };
  }
  return options.hasEnd() ? 'end' : 'start';
}
