/**
 * The seam to the place where events live. Small on purpose: what the engine needs, and what both
 * EventStoreDB and an embedded database can promise in the same words.
 */
export type EventStore = {
  /**
   * Appends events to a stream, all or none, durably: once it resolves they survive `kill -9`.
   *
   * Idempotent by event id. When the expectation fails but exactly these ids already stand at the
   * following revisions, the append has happened before and its result is given again. Without an
   * expectation (`any`) a server promises this for recent appends only.
   *
   * @throws TypeError when an event holds what JSON would not give back, or a name breaks a rule
   * @throws WrongExpectedRevisionError when the stream is not where the caller thought
   * @throws EventIdConflictError when some of these ids stand there and others do not
   * @throws EventStoreUnavailableError when the store cannot say; the append may have happened
   * @throws EventStoreAccessDeniedError when it refuses our credentials
   */
  append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended>;

  /**
   * A stream's events in order, in batches. A stream that does not exist is empty.
   *
   * Here, as in all that reads, what comes before an event that cannot be read is given first.
   *
   * @throws UnreadableRecordError naming the event; reading goes on after it when asked for what follows
   */
  read(stream: string, options?: ReadOptions): AsyncIterable<RecordedEvent[]>;

  /** All events in the order they were stored, in batches, until the present end. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent[]>;

  /**
   * Streams one after the other, where a store can do that faster than by reading each: `readByStream`
   * asks for it and says what it gives.
   */
  readStreams?(options: ReadStreamsOptions): AsyncIterable<RecordedEvent[]>;

  /**
   * All streams, as runs of at most `length` that began one after the other, for readers who share the
   * work and put what they make of it together in order: run by run, `readStreams` gives what it gives
   * of all. Where a store can walk its streams.
   */
  streamRuns?(length: number): AsyncIterable<StreamRun>;

  /**
   * All events from a position on, in batches, and then as they come: never one twice, never one
   * left out. A batch may hold no event: it says that everything has been given, or that the store
   * is still looking. Ends when the signal aborts or the store closes.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionBatch>;

  /** The position of the newest event; `start` when there is none. */
  head(): Promise<Position>;

  /** Whether it can be used just now. Never throws. */
  health(): Promise<EventStoreHealth>;

  /** Answers the appends that are on their way, ends subscriptions, and refuses what comes after. */
  close(): Promise<void>;
};

export type EventStoreHealth = {
  /** Whether it answers. */
  connected: boolean;
  /** Why it does not. */
  error?: string;
  /** The node of a server that takes writes, `host:port`; absent while there is none. */
  leader?: string;
  /** The nodes of a server: how many it has, and how many are up. */
  nodes?: { all: number; alive: number };
};

/** Plain JSON values: no `undefined`, `bigint`, `NaN` or objects with a class of their own. */
export type EventData = { readonly [key: string]: unknown };

export type NewEvent = {
  /** UUID, derived from the command that caused the event. */
  readonly id: string;
  readonly type: string;
  readonly data: EventData;
  readonly metadata: EventData;
};

export type RecordedEvent = NewEvent & {
  readonly stream: string;
  /** 0 for the first event of a stream. */
  readonly revision: number;
  readonly position: Position;
  /** When the store took it: ISO 8601. SLA figures use `metadata.occurredAt` instead. */
  readonly recordedAt: string;
};

/** A revision, or a stream that must not exist yet, or no expectation. */
export type ExpectedRevision = number | 'no-stream' | 'any';

export type Appended = { revision: number; position: Position };

/**
 * A place in the order of all events: opaque outside the adapter, serialisable, and ordered as text
 * (compare with `<`). `start` lies before every event.
 */
export type Position = string & { readonly position: unique symbol };
export const start = '' as Position;

export type ReadOptions = {
  /** First revision to give; 0 by default. With `backwards`, the newest by default. */
  from?: number;
  direction?: 'forwards' | 'backwards';
  /** How many events at the most. */
  limit?: number;
};

export type ReadAllOptions = {
  /** Give what lies after this position. */
  after?: Position;
  /** Prefixes of stream names; all streams by default. */
  streams?: readonly string[];
  limit?: number;
  /**
   * Take for unreadable, too, what says the same in other bytes than an append writes: white space,
   * another order, a value that stands twice. Somebody has been at it.
   */
  asWritten?: boolean;
};

export type ReadStreamsOptions = {
  /** How the streams' names begin. */
  prefix: string;
  /** Give nothing that lies after this position. */
  until: Position;
  /** Every n-th of the streams, for n readers who share the work; each is given to one of them. */
  share?: { index: number; of: number };
  /** Only these streams. */
  run?: StreamRun;
  /** Told of an event that cannot be read, which is left out; when absent, the read throws instead. */
  onUnreadable?: (error: UnreadableRecordError) => void;
};

/** Streams that began one after the other, as the store that told of them knows them: plain data. */
export type StreamRun = { after: number; upTo: number };

export type SubscribeOptions = {
  after: Position;
  streams?: readonly string[];
  signal: AbortSignal;
};

export type SubscriptionBatch = {
  events: RecordedEvent[];
  /**
   * Resume after this: at or past the batch's last event, never past one that was not given. It need
   * not move past events that nobody asked for.
   */
  position: Position;
  /** Whether everything stored until now has been given. */
  live: boolean;
};

export class WrongExpectedRevisionError extends Error {
  override readonly name = 'WrongExpectedRevisionError';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** The stream's newest revision, or `no-stream`. */
  readonly actual: number | 'no-stream';

  constructor(stream: string, expected: ExpectedRevision, actual: number | 'no-stream') {
    super(`stream ${stream}: expected revision ${expected}, found ${actual}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

export class EventIdConflictError extends Error {
  override readonly name = 'EventIdConflictError';
}

export class EventStoreUnavailableError extends Error {
  override readonly name: string = 'EventStoreUnavailableError';
}

/** It answers, but not to us: somebody has to mend the settings there or here. */
export class EventStoreAccessDeniedError extends EventStoreUnavailableError {
  override readonly name = 'EventStoreAccessDeniedError';
}

/** An event stands there whose content is not what an append writes, such as text that is no JSON. */
export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError';
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  /** What is the matter with it, never the content itself. */
  readonly fault: string;

  constructor(
    { stream, revision, position }: Pick<RecordedEvent, 'stream' | 'revision' | 'position'>,
    fault: string,
  ) {
    super(`${stream}@${revision}: ${fault}`);
    this.stream = stream;
    this.revision = revision;
    this.position = position;
    this.fault = fault;
  }
}

/** A whole stream as one list: for streams that are known to be short. */
export async function readStream(
  store: Pick<EventStore, 'read'>,
  stream: string,
  options?: ReadOptions,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of store.read(stream, options)) events.push(...batch);
  return events;
}
