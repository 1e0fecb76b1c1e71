import { Server, type ServerUnaryCall } from '@grpc/grpc-js';
import { append } from './append.ts';
import {
  authenticate,
  nameForClients,
  serverCredentials,
  type Caller,
  type TlsOptions,
  type Users,
} from './authentication.ts';
import { authorize, mayAccess, type StreamOperation } from './authorization.ts';
import { batchAppend } from './batch-append.ts';
import { deleteStream, tombstoneStream } from './delete.ts';
import type { EventLog } from './event-log.ts';
import { Faults } from './faults.ts';
import { clusterInfo, type Member } from './gossip.ts';
import { Listener } from './listener.ts';
import { OpenCalls, type Method } from './open-calls.ts';
import { pipelined } from './pipelining.ts';
import {
  GossipService,
  ServerFeaturesService,
  StreamsService,
  type IGossipServer,
  type IServerFeaturesServer,
  type StreamsHandlers,
} from './protocol.ts';
import { read } from './read.ts';
import { supportedMethods } from './server-features.ts';
import { CallError, notLeader, toCallError, unavailable } from './statuses.ts';

export type NodeOptions = {
  /** Where to listen. */
  host: string;
  port: number;
  tls: TlsOptions | undefined;
  /** Undefined where the node is insecure. */
  users: Users | undefined;
  maxAppendSize: number;
  /** The cluster's members as this node sees them, itself the first. */
  members: () => readonly [Member, ...Member[]];
};

/** The greatest message that is taken, in bytes: as the real server's, a little more than an event. */
const maxMessageSize = 17 * 1024 * 1024;

/** What calls of all kinds have. */
type SurfaceCall = Pick<
  ServerUnaryCall<unknown, unknown>,
  'getAuthContext' | 'getPeer' | 'metadata'
> & { on(event: 'cancelled', listener: () => void): unknown };

/** A call on its way: who makes it, and a signal that aborts when nobody waits for it any more. */
type Served = { caller: Caller; signal: AbortSignal };

type Respond<Response> = (error: CallError | null, response?: Response) => void;

/** One node: a port, the services behind it, and its faults. */
export class ServerNode {
  readonly faults: Faults;
  readonly #options: NodeOptions;
  readonly #calls = new OpenCalls();
  readonly #listener: Listener;
  #server: Server | undefined;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#listener = new Listener(options.host, options.port);
    this.faults = new Faults(this.#calls, this.#listener);
  }

  /** As clients call it. */
  get host(): string {
    return nameForClients(this.#options.host, this.#options.tls);
  }

  get port(): number {
    return this.#listener.port;
  }

  openCalls(method: Method): number {
    return this.#calls.count(method);
  }

  get isRunning(): boolean {
    return this.#server !== undefined;
  }

  async start(log: EventLog): Promise<void> {
    this.#server = new Server({
      'grpc.max_receive_message_length': maxMessageSize,
      interceptors: [pipelined],
    });
    this.#server.addService(StreamsService, this.#streams(log));
    this.#server.addService(GossipService, this.#gossip());
    this.#server.addService(ServerFeaturesService, this.#features());
    await this.#listener.listen(this.#server, serverCredentials(this.#options.tls));
  }

  /** Breaks all connections. What was being appended may be written, but is not answered. */
  async stop(): Promise<void> {
    await this.#listener.refuse();
    this.#listener.cutAll();
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  #streams(log: EventLog): StreamsHandlers {
    const { maxAppendSize } = this.#options;
    const allow = (caller: Caller, operation: StreamOperation) => (stream: string) =>
      authorize(log, caller, operation, stream);
    return {
      append: (call, callback) => {
        void this.#serve('append', call, callback, ({ caller }) => {
          this.#checkLeader(call);
          return append({ log, maxAppendSize }, call, allow(caller, 'write'));
        });
      },
      batchAppend: (call) => {
        void this.#serve('batchAppend', call, streamed(call), ({ caller, signal }) =>
          batchAppend(call, {
            log,
            maxAppendSize,
            mayWrite: (stream) => mayAccess(log, caller, 'write', stream),
            received: async () => {
              await this.faults.received('batchAppend', signal);
              this.#checkLeader(call);
            },
            answering: () => this.#answering('batchAppend', call, signal),
          }),
        );
      },
      read: (call) => {
        void this.#serve('read', call, streamed(call), ({ caller, signal }) => {
          this.#checkLeader(call);
          return read(log, call, {
            signal,
            authorize: allow(caller, 'read'),
            answering: () => this.#answering('read', call, signal),
            faults: this.faults,
          });
        });
      },
      delete: (call, callback) => {
        void this.#serve('delete', call, callback, ({ caller }) => {
          this.#checkLeader(call);
          return deleteStream(log, call.request, allow(caller, 'delete'));
        });
      },
      tombstone: (call, callback) => {
        void this.#serve('tombstone', call, callback, ({ caller }) => {
          this.#checkLeader(call);
          return tombstoneStream(log, call.request, allow(caller, 'delete'));
        });
      },
    };
  }

  #gossip(): IGossipServer {
    return {
      read: (call, callback) => {
        void this.#serve('gossip', call, callback, async () =>
          clusterInfo(this.#options.members()),
        );
      },
    };
  }

  #features(): IServerFeaturesServer {
    return {
      getSupportedMethods: (call, callback) => {
        void this.#serve('getSupportedMethods', call, callback, async () => {
          const answer = this.faults.supportedMethods ?? supportedMethods();
          if (answer instanceof CallError) throw answer;
          return answer;
        });
      },
    };
  }

  /** Does a call's work between the faults that may befall it, and answers once. */
  async #serve<Response>(
    method: Method,
    call: SurfaceCall,
    respond: Respond<Response>,
    work: (served: Served) => Promise<Response>,
  ): Promise<void> {
    const ended = new AbortController();
    const { signal } = ended;
    call.on('cancelled', () => ended.abort());
    const end = (error: CallError | null, response?: Response) => {
      if (signal.aborted) return;
      ended.abort();
      respond(error, response);
    };
    const open = {
      method,
      peer: call.getPeer(),
      end: (error?: CallError) => {
        if (error ?? isStreamed(method)) end(error ?? null);
      },
    };
    this.#calls.add(open);
    try {
      await this.faults.received(method, signal);
      const { users } = this.#options;
      const { sslPeerCertificate: certificate } = call.getAuthContext();
      const caller = authenticate(users, { metadata: call.metadata, certificate });
      const response = await work({ caller, signal });
      if (await this.#answering(method, call, signal)) end(null, response);
    } catch (error) {
      end(toCallError(error));
    } finally {
      this.#calls.delete(open);
    }
  }

  /** @returns false when there is nobody to answer any more */
  async #answering(method: Method, call: SurfaceCall, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (await this.faults.answering(method, signal)) return !signal.aborted;
    this.#listener.cut(call.getPeer());
    return false;
  }

  /** @throws CallError when the cluster has no leader, or the call wants it and this is another node */
  #checkLeader({ metadata }: SurfaceCall): void {
    const [self, ...others] = this.#options.members();
    if (self.state === 'leader') return;
    const leader = others.find(({ state, isAlive }) => state === 'leader' && isAlive);
    if (!leader) throw unavailable('Server Is Not Ready');
    if (String(metadata.get('requires-leader')[0]).toLowerCase() === 'true')
      throw notLeader(leader);
  }
}

function isStreamed(method: Method): boolean {
  return method === 'batchAppend' || method === 'read';
}

type StreamedCall = { end(): void; emit(event: 'error', error: CallError): boolean };

function streamed(call: StreamedCall): Respond<void> {
  return (error) => {
    if (error) call.emit('error', error);
    else call.end();
  };
}
