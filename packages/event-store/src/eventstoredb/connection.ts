import type { Duplex, Readable } from 'node:stream';
import { EventStoreDBClient } from '@eventstore/db-client';
import commandErrors from '@eventstore/db-client/dist/utils/CommandError.js';
import type { CallOptions, Channel, Client, Metadata } from '@grpc/grpc-js';
import { EventStoreUnavailableError } from '../event-store.ts';

/**
 * What the client keeps for its own methods, and the adapter needs for calls that the client has no
 * sound method for. Fixed to the version in package.json; the tests of this folder notice a change.
 */
export type ClientInternals = {
  /** Opens a streaming call on the channel of the moment. Its faults lead to another channel. */
  GRPCStreamCreator: <Stub extends Client, Call extends Readable | Duplex>(
    stub: StubConstructor<Stub>,
    name: string,
    create: (stub: Stub) => Call,
  ) => () => Promise<Call>;
  /** Makes a call on the channel of the moment. Its faults lead to another channel. */
  execute: <Stub extends Client, T>(
    stub: StubConstructor<Stub>,
    name: string,
    action: (stub: Stub) => Promise<T>,
  ) => Promise<T>;
  /** Credentials, connection name and deadline of a call. */
  callArguments: (
    options: { requiresLeader?: boolean },
    callOptions?: CallOptions,
  ) => [Metadata, CallOptions];
  handleError: (stub: Client, error: Error) => Promise<void>;
  getChannel: () => Promise<Channel>;
};

// The shape that the generated stubs have.
// oxlint-disable-next-line typescript/no-explicit-any
type StubConstructor<Stub extends Client> = new (...options: any[]) => Stub;

/** An error of a call as the client names it: `UnavailableError`, `NotLeaderError`, … */
export function toCommandError(error: Error): Error {
  try {
    return commandErrors.convertToCommandError(error);
  } catch {
    // It expects details that not every server sends.
    return error;
  }
}

/**
 * A client with a channel of its own: a fault of one of its calls closes no other client's. It finds
 * another node by itself where it learns that one is lost; a node that merely says nothing has to be
 * left by `renew`.
 */
export class Connection {
  readonly #connectionString: string;
  readonly #onSilence: () => void;
  #client: OpenClient;
  readonly #closing = new AbortController();

  /** @param onSilence called when a server that says nothing is left */
  constructor(connectionString: string, onSilence: () => void = () => undefined) {
    this.#connectionString = connectionString;
    this.#onSilence = onSilence;
    this.#client = new OpenClient(connectionString);
  }

  /** The client of the moment: take it once for a call. */
  get client(): OpenClient {
    return this.#client;
  }

  /** Aborts, with an error for those who wait, when it closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Leaves a client whose server is silent, and looks for a node anew; once for all its calls. */
  renew(silent: OpenClient): void {
    if (silent !== this.#client || this.closing.aborted) return;
    this.#client = new OpenClient(this.#connectionString);
    void silent.close();
    this.#onSilence();
  }

  async close(): Promise<void> {
    this.#closing.abort(new EventStoreUnavailableError('the event store is closed'));
    await this.#client.close();
  }
}

/** The client, with what it leaves open or unheard taken care of. */
class OpenClient {
  readonly #client: EventStoreDBClient;
  #channel: Promise<Channel> | undefined;
  readonly internals: ClientInternals;

  constructor(connectionString: string) {
    try {
      this.#client = EventStoreDBClient.connectionString(connectionString);
    } catch (error) {
      // Its error about a connection string holds the string, with the password.
      if (error instanceof Error && 'connectionString' in error) {
        throw new RangeError('the client does not understand the connection string');
      }
      // What is left for the client to find: the text of a certificate or a key.
      throw new RangeError('the certificates cannot be used', { cause: error });
    }
    this.internals = this.#client as unknown as ClientInternals;
    const { handleError, getChannel } = this.internals;
    // The client awaits this nowhere: what it throws would end the process.
    this.internals.handleError = async (stub, error) => {
      await handleError(stub, error).catch(() => undefined);
    };
    this.internals.getChannel = () => {
      this.#channel = getChannel();
      return this.#channel;
    };
  }

  /**
   * Cancels the calls and closes the channel, which the client leaves open by itself. Where it still
   * looks for a node, which takes long among silent ones, nobody waits for what it finds.
   */
  async close(): Promise<void> {
    this.#channel?.then((channel) => channel.close()).catch(() => undefined);
    await this.#client.dispose();
  }
}

export type { OpenClient };
