import {
  Server,
  ServerCredentials,
  status as codes,
  type sendUnaryData,
  type ServerErrorResponse,
} from '@grpc/grpc-js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append } from './append.ts';
import { BatchAppend } from './batch-append.ts';
import { EventLog } from './event-log.ts';
import {
  ServerFeaturesService,
  StreamsService,
  type IServerFeaturesServer,
  type IStreamsServer,
} from './protocol.ts';
import { read } from './read.ts';
import { supportedMethods } from './server-features.ts';
import { CallError } from './statuses.ts';

export type TestServerOptions = {
  /** 127.0.0.1 by default. */
  host?: string;
  /** Any free one by default. */
  port?: number;
  /** SQLite file of the events; a temporary one, removed at stop, by default. */
  file?: string;
  /** In bytes; 1 MiB by default. */
  maxAppendSize?: number;
};

export type TestServer = {
  readonly host: string;
  readonly port: number;
  /** For the client, and for this project's adapter. */
  readonly connectionString: string;
  /** Cuts all connections, keeps port and events. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a server that speaks EventStoreDB's gRPC protocol, for tests and local trials only. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { host = '127.0.0.1', maxAppendSize = 1024 * 1024 } = options;
  const folder = options.file === undefined ? mkdtempSync(join(tmpdir(), 'eventstoredb-')) : '';
  const file = options.file ?? join(folder, 'events.sqlite');
  let port = options.port ?? 0;
  let log: EventLog;
  let server: Server;

  async function start() {
    log = new EventLog(file);
    server = grpcServer({ log, maxAppendSize });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
    port = await promise;
  }

  async function stop() {
    server.forceShutdown();
    await log.close();
  }

  await start();
  return {
    host,
    port,
    connectionString: `esdb://${host}:${port}?tls=false`,
    async restart() {
      await stop();
      await start();
    },
    async stop() {
      await stop();
      if (folder) rmSync(folder, { recursive: true });
    },
  };
}

function grpcServer({ log, maxAppendSize }: { log: EventLog; maxAppendSize: number }): Server {
  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  const authorize = () => {};
  const streams: IStreamsServer = {
    append(call, callback) {
      void answer(append({ log, maxAppendSize }, call, authorize), callback);
    },
    batchAppend(call) {
      new BatchAppend({ log, maxAppendSize }, call, () => true).run().then(
        () => call.end(),
        (error: unknown) => call.emit('error', toServiceError(error)),
      );
    },
    read(call) {
      const ended = new AbortController();
      call.on('cancelled', () => ended.abort());
      read(log, call, ended.signal, authorize).then(
        () => call.end(),
        (error: unknown) => call.emit('error', toServiceError(error)),
      );
    },
    delete(_call, callback) {
      callback({ code: codes.UNIMPLEMENTED });
    },
    tombstone(_call, callback) {
      callback({ code: codes.UNIMPLEMENTED });
    },
  };
  const features: IServerFeaturesServer = {
    getSupportedMethods(_call, callback) {
      callback(null, supportedMethods());
    },
  };
  server.addService(StreamsService, streams);
  server.addService(ServerFeaturesService, features);
  return server;
}

async function answer<Response>(
  result: Promise<Response>,
  callback: sendUnaryData<Response>,
): Promise<void> {
  let response: Response;
  try {
    response = await result;
  } catch (error) {
    callback(toServiceError(error));
    return;
  }
  callback(null, response);
}

function toServiceError(error: unknown): Error & ServerErrorResponse {
  if (error instanceof CallError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CallError(codes.UNKNOWN, `Exception was thrown by handler. ${message}`);
}
