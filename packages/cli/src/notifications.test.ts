import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceDefinition, type ServiceDefinitionInput } from '@satu-atap/domain';
import {
  office,
  people,
  sampleCalendar,
  sampleOffices,
  samplePermit,
} from '@satu-atap/domain/testing';
import { commandHandler } from '@satu-atap/event-store';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifications } from './commands/notifications.ts';
import { startEngine } from './engine.ts';
import { notificationsOf } from './notifications.ts';
import { readSettings, SettingsError } from './settings.ts';

const log = pino({ level: 'silent' });
const secret = `whsec_${Buffer.from('a secret of twenty-four bytes').toString('base64')}`;
const offices = [...sampleOffices.values()].map(({ definition }) => definition);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'satu-atap-notifications-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function recipientIn(name: string, text: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}
const webhook = (url: string, more = '') =>
  `id: super-app\ntopics: [received]\n${more}webhook: { url: '${url}', secrets: [super-app] }\n`;

describe('whom an installation tells', () => {
  const setup = (env: NodeJS.ProcessEnv) =>
    notificationsOf(readSettings(env).notifications, env, offices, log);

  it('is nobody, unless it says so', async () => {
    expect(await setup({})).toBe(undefined);
  });

  it('is applicants, where there is e-mail', async () => {
    const env = { SATU_ATAP_SMTP: 'smtps://mail', SATU_ATAP_SMTP_FROM: 'mpp@example.go.id' };
    expect(await setup(env)).toMatchObject({ recipients: [], maxAge: 72 * 3_600_000 });
  });

  it.each([
    ['', {}, /super-app needs a secret: set SATU_ATAP_WEBHOOK_SECRET_SUPER_APP or/],
    ['', { SATU_ATAP_WEBHOOK_SECRET_SUPER_APP: 'c2VjcmV0' }, /SUPER_APP cannot be used: a webhook/],
    ['office: mpp-nowhere\n', {}, /super-app is of the office "mpp-nowhere", which is not there/],
    ['ofice: x\n', {}, /These definitions cannot be used/],
  ])('refuses a recipient that cannot be told: %j %j', async (more, env, message) => {
    const file = recipientIn('app', webhook('https://app.example.go.id/', more));
    const told = setup({ ...env, SATU_ATAP_NOTIFICATIONS: file });
    await expect(told).rejects.toThrow(SettingsError);
    await expect(told).rejects.toThrow(message);
    await expect(told).rejects.not.toThrow('c2VjcmV0');
  });
});

describe('an engine that is told whom to tell', () => {
  it('tells them, lists what could not be sent, and sends it again', async () => {
    let status = 410;
    const received: { headers: IncomingMessage['headers']; body: string }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = await Array.fromAsync(request);
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const file = recipientIn('engine', webhook(`http://127.0.0.1:${port}/`));
    const env = {
      SATU_ATAP_DATA: join(folder, 'data'),
      SATU_ATAP_PORT: '0',
      SATU_ATAP_LOG_LEVEL: 'silent',
      SATU_ATAP_JWKS_URL: 'https://identity.example.go.id/jwks.json',
      SATU_ATAP_NOTIFICATIONS: file,
      SATU_ATAP_WEBHOOK_SECRET_SUPER_APP: secret,
    };
    const settings = readSettings(env);
    const engine = await startEngine({
      settings,
      offices,
      calendars: [sampleCalendar],
      log,
      notifications: await notificationsOf(settings.notifications, env, offices, log),
    });
    const patience = { timeout: 15_000 };
    const ready = async () => (await fetch(`${engine.url}/readyz`)).json() as Promise<object>;
    await expect.poll(ready, patience).toMatchObject({ notifications: { live: true } });

    const input: ServiceDefinitionInput = { ...samplePermit, documents: {} };
    const definition = serviceDefinition.parse({
      ...input,
      workflow: { ...samplePermit.workflow, initial: 'decision' },
    });
    const { store, services } = engine;
    await services.publish(definition, people.system, Temporal.Now.instant());
    const commands = commandHandler({ store, services, offices: sampleOffices });
    const { applicant } = people;
    await commands({
      application: randomUUID(),
      id: randomUUID(),
      actor: applicant,
      command: {
        type: 'submit',
        data: {
          service: definition.id,
          office,
          applicant: { id: applicant.id, name: 'Pemohon' },
          channel: 'online',
          data: { address: 'Jalan Melati 1', floorArea: 1 },
        },
      },
    });
    const lines: string[] = [];
    const say = async (options: Parameters<typeof notifications>[1]) => {
      lines.length = 0;
      await notifications(store, options, (line) => lines.push(line));
      return lines.join('\n');
    };
    await expect.poll(() => say({}), patience).toBe('0 sent, 0 under way, 1 parked');
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const id = String(headers['webhook-id']);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    expect(await say({ parked: true })).toMatch(
      new RegExp(`^${id} .* webhook to super-app, received of .*; tries: 1; refused: HTTP 410`),
    );

    status = 204;
    await expect(say({ retry: [id] })).rejects.toThrow('--by');
    expect(await say({ retry: [id], by: 'operator-1' })).toBe(`${id}: is sent again`);
    await expect.poll(() => say({}), patience).toBe('1 sent, 0 under way, 0 parked');
    expect(await say({ retry: [id, randomUUID()], by: 'operator-1' })).toMatch(
      /not parked \(sent\)\n.*not parked \(not there\)$/,
    );
    expect(received.map(({ headers: sent }) => sent['webhook-id'])).toEqual([id, id]);
    await engine.close();
    server.close();
  });
});
