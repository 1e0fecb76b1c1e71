import type { ServerDuplexStream } from '@grpc/grpc-js';
import { namelessStream, type EventLog } from './event-log.ts';
import { incoming } from './incoming.ts';
import type { ExpectedVersion, ProposedEvent, Written } from './log-writer.ts';
import { streamIdentifier, streamName, uuidText } from './messages.ts';
import { expectedVersion, proposedEvent, sizeOf } from './proposed-events.ts';
import {
  GoogleEmpty,
  shared,
  streams,
  type BatchAppendReq,
  type BatchAppendResp,
  type Status,
} from './protocol.ts';
import { batchStatuses, toCallError, type CallError } from './statuses.ts';

export type BatchAppendContext = {
  log: EventLog;
  maxAppendSize: number;
  mayWrite: (stream: string) => boolean;
  /** Called with each message. @throws CallError to end the call */
  received: () => Promise<void>;
  /** Asked before each answer; resolves to false when nobody is there to take it. */
  answering: () => Promise<boolean>;
};

type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** An append whose events arrive in several messages. */
type Pending = {
  /** As the client wrote it. */
  id: InstanceType<typeof shared.UUID>;
  stream: string;
  expected: ExpectedVersion;
  events: ProposedEvent[];
  size: number;
  timeout: NodeJS.Timeout;
};

/** How long an append may take that names no deadline, or a later one, in milliseconds. */
const writeTimeout = 2_000;

/**
 * `BatchAppend`: many appends over one call, told apart by correlation id; their messages may
 * alternate. Each is answered when it is durable, so not always in the order in which it came.
 * Resolves when the client has ended its side and everything is answered.
 */
export async function batchAppend(call: Call, context: BatchAppendContext): Promise<void> {
  const batches = new Batches(call, context);
  try {
    for await (const request of incoming<BatchAppendReq>(call)) {
      await context.received();
      batches.receive(request);
    }
    await batches.answered();
  } finally {
    batches.forget();
  }
}

class Batches {
  readonly #call: Call;
  readonly #context: BatchAppendContext;
  readonly #pending = new Map<string, Pending>();
  readonly #answers = new Set<Promise<void>>();

  constructor(call: Call, context: BatchAppendContext) {
    this.#call = call;
    this.#context = context;
  }

  receive(request: BatchAppendReq): void {
    const id = request.getCorrelationId();
    const key = uuidText(id);
    if (!id || key === undefined) return;
    try {
      const append = this.#gather(key, id, request);
      if (append) this.#pursue(this.#write(append));
    } catch (error) {
      const stream = streamName(request.getOptions()?.getStreamIdentifier());
      this.#drop(key);
      this.#refuse(id, stream, batchStatuses.badRequest(toCallError(error).details));
    }
  }

  async answered(): Promise<void> {
    while (this.#answers.size > 0) await Promise.all(this.#answers);
  }

  forget(): void {
    for (const key of this.#pending.keys()) this.#drop(key);
  }

  /** @returns the append when this was its last message and nothing speaks against it */
  #gather(key: string, id: Pending['id'], request: BatchAppendReq): Pending | undefined {
    const options = request.getOptions();
    if (options && !this.#begin(key, id, options)) return undefined;
    const append = this.#pending.get(key);
    if (!append) return undefined;
    for (const message of request.getProposedMessagesList()) {
      const event = proposedEvent(message);
      append.size += sizeOf(event);
      append.events.push(event);
    }
    const { maxAppendSize } = this.#context;
    if (append.size > maxAppendSize) {
      this.#drop(key);
      this.#refuse(id, append.stream, batchStatuses.maximumAppendSizeExceeded(maxAppendSize));
      return undefined;
    }
    if (!request.getIsFinal()) return undefined;
    this.#drop(key);
    return append;
  }

  /** @returns whether the append may go on */
  #begin(key: string, id: Pending['id'], options: BatchAppendReq.Options): boolean {
    const stream = streamName(options.getStreamIdentifier());
    const refuse = (error: Status) => {
      this.#refuse(id, stream, error);
      return false;
    };
    if (stream === undefined) {
      return refuse(batchStatuses.badRequest('Required field StreamIdentifier not set.'));
    }
    if (stream === '') return refuse(batchStatuses.badRequest(namelessStream));
    if (!this.#context.mayWrite(stream)) return refuse(batchStatuses.accessDenied());
    const left = timeLeft(options);
    if (left <= 0) return refuse(batchStatuses.timeout());
    const position = options.hasStreamPosition() ? options.getStreamPosition() : undefined;
    const expected = expectedVersion(options, position);
    if (expected === undefined) {
      return refuse(batchStatuses.badRequest("'None' is not a valid expected stream position."));
    }
    if (this.#pending.has(key)) return true;
    const timeout = setTimeout(() => {
      this.#pending.delete(key);
      this.#refuse(id, stream, batchStatuses.timeout());
    }, left);
    this.#pending.set(key, { id, stream, expected, events: [], size: 0, timeout });
    return true;
  }

  async #write({ id, stream, expected, events }: Pending): Promise<void> {
    const written = await this.#context.log.write({ kind: 'append', stream, expected, events });
    await this.#answer(id, stream, response(stream, expected, written));
  }

  #drop(key: string): void {
    clearTimeout(this.#pending.get(key)?.timeout);
    this.#pending.delete(key);
  }

  #refuse(id: Pending['id'], stream: string | undefined, error: Status): void {
    this.#pursue(this.#answer(id, stream, new streams.BatchAppendResp().setError(error)));
  }

  /** Lets an answer take its time while further messages come. */
  #pursue(answer: Promise<void>): void {
    const answering = answer
      .catch((error: unknown) => this.#fail(toCallError(error)))
      .finally(() => this.#answers.delete(answering));
    this.#answers.add(answering);
  }

  #fail(error: CallError): void {
    if (!this.#call.cancelled) this.#call.emit('error', error);
  }

  async #answer(
    id: Pending['id'],
    stream: string | undefined,
    answer: BatchAppendResp,
  ): Promise<void> {
    answer.setCorrelationId(id);
    if (stream !== undefined) answer.setStreamIdentifier(streamIdentifier(stream));
    if (await this.#context.answering()) this.#call.write(answer);
  }
}

/** In milliseconds. */
function timeLeft(options: BatchAppendReq.Options): number {
  const deadline = options.getDeadline();
  if (!deadline) return writeTimeout;
  return Math.min(deadline.toDate().getTime() - Date.now(), writeTimeout);
}

function response(stream: string, expected: ExpectedVersion, written: Written): BatchAppendResp {
  const message = new streams.BatchAppendResp();
  switch (written.outcome) {
    case 'success':
      return message.setSuccess(success(written.revision, written.position));
    case 'wrong-expected-version':
      return message.setError(batchStatuses.wrongExpectedVersion(expected, written.current));
    case 'stream-deleted':
      return message.setError(batchStatuses.streamDeleted(stream));
  }
}

function success(revision: number, position: number): BatchAppendResp.Success {
  const message = new streams.BatchAppendResp.Success();
  if (revision < 0) message.setNoStream(new GoogleEmpty());
  else message.setCurrentRevision(String(revision));
  return message.setPosition(
    new shared.AllStreamPosition()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  );
}
