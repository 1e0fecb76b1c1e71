import stubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { EventStoreUnavailableError } from '../event-store.ts';
import { toCommandError, type Connection, type OpenClient } from './connection.ts';
import type { Deadline } from './deadline.ts';
import { isTransient } from './translate.ts';

export type ReadCall = ClientReadableStream<ReadResp>;

/**
 * Opens a `Read` call. The client has methods for it, too; but they leave the call open that a
 * reader has left early, and end the process on an error that they do not expect.
 */
export function openReadCall(
  { internals }: OpenClient,
  request: ReadReq,
  { requiresLeader }: { requiresLeader: boolean },
): Promise<ReadCall> {
  const call = internals.callArguments({ requiresLeader }, { deadline: Infinity });
  return internals.GRPCStreamCreator(stubs.StreamsClient, 'read', (stub) =>
    stub.read(request, ...call),
  )();
}

/**
 * Everything that a read gives, read again when the connection is lost on the way; nothing when
 * there is no such stream. Asks the leader: a follower may lack what was just appended.
 *
 * @param decode what is wanted of each event
 * @throws EventStoreUnavailableError when time is up, or the connection is closed meanwhile
 * @throws what `decode` throws
 */
export async function readToEnd<T>(
  connection: Connection,
  request: ReadReq,
  deadline: Deadline,
  decode: (event: ReadResp.ReadEvent) => T,
): Promise<T[]> {
  for (;;) {
    const { client, closing } = connection;
    closing.throwIfAborted();
    try {
      const opening = openReadCall(client, request, { requiresLeader: true });
      // When it is given up before it is open, nobody would cancel it.
      const call = await deadline.within(opening, closing).catch((error: unknown) => {
        opening.then((late) => late.cancel()).catch(() => undefined);
        throw error;
      });
      const onSilence = () => connection.renew(client);
      return await allOf(call, decode, { deadline, closing, onSilence });
    } catch (error) {
      if (!isTransient(error)) throw error;
      await deadline.beforeAnotherAttempt(error);
    }
  }
}

type Patience = { deadline: Deadline; closing: AbortSignal; onSilence: () => void };

async function allOf<T>(
  call: ReadCall,
  decode: (event: ReadResp.ReadEvent) => T,
  { deadline, closing, onSilence }: Patience,
): Promise<T[]> {
  const found: T[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<T[]>();
  let isSilent = true;
  call.on('data', (message: ReadResp) => {
    isSilent = false;
    const event = message.getEvent();
    try {
      if (event) found.push(decode(event));
    } catch (error) {
      reject(error);
    }
  });
  call.on('end', () => resolve(found));
  // Stays: an error that comes after the last look would end the process.
  call.on('error', (error) => reject(toCommandError(error)));
  try {
    return await deadline.within(promise, closing);
  } catch (error) {
    call.cancel();
    if (isSilent && error instanceof EventStoreUnavailableError) onSilence();
    throw error;
  }
}
