import { randomUUID } from 'node:crypto';
import type { Users } from './authentication.ts';
import { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import type { Member, MemberState } from './gossip.ts';
import { ServerNode } from './node.ts';
import { defaultMaxAppendSize, defaultUsers, eventFile, type TestServerOptions } from './server.ts';
import { writeSystemEvents } from './system-events.ts';

export type TestClusterOptions = Omit<TestServerOptions, 'port'> & {
  /** The nodes' ports, in order; any free ones by default. */
  ports?: readonly number[];
};

export type ClusterNode = {
  readonly host: string;
  readonly port: number;
  readonly state: MemberState;
  readonly isAlive: boolean;
  readonly faults: Faults;
};

export type TestCluster = {
  readonly nodes: readonly ClusterNode[];
  /** Names all nodes; the client asks them who leads. */
  readonly connectionString: string;
  /** Undefined while fewer than half of the nodes live. */
  readonly leader: ClusterNode | undefined;
  /** Stops a node as if it had died. While most live, they elect another leader at once if need be. */
  stop(node: ClusterNode): Promise<void>;
  /** Starts a node that was stopped, on the port it had. */
  start(node: ClusterNode): Promise<void>;
  /** Makes a living node the leader. */
  elect(node: ClusterNode): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts nodes that share one log and gossip about each other: enough to try how clients find the
 * leader, and what they do when a node is lost. Nothing is replicated, so nothing can lag or diverge.
 */
export async function startTestCluster(
  size = 3,
  options: TestClusterOptions = {},
): Promise<TestCluster> {
  const cluster = new Cluster(size, options);
  await cluster.begin();
  return cluster;
}

class Cluster implements TestCluster {
  readonly nodes: readonly MemberNode[];
  readonly #secure: boolean;
  readonly #users: Users | undefined;
  readonly #events: ReturnType<typeof eventFile>;
  readonly #log: EventLog;
  #leader: MemberNode | undefined;

  constructor(size: number, options: TestClusterOptions) {
    const { host = '127.0.0.1', tls, ports = [] } = options;
    const { users = defaultUsers, maxAppendSize = defaultMaxAppendSize } = options;
    this.#secure = tls !== undefined;
    this.#users = tls && users;
    this.#events = eventFile(options.file);
    this.#log = new EventLog(this.#events.file);
    this.nodes = Array.from({ length: size }, (_, index) => {
      const node: MemberNode = new MemberNode({
        host,
        port: ports[index] ?? 0,
        tls,
        users: this.#users,
        maxAppendSize,
        members: () => [node.member, ...this.#others(node).map(({ member }) => member)],
      });
      return node;
    });
  }

  get connectionString(): string {
    const addresses = this.nodes.map(({ host, port }) => `${host}:${port}`);
    return `esdb://${addresses.join(',')}?tls=${this.#secure}`;
  }

  get leader(): MemberNode | undefined {
    return this.#leader;
  }

  async begin(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.start(this.#log)));
    await this.#lead(this.nodes[0]);
  }

  async stop(node: ClusterNode): Promise<void> {
    await this.#known(node).stop();
    await this.#electIfNeeded();
  }

  async start(node: ClusterNode): Promise<void> {
    await this.#known(node).start(this.#log);
    await this.#electIfNeeded();
  }

  async elect(node: ClusterNode): Promise<void> {
    if (!node.isAlive) throw new RangeError('only a node that lives can lead');
    await this.#lead(this.#known(node));
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.#log.close();
    this.#events.remove();
  }

  /** A majority without a leader makes the first of it one; less than a majority has none. */
  async #electIfNeeded(): Promise<void> {
    const alive = this.nodes.filter(({ isAlive }) => isAlive);
    if (alive.length <= this.nodes.length / 2) await this.#lead(undefined);
    else await this.#lead(this.#leader?.isAlive ? this.#leader : alive[0]);
  }

  async #lead(node: MemberNode | undefined): Promise<void> {
    for (const each of this.nodes) each.state = node && each.isAlive ? 'follower' : 'unknown';
    if (node) node.state = 'leader';
    const elected = node !== this.#leader;
    this.#leader = node;
    if (!node || !elected) return;
    const { host, port } = node;
    await writeSystemEvents(this.#log, { host, port, users: this.#users });
  }

  #others(node: MemberNode): MemberNode[] {
    return this.nodes.filter((other) => other !== node);
  }

  #known(node: ClusterNode): MemberNode {
    const known = this.nodes.find((each) => each === node);
    if (!known) throw new RangeError('the node is of another cluster');
    return known;
  }
}

class MemberNode extends ServerNode implements ClusterNode {
  readonly #instanceId = randomUUID();
  state: MemberState = 'unknown';

  get isAlive(): boolean {
    return this.isRunning;
  }

  get member(): Member {
    const { host, port, state, isAlive } = this;
    return { instanceId: this.#instanceId, host, port, state, isAlive };
  }
}
