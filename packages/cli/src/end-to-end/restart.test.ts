import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishJobCard, submission } from './job-card.ts';
import {
  cleanUp,
  patience,
  scratchFolder,
  startServer,
  tokenFor,
  type Server,
} from './processes.ts';
import { allItems, applications, requestsTo } from './requests.ts';

let data = '';
let services = '';
let token = '';
let server: Server;
beforeEach(async () => {
  const scratch = scratchFolder();
  data = join(scratch, 'data');
  services = join(scratch, 'no-services');
  await mkdir(services);
  server = await startServer({ data, services });
  await publishJobCard('--data', data);
  token = await tokenFor(data, { role: 'applicant', sub: 'pemohon-1' });
}, patience);
afterEach(cleanUp, patience);

/** The applications that there are after a restart. */
async function afterRestart(): Promise<{ ids: string[]; send: ReturnType<typeof requestsTo> }> {
  server = await startServer({ data, services });
  const send = requestsTo(server.url);
  const items = await allItems<{ id: string }>(send, applications, token);
  return { ids: items.map(({ id }) => id), send };
}

/** A submission that the server has begun to read, its body still to come. */
async function submissionUnderWay(): Promise<ClientRequest> {
  const sending = request(`${server.url}${applications}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Expect: '100-continue',
    },
  });
  sending.flushHeaders();
  await once(sending, 'continue');
  return sending;
}

test(
  'a server that is asked to stop answers the requests under way, and takes no others',
  { timeout: patience },
  async () => {
    const underWay = await Promise.all(Array.from({ length: 5 }, submissionUnderWay));
    server.signal('SIGTERM');
    await server.said('"stopping"');
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow('fetch failed');

    const answers = await Promise.all(
      underWay.map(async (sending) => {
        sending.end(JSON.stringify(submission));
        const [answer] = (await once(sending, 'response')) as [IncomingMessage];
        return { status: answer.statusCode, body: (await json(answer)) as { id: string } };
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
    const { ids } = await afterRestart();
    expect(ids.toSorted()).toEqual(answers.map(({ body }) => body.id).toSorted());
  },
);

test(
  'what was acknowledged before a stop is there after it, and what was not can be sent again',
  { timeout: patience },
  async () => {
    const acknowledged = new Map<string, string>();
    const unanswered: string[] = [];
    let keys = 0;
    const send = requestsTo(server.url);
    const submit = async (to: typeof send, key: string) => {
      const headers = { 'Idempotency-Key': key };
      const { status, body } = await to('POST', applications, { token, body: submission, headers });
      expect(status).toBe(201);
      acknowledged.set(key, body.id as string);
    };
    const submitUntilTheStop = async (): Promise<void> => {
      for (;;) {
        const key = `permohonan-${(keys += 1)}`;
        try {
          await submit(send, key);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          unanswered.push(key);
          return;
        }
        if (acknowledged.size === 50) server.signal('SIGTERM');
      }
    };
    await Promise.all(Array.from({ length: 8 }, submitUntilTheStop));
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });

    const restarted = await afterRestart();
    expect(restarted.ids).toEqual(expect.arrayContaining([...acknowledged.values()]));
    for (const key of unanswered) await submit(restarted.send, key);
    // Each request is one application, however often it was sent.
    expect(new Set(acknowledged.values()).size).toBe(keys);
    const inAll = () => allItems(restarted.send, applications, token);
    await expect.poll(inAll, { timeout: patience / 2 }).toHaveLength(keys);
  },
);
