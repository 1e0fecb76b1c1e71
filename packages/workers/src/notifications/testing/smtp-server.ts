import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What goes wrong with a server. */
export type SmtpFault =
  | 'none'
  | 'silent'
  | 'busy'
  | 'no-such-address'
  | 'address-later'
  | 'closes-before-data'
  | 'refuses-message'
  | 'closes-after-data'
  | 'silent-after-data';

export type ReceivedMail = { to: string; content: string };

/** An SMTP server on a port of its own that takes mail, or goes wrong as it is told. */
export async function startSmtpServer(fault: SmtpFault = 'none') {
  const sockets = new Set<Socket>();
  const smtp = {
    fault,
    received: [] as ReceivedMail[],
    connections: 0,
    url: '',
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    smtp.connections += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, smtp);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  smtp.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return smtp;
}
export type SmtpTestServer = Awaited<ReturnType<typeof startSmtpServer>>;

function serve(socket: Socket, smtp: { fault: SmtpFault; received: ReceivedMail[] }) {
  const { fault } = smtp;
  const say = (line: string) => socket.write(`${line}\r\n`);
  let to = '';
  let content: string | undefined;
  let rest = '';
  if (fault === 'silent') return;
  if (fault === 'busy') return void socket.end('421 busy\r\n');
  say('220 test');

  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') return say('250 test');
    if (verb === 'MAIL') return say('250 ok');
    if (verb === 'RCPT') {
      to = /<(.*?)>/.exec(line)?.[1] ?? '';
      if (fault === 'no-such-address') return say(`550 no such user ${to}`);
      return say(fault === 'address-later' ? '450 later' : '250 ok');
    }
    if (verb === 'DATA') {
      if (fault === 'closes-before-data') return socket.destroy();
      content = '';
      return say('354 go on');
    }
    if (verb === 'QUIT') return void socket.end('221 bye\r\n');
    return say('500 what');
  };
  const ended = () => {
    if (fault === 'refuses-message') say('554 no');
    else {
      smtp.received.push({ to, content: content ?? '' });
      if (fault === 'closes-after-data') socket.destroy();
      else if (fault !== 'silent-after-data') say('250 taken');
    }
    content = undefined;
  };

  socket.on('data', (chunk) => {
    rest += chunk.toString();
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (content === undefined) command(line);
      else if (line === '.') ended();
      else content += `${line}\n`;
    }
  });
}
