import { containerHost, freePort, ServerContainer, untilReady } from './server-container.ts';

/** One EventStoreDB in a container, without security. */
export type SingleNode = {
  readonly connectionString: string;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** Killed and started again; resolves when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startSingleNode(): Promise<SingleNode> {
  const port = await freePort();
  const server = await ServerContainer.start({
    environment: { EVENTSTORE_CLUSTER_SIZE: '1', EVENTSTORE_INSECURE: 'true' },
    port,
  });
  const connectionString = `esdb://${await containerHost()}:${port}?tls=false`;
  try {
    await untilReady(connectionString);
  } catch (error) {
    await server.remove();
    throw error;
  }
  return {
    connectionString,
    pause: () => server.pause(),
    unpause: () => server.unpause(),
    async restart() {
      await server.kill();
      await server.startAgain();
      await untilReady(connectionString);
    },
    stop: () => server.remove(),
  };
}
