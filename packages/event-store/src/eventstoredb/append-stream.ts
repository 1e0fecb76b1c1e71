import { randomUUID } from 'node:crypto';
import stubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Append } from '../event-json.ts';
import { appendMessages } from './append-messages.ts';
import { Connection, toCommandError, type OpenClient } from './connection.ts';
import type { Deadline } from './deadline.ts';
import { uuidText } from './translate.ts';

type Waiting = {
  resolve: (answer: BatchAppendResp) => void;
  reject: (error: LostCallError) => void;
};

/** One `BatchAppend` call, and the appends that wait for its answers, by correlation id. */
type Call = {
  client: OpenClient;
  duplex: ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
  waiting: Map<string, Waiting>;
  answeredAt: number;
};

/** The call ended before it answered. */
export class LostCallError extends Error {
  override readonly name = 'LostCallError';
  /** Whether the append was sent, and so may have happened. */
  readonly sent: boolean;

  constructor(sent: boolean, cause: unknown) {
    super('the call was lost', { cause });
    this.sent = sent;
  }
}

/**
 * Appends over one long call, many at a time. The client has such a method, too; but it keeps the
 * appends of all clients in one table, waits for ever for a server that is silent or has ended the
 * call, and mistakes the answer where it is told not to throw.
 */
export class AppendStream {
  readonly #connection: Connection;
  #call: Promise<Call> | undefined;

  /** @param onSilence called when a server that answers nothing is left */
  constructor(connectionString: string, onSilence: () => void) {
    this.#connection = new Connection(connectionString, onSilence);
  }

  /**
   * @throws LostCallError when there was no connection, or it was lost
   * @throws EventStoreUnavailableError when time is up; the append may have happened
   */
  async send(append: Append, deadline: Deadline): Promise<BatchAppendResp> {
    const call = await deadline.within(this.#opened());
    const id = randomUUID();
    const sentAt = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<BatchAppendResp>();
    call.waiting.set(id, { resolve, reject });
    for (const message of appendMessages(append, id)) call.duplex.write(message);
    try {
      return await deadline.within(promise);
    } finally {
      // Nothing was answered since: the next append gets another call, perhaps to another node.
      if (call.waiting.delete(id) && call.answeredAt < sentAt) {
        call.duplex.cancel();
        this.#connection.renew(call.client);
      }
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #opened(): Promise<Call> {
    this.#call ??= this.#open();
    const opening = this.#call;
    try {
      return await opening;
    } catch (error) {
      if (this.#call === opening) this.#call = undefined;
      throw new LostCallError(false, error);
    }
  }

  async #open(): Promise<Call> {
    const { client } = this.#connection;
    const { GRPCStreamCreator, callArguments } = client.internals;
    const create = (stub: InstanceType<typeof stubs.StreamsClient>) =>
      stub.batchAppend(...callArguments({}, { deadline: Infinity }));
    const duplex = await GRPCStreamCreator(stubs.StreamsClient, 'batchAppend', create)();
    const call: Call = { client, duplex, waiting: new Map(), answeredAt: 0 };
    const opened = this.#call;
    const lost = (reason: Error) => {
      if (this.#call === opened) this.#call = undefined;
      const waiting = [...call.waiting.values()];
      call.waiting.clear();
      for (const { reject } of waiting) reject(new LostCallError(true, toCommandError(reason)));
    };
    duplex.on('data', (answer: BatchAppendResp) => {
      call.answeredAt = performance.now();
      const id = uuidText(answer.getCorrelationId());
      call.waiting.get(id)?.resolve(answer);
      call.waiting.delete(id);
    });
    duplex.on('error', lost);
    duplex.on('end', () => {
      lost(new Error('the server has ended the call'));
      duplex.end();
    });
    return call;
  }
}
