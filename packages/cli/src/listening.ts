import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SettingsError, type Settings } from './settings.ts';

/** A server that takes requests. */
export type Listening = {
  url: string;
  /** Takes no more, and lets those that are being answered finish, for a while. */
  close: () => Promise<void>;
};

/** @throws SettingsError where something else listens at that address */
export async function listening(
  app: RequestListener,
  settings: Pick<Settings, 'host' | 'port'>,
): Promise<Listening> {
  const server = createServer(app).listen(settings.port, settings.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw notListening(error as NodeJS.ErrnoException, settings);
  }
  return { url: urlOf(server, settings.host), close: () => closeServer(server) };
}

function notListening(
  error: NodeJS.ErrnoException,
  { host, port }: Pick<Settings, 'host' | 'port'>,
): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new SettingsError(
    `Port ${port} of ${host} is in use: stop what listens there, or choose another port with ` +
      '--port or SATU_ATAP_PORT.',
  );
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function closeServer(server: Server): Promise<void> {
  // Clients keep their connections for the next request: each closes after its next answer, or idle.
  server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'));
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const impatience = setTimeout(() => server.closeAllConnections(), 5000);
  await once(server, 'close');
  clearInterval(sweep);
  clearTimeout(impatience);
}
