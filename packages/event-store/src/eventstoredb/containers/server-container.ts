import { setTimeout as delay } from 'node:timers/promises';
import {
  GenericContainer,
  getContainerRuntimeClient,
  RandomPortGenerator,
  Wait,
  type StartedNetwork,
  type StartedTestContainer,
} from 'testcontainers';
import { EventStoreDbEventStore } from '../eventstoredb-event-store.ts';
import { image } from './runtime.ts';

/** The port of EventStoreDB in its container. */
const serverPort = 2113;

/** How long a server may take to start, in milliseconds: .NET on a busy machine. */
const startTimeout = 120_000;
/** For a hook that starts servers: until their ports open, until they are ready, and to remove them. */
export const hookTimeout = 3 * startTimeout;

export type ContainerOptions = {
  environment: Record<string, string>;
  /** The container's name in its network. */
  name?: string;
  network?: StartedNetwork;
  /** Files to put in before it starts, by their path. */
  files?: Record<string, string>;
  /** The port of this machine that leads to it, from `freePort`. */
  port: number;
};

/** One EventStoreDB in a container. Its port stays the same, however often it is started. */
export class ServerContainer {
  readonly port: number;
  readonly #container: StartedTestContainer;

  private constructor(port: number, container: StartedTestContainer) {
    this.port = port;
    this.#container = container;
  }

  /** Resolves when the port is open; the server may not be ready to answer. */
  static async start({ environment, name, network, files = {}, port }: ContainerOptions) {
    const container = new GenericContainer(image)
      .withEnvironment({ ...sparing, ...environment })
      .withExposedPorts({ container: serverPort, host: port })
      .withCopyContentToContainer(
        // Read by the server's own user, who is not the one that puts them in.
        Object.entries(files).map(([target, content]) => ({ target, content, mode: 0o444 })),
      )
      .withStartupTimeout(startTimeout)
      .withWaitStrategy(Wait.forListeningPorts());
    if (network) container.withNetwork(network);
    if (name !== undefined) container.withNetworkAliases(name).withHostname(name);
    return new ServerContainer(port, await container.start());
  }

  /** The server falls silent: connections stay, nothing is answered. */
  async pause(): Promise<void> {
    await (await this.#docker()).pause();
  }

  async unpause(): Promise<void> {
    await (await this.#docker()).unpause();
  }

  /** As at `kill -9`; the files stay. */
  async kill(): Promise<void> {
    await (await this.#docker()).kill();
  }

  /** Starts it again on the files that it had. */
  async startAgain(): Promise<void> {
    await (await this.#docker()).start();
  }

  /** Removes the container with all that it holds. */
  async remove(): Promise<void> {
    await this.#container.stop({ remove: true, removeVolumes: true, timeout: 0 });
  }

  /** testcontainers has no words for these; the client beneath it has. */
  async #docker() {
    const runtime = await getContainerRuntimeClient();
    return runtime.container.getById(this.#container.getId());
  }
}

/** Smaller than for production, so that a server starts in seconds. */
const sparing = {
  EVENTSTORE_RUN_PROJECTIONS: 'None',
  EVENTSTORE_DISABLE_LOG_FILE: 'true',
  EVENTSTORE_STREAM_EXISTENCE_FILTER_SIZE: '10000',
  EVENTSTORE_STREAM_INFO_CACHE_CAPACITY: '10000',
};

export function freePort(): Promise<number> {
  return new RandomPortGenerator().generatePort();
}

/** Where containers are reached. */
export async function containerHost(): Promise<string> {
  const { info } = await getContainerRuntimeClient();
  return info.containerRuntime.host;
}

/**
 * Resolves when the server behind a connection string takes writes and has its nodes up.
 *
 * @throws Error with what it last said of itself, after `startTimeout`
 */
export async function untilReady(connectionString: string, nodes = 1): Promise<void> {
  const store = new EventStoreDbEventStore({ connectionString, deadline: 5000 });
  try {
    const end = Date.now() + startTimeout;
    while (true) {
      const health = await store.health();
      if (health.leader !== undefined && (health.nodes?.alive ?? 0) >= nodes) {
        const answered = await store.head().then(
          () => true,
          () => false,
        );
        if (answered) return;
      }
      if (Date.now() > end) throw new Error(`not ready: ${JSON.stringify(health)}`);
      await delay(250);
    }
  } finally {
    await store.close();
  }
}
