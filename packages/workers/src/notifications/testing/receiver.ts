import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export type Received = { headers: IncomingHttpHeaders; body: string };

/** How a receiver answers: with a status, or as it likes. */
export type Answering = number | ((response: ServerResponse, received: Received) => void);

/** A receiver of webhooks on a port of its own, that answers as it is told. */
export async function startReceiver(answering: Answering = 204, host = '127.0.0.1') {
  const received: Received[] = [];
  const receiver = {
    received,
    answering,
    url: '',
    /** Ids of the webhooks that came, each once. */
    get ids(): string[] {
      return [...new Set(received.map(({ headers }) => String(headers['webhook-id'])))];
    },
    get topics(): string[] {
      return received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await Array.fromAsync(request);
    const one = { headers: request.headers, body: Buffer.concat(chunks).toString() };
    received.push(one);
    if (typeof receiver.answering === 'function') receiver.answering(response, one);
    else response.writeHead(receiver.answering).end();
  });
  server.listen(0, host);
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  return receiver;
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
