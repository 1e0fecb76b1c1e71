import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { LocalIssuer } from '@satu-atap/api';
import { startPostgres, type TestPostgres } from '@satu-atap/projections/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { publishJobCard, submission } from './job-card.ts';
import {
  cleanUp,
  patience,
  scratchFolder,
  startEventStore,
  startPart,
  type PartProcess,
} from './processes.ts';
import { applications, notBefore, requestsTo, type Request } from './requests.ts';

let postgres: TestPostgres | { unavailable: string };
beforeAll(async () => {
  postgres = await startPostgres();
}, patience);
afterEach(cleanUp, patience);
afterAll(async () => {
  if ('close' in postgres) await postgres.close();
}, patience);

/** Settings of all parts, and what their identity provider signs. */
async function installation(readModels: string) {
  const data = join(scratchFolder(), 'data');
  const { connectionString } = await startEventStore(join(scratchFolder(), 'events.sqlite'));
  const issuer = await LocalIssuer.open(scratchFolder());
  const keys = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(issuer.jwks()));
  }).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  const settings = {
    SATU_ATAP_DATA: data,
    SATU_ATAP_EVENT_STORE: connectionString,
    SATU_ATAP_READ_MODELS: readModels,
    SATU_ATAP_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
    SATU_ATAP_ISSUER: issuer.issuer,
    SATU_ATAP_AUDIENCE: issuer.audience,
  };
  await publishJobCard('--event-store', connectionString);
  const claims = { sub: 'pemohon-1', name: 'Pemohon', roles: ['applicant'], expiresIn: 600 };
  return { settings, token: await issuer.token(claims), close: () => keys.close() };
}

test(
  'api, projectors and workers run in processes of their own, and outlive a projector',
  { timeout: patience },
  async ({ skip }) => {
    if ('unavailable' in postgres) return skip(`needs PostgreSQL: ${postgres.unavailable}`);
    const { settings, token, close } = await installation(await postgres.newDatabase());
    const projectors = [
      await startPart('projector', settings),
      await startPart('projector', settings),
    ] as const;
    const others = await Promise.all([
      startPart('api', settings),
      startPart('api', settings),
      startPart('workers', settings),
    ]);
    const [first, second] = others.map(({ url }) => requestsTo(url)) as [Request, Request];
    for (const { url } of [...projectors, ...others]) {
      expect(await requestsTo(url)('GET', '/readyz')).toMatchObject({
        status: 200,
        body: { eventStore: { connected: true }, eventsBehind: 0 },
      });
    }

    /** Written at one, read at the other, once it can be. */
    const seenEverywhere = async () => {
      const written = await first('POST', applications, { token, body: submission });
      expect(written.status).toBe(201);
      const path = `${applications}/${written.body.id as string}`;
      const read = async () =>
        (await second('GET', path, { token, headers: notBefore(written.headers) })).status;
      await expect.poll(read, { timeout: patience / 2, interval: 200 }).toBe(200);
    };
    await seenEverywhere();
    await projectors[0].kill();
    await seenEverywhere();

    const stopped = await Promise.all(
      [projectors[1], ...others].map(async (part: PartProcess) => {
        const began = performance.now();
        const code = await part.stop();
        return { code, quick: performance.now() - began < 15_000 };
      }),
    );
    expect(stopped).toEqual(stopped.map(() => ({ code: 0, quick: true })));
    close();
  },
);
