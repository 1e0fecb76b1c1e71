import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossipMessages from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { EventStoreHealth } from '../event-store.ts';
import type { Connection } from './connection.ts';
import type { Deadline } from './deadline.ts';

/** What the node that we are connected to says of itself and of the others. Never throws. */
export async function healthOf(
  connection: Connection,
  deadline: Deadline,
): Promise<EventStoreHealth> {
  try {
    return summary(await deadline.within(members(connection, deadline)));
  } catch (error) {
    return { connected: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function members({ internals }: Connection, deadline: Deadline): Promise<ClusterInfo> {
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
          if (error) reject(error);
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
