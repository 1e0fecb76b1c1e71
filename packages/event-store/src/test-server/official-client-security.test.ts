import { status } from '@grpc/grpc-js';
import { AccessDeniedError, EventStoreDBClient } from '@eventstore/db-client';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificates, type TestCertificates } from './certificates.ts';
import { collect, jsonEvents, newStream } from './official-client.ts';
import { startTestServer, type TestServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
let server: TestServer;
const clients: EventStoreDBClient[] = [];

beforeAll(async () => {
  const certificates = await testCertificates('admin');
  const stranger = await testCertificates('admin');
  write('ca', certificates);
  const nobody = await testCertificates('nobody');
  write('stranger', stranger);
  write('nobody', nobody);
  server = await startTestServer({
    tls: {
      ...certificates.server,
      clientCa: `${certificates.ca.certificate}\n${nobody.ca.certificate}`,
    },
    users: { admin: 'changeit', user: 'secret', other: 'secret' },
  });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await server.stop();
  rmSync(folder, { recursive: true });
});

function write(name: string, { ca, user }: TestCertificates): void {
  writeFileSync(join(folder, `${name}.pem`), ca.certificate);
  writeFileSync(join(folder, `${name}-user.pem`), user.certificate);
  writeFileSync(join(folder, `${name}-user.key`), user.key);
}

type Connecting = { credentials?: string; certificates?: string; ca?: string };

function connect({ credentials, certificates, ca = 'ca' }: Connecting = {}): EventStoreDBClient {
  const login = credentials === undefined ? '' : `${credentials}@`;
  const file = (name: string) => encodeURIComponent(join(folder, name));
  const user =
    certificates === undefined
      ? ''
      : `&userCertFile=${file(`${certificates}-user.pem`)}&userKeyFile=${file(`${certificates}-user.key`)}`;
  const address = `${login}${server.host}:${server.port}`;
  const client = EventStoreDBClient.connectionString(
    `esdb://${address}?tls=true&tlsCAFile=${file(`${ca}.pem`)}${user}`,
  );
  clients.push(client);
  return client;
}

const asAdmin = () => connect({ credentials: 'admin:changeit' });
const append = (client: EventStoreDBClient, stream = newStream(), options = {}) =>
  client.appendToStream(stream, jsonEvents(1), options);
const login = (username: string, password: string) => ({ credentials: { username, password } });

describe('over TLS', () => {
  it('the client’s every call works', async () => {
    const client = asAdmin();
    const stream = newStream();
    await append(client, stream);
    await append(client, stream, login('admin', 'changeit'));
    expect(await collect(client.readStream(stream))).toHaveLength(2);
    expect((await collect(client.readAll())).length).toBeGreaterThan(2);
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await client.deleteStream(stream);
    await client.tombstoneStream(stream);
  });

  it('an authority that the client does not know is refused', async () => {
    await expect(
      append(connect({ credentials: 'admin:changeit', ca: 'stranger' })),
    ).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it('a client without TLS finds no server', async () => {
    const client = EventStoreDBClient.connectionString(
      `esdb://${server.host}:${server.port}?tls=false`,
    );
    clients.push(client);
    await expect(append(client)).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });
});

describe('credentials', () => {
  it.each(['admin:wrong', 'nobody:changeit'])('%s are refused', async (credentials) => {
    const client = connect({ credentials });
    await expect(append(client)).rejects.toThrow(AccessDeniedError);
    await expect(collect(client.readAll({ maxCount: 1 }))).rejects.toThrow(AccessDeniedError);
  });

  it('of a call count instead of the client’s, whether worse or better', async () => {
    const right = asAdmin();
    await expect(append(right, newStream(), login('nobody', 'nothing'))).rejects.toThrow(
      AccessDeniedError,
    );
    const wrong = connect({ credentials: 'nobody:nothing' });
    const options = { maxCount: 1, ...login('admin', 'changeit') };
    expect(await collect(wrong.readAll(options))).toHaveLength(1);
  });

  it('are needed: nobody may nothing', async () => {
    const client = connect();
    const stream = newStream();
    await append(asAdmin(), stream);
    await expect(append(client)).rejects.toThrow(AccessDeniedError);
    await expect(collect(client.readStream(stream))).rejects.toThrow(AccessDeniedError);
    await expect(collect(client.subscribeToAll())).rejects.toThrow(AccessDeniedError);
    await expect(client.deleteStream(stream)).rejects.toThrow(AccessDeniedError);
  });
});

describe('a user certificate', () => {
  it('stands for the user whose name it carries', async () => {
    const client = connect({ certificates: 'ca' });
    const stream = newStream('$system');
    await append(client, stream);
    expect(await collect(client.readStream(stream))).toHaveLength(1);
  });

  it('counts less than credentials, of the client or of a call', async () => {
    const wrong = connect({ certificates: 'ca', credentials: 'nobody:nothing' });
    await expect(append(wrong)).rejects.toThrow(AccessDeniedError);
    const right = connect({ certificates: 'ca' });
    await expect(append(right, newStream(), login('admin', 'wrong'))).rejects.toThrow(
      AccessDeniedError,
    );
  });

  it('of somebody who is no user is refused', async () => {
    await expect(append(connect({ certificates: 'nobody' }))).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
    });
  });

  it('of another authority stands for nobody, and does not hinder credentials', async () => {
    const client = connect({ certificates: 'stranger' });
    await expect(append(client)).rejects.toThrow(AccessDeniedError);
    await append(client, newStream(), login('admin', 'changeit'));
  });
});

it('not even an administrator writes to $all', async () => {
  const client = asAdmin();
  await expect(append(client, '$all')).rejects.toThrow(AccessDeniedError);
  await expect(client.deleteStream('$all')).rejects.toThrow(AccessDeniedError);
});

describe('a user who is no administrator', () => {
  const asUser = () => connect({ credentials: 'user:secret' });

  it('may everything with streams of users', async () => {
    const client = asUser();
    const stream = newStream();
    await append(client, stream);
    await client.setStreamMetadata(stream, { maxCount: 3 });
    expect(await collect(client.readStream(stream))).toHaveLength(1);
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 3 });
    await client.deleteStream(stream);
  });

  it('may nothing with streams of the system, $all among them', async () => {
    const client = asUser();
    const stream = newStream('$system');
    await append(asAdmin(), stream);
    await expect(append(client, stream)).rejects.toThrow(AccessDeniedError);
    await expect(collect(client.readStream(stream))).rejects.toThrow(AccessDeniedError);
    await expect(collect(client.readAll())).rejects.toThrow(AccessDeniedError);
    await expect(collect(client.subscribeToAll())).rejects.toThrow(AccessDeniedError);
    await expect(client.getStreamMetadata(stream)).rejects.toThrow(AccessDeniedError);
  });

  it('may what a stream’s access control list grants, and no more', async () => {
    const admin = asAdmin();
    const stream = newStream();
    await append(admin, stream);
    await admin.setStreamMetadata(stream, {
      acl: { readRoles: ['user'], writeRoles: ['$admins'], deleteRoles: ['other'] },
    });
    const client = asUser();
    expect(await collect(client.readStream(stream))).toHaveLength(1);
    await expect(append(client, stream)).rejects.toThrow(AccessDeniedError);
    await expect(append(client, stream, login('user', 'secret'))).rejects.toThrow(
      AccessDeniedError,
    );
    await expect(client.deleteStream(stream)).rejects.toThrow(AccessDeniedError);
    const other = connect({ credentials: 'other:secret' });
    await expect(collect(other.readStream(stream))).rejects.toThrow(AccessDeniedError);
    await append(admin, stream);
    await other.deleteStream(stream);
  });

  it('may read $all when it is granted', async () => {
    const admin = asAdmin();
    await admin.setStreamMetadata('$all', { acl: { readRoles: ['other'] } });
    const other = connect({ credentials: 'other:secret' });
    expect(await collect(other.readAll({ maxCount: 1 }))).toHaveLength(1);
    await expect(collect(asUser().readAll())).rejects.toThrow(AccessDeniedError);
  });
});
