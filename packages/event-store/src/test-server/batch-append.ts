import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { EventLog } from './event-log.ts';
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
import { batchStatuses, CallError } from './statuses.ts';

type Options = { log: EventLog; maxAppendSize: number };
type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** An append whose events arrive in several messages. */
type Pending = {
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
 */
export class BatchAppend {
  readonly #options: Options;
  readonly #call: Call;
  readonly #mayWrite: (stream: string) => boolean;
  readonly #pending = new Map<string, Pending>();

  constructor(options: Options, call: Call, mayWrite: (stream: string) => boolean) {
    this.#options = options;
    this.#call = call;
    this.#mayWrite = mayWrite;
  }

  /** Resolves when the client has ended its side and everything final is answered. */
  async run(): Promise<void> {
    const answers = new Set<Promise<void>>();
    try {
      for await (const request of this.#call as AsyncIterable<BatchAppendReq>) {
        const answering = this.#receive(request).finally(() => answers.delete(answering));
        answers.add(answering);
      }
      await Promise.all(answers);
    } finally {
      for (const { timeout } of this.#pending.values()) clearTimeout(timeout);
    }
  }

  async #receive(request: BatchAppendReq): Promise<void> {
    const id = uuidText(request.getCorrelationId());
    if (id === undefined) return;
    try {
      const append = this.#gather(id, request);
      if (append) await this.#write(id, append);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const stream = streamName(request.getOptions()?.getStreamIdentifier());
      this.#drop(id);
      this.#refuse(id, stream, batchStatuses.badRequest(error.details));
    }
  }

  /** @returns the append when this was its last message and nothing speaks against it */
  #gather(id: string, request: BatchAppendReq): Pending | undefined {
    const options = request.getOptions();
    if (options && !this.#begin(id, options)) return undefined;
    const append = this.#pending.get(id);
    if (!append) return undefined;
    for (const message of request.getProposedMessagesList()) {
      const event = proposedEvent(message);
      append.size += sizeOf(event);
      append.events.push(event);
    }
    const { maxAppendSize } = this.#options;
    if (append.size > maxAppendSize) {
      this.#drop(id);
      this.#refuse(id, append.stream, batchStatuses.maximumAppendSizeExceeded(maxAppendSize));
      return undefined;
    }
    if (!request.getIsFinal()) return undefined;
    this.#drop(id);
    return append;
  }

  #begin(id: string, options: BatchAppendReq.Options): boolean {
    const stream = streamName(options.getStreamIdentifier());
    if (stream === undefined) {
      const message = 'Required field StreamIdentifier not set.';
      this.#refuse(id, stream, batchStatuses.badRequest(message));
      return false;
    }
    if (!this.#mayWrite(stream)) {
      this.#refuse(id, stream, batchStatuses.accessDenied());
      return false;
    }
    const left = timeLeft(options);
    if (left <= 0) {
      this.#refuse(id, stream, batchStatuses.timeout());
      return false;
    }
    const position = options.hasStreamPosition() ? options.getStreamPosition() : undefined;
    const expected = expectedVersion(options, position);
    if (expected === undefined) {
      this.#refuse(id, stream, batchStatuses.badRequest("'None' is not a valid expectation"));
      return false;
    }
    if (this.#pending.has(id)) return true;
    const timeout = setTimeout(() => {
      this.#pending.delete(id);
      this.#refuse(id, stream, batchStatuses.timeout());
    }, left);
    this.#pending.set(id, { stream, expected, events: [], size: 0, timeout });
    return true;
  }

  async #write(id: string, { stream, expected, events }: Pending): Promise<void> {
    const written = await this.#options.log.write({ kind: 'append', stream, expected, events });
    this.#answer(id, stream, response(stream, expected, written));
  }

  #drop(id: string): void {
    clearTimeout(this.#pending.get(id)?.timeout);
    this.#pending.delete(id);
  }

  #refuse(id: string, stream: string | undefined, error: Status): void {
    this.#answer(id, stream, new streams.BatchAppendResp().setError(error));
  }

  #answer(id: string, stream: string | undefined, answer: BatchAppendResp): void {
    answer.setCorrelationId(new shared.UUID().setString(id));
    if (stream !== undefined) answer.setStreamIdentifier(streamIdentifier(stream));
    if (!this.#call.cancelled) this.#call.write(answer);
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

function success(revision: number, position: number | undefined): BatchAppendResp.Success {
  const message = new streams.BatchAppendResp.Success();
  if (revision < 0) message.setNoStream(new GoogleEmpty());
  else message.setCurrentRevision(String(revision));
  if (position === undefined) return message.setNoPosition(new GoogleEmpty());
  return message.setPosition(
    new shared.AllStreamPosition()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  );
}
