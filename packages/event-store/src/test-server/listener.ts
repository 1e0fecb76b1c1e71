import { once } from 'node:events';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Server, ServerCredentials } from '@grpc/grpc-js';

/** How long to wait for a port that is still being given back, in milliseconds. */
const portTimeout = 5000;

/**
 * The port of a node, and its connections. They are accepted here and handed to gRPC, so that they
 * can be broken or refused without its consent.
 */
export class Listener {
  readonly host: string;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #listening: NetServer | undefined;
  #take: (socket: Socket) => void = (socket) => socket.destroy();

  /** @param port 0 for any free one; once listening, always that one again */
  constructor(host: string, port: number) {
    this.host = host;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  /** @throws Error when the port is taken */
  async listen(server: Server, credentials: ServerCredentials): Promise<void> {
    const injector = server.createConnectionInjector(credentials);
    this.#take = (socket) => injector.injectConnection(socket);
    await this.accept();
  }

  async accept(): Promise<void> {
    if (this.#listening) return;
    const until = Date.now() + portTimeout;
    while (true) {
      const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
        this.#accepted(socket);
      });
      server.listen(this.#port, this.host);
      try {
        await once(server, 'listening');
        this.#listening = server;
        this.#port = (server.address() as AddressInfo).port;
        return;
      } catch (error) {
        if (!isPortTaken(error) || Date.now() > until) throw error;
        await setTimeout(20);
      }
    }
  }

  /** Takes no new connections; those that are open stay. */
  async refuse(): Promise<void> {
    this.#listening?.close();
    this.#listening = undefined;
  }

  /** Breaks the connection of a call's peer. */
  cut(peer: string): void {
    for (const socket of this.#sockets) {
      if (`${socket.remoteAddress}:${socket.remotePort}` === peer) socket.destroy();
    }
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accepted(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // Clients may break off at any time.
    socket.on('error', () => socket.destroy());
    this.#take(socket);
  }
}

function isPortTaken(error: unknown): boolean {
  return (error as { code?: string }).code === 'EADDRINUSE';
}
