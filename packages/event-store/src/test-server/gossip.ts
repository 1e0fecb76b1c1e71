import { uuid } from './messages.ts';
import { gossip } from './protocol.ts';

export type MemberState = 'leader' | 'follower' | 'unknown';

/** A node as the others see it. */
export type Member = {
  instanceId: string;
  host: string;
  port: number;
  state: MemberState;
  isAlive: boolean;
};

const states = {
  leader: gossip.MemberInfo.VNodeState.LEADER,
  follower: gossip.MemberInfo.VNodeState.FOLLOWER,
  unknown: gossip.MemberInfo.VNodeState.UNKNOWN,
};

export function clusterInfo(members: readonly Member[]): InstanceType<typeof gossip.ClusterInfo> {
  const ticks = String(BigInt(Date.now()) * 10_000n);
  return new gossip.ClusterInfo().setMembersList(
    members.map(({ instanceId, host, port, state, isAlive }) =>
      new gossip.MemberInfo()
        .setInstanceId(uuid(instanceId, 'structured'))
        .setTimeStamp(ticks)
        .setState(states[state])
        .setIsAlive(isAlive)
        .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port)),
    ),
  );
}
