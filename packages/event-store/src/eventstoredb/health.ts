import { AccessDeniedError, UnavailableError } from '@eventstore/db-client';
import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossipMessages from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { EventStoreUnavailableError, type EventStoreHealth } from '../event-store.ts';
import { toCommandError, type Connection } from './connection.ts';
import type { Deadline } from './deadline.ts';
import { readToEnd } from './read-call.ts';
import { newestEvent } from './read-request.ts';
import { positionOf } from './translate.ts';

/**
 * What the node that we are connected to says of itself and of the others, and whether it lets us
 * read. Never throws.
 */
export async function healthOf(
  connection: Connection,
  deadline: Deadline,
): Promise<EventStoreHealth> {
  try {
    const [cluster] = await Promise.all([
      deadline.within(members(connection, deadline)),
      readToEnd(connection, newestEvent(), deadline, positionOf),
    ]);
    return summary(cluster);
  } catch (error) {
    return { connected: false, error: reasonOf(error) };
  }
}

/** Anybody may read this: it tells no addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof AccessDeniedError) return 'it refuses the credentials';
  if (error instanceof UnavailableError) return 'there is no connection to it';
  return error instanceof EventStoreUnavailableError ? error.message : 'it answered with an error';
}

function members({ client: { internals } }: Connection, deadline: Deadline): Promise<ClusterInfo> {
  return internals.execute(
    gossip.GossipClient,
    'health',
    (stub) =>
      new Promise((resolve, reject) => {
        const [metadata, options] = internals.callArguments(
          {},
          { deadline: Date.now() + deadline.left },
        );
        stub.read(new shared.Empty(), metadata, options, (error, info) => {
          if (error) reject(toCommandError(error));
          else resolve(info);
        });
      }),
  );
}

function summary(cluster: ClusterInfo): EventStoreHealth {
  const all = cluster.getMembersList();
  const alive = all.filter((member) => member.getIsAlive());
  const { LEADER } = gossipMessages.MemberInfo.VNodeState;
  const leader = alive.find((member) => member.getState() === LEADER)?.getHttpEndPoint();
  return {
    connected: true,
    nodes: { all: all.length, alive: alive.length },
    ...(leader ? { leader: `${leader.getAddress()}:${leader.getPort()}` } : {}),
  };
}
