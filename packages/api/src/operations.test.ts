import { readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { ReadModelsUnavailableError } from '@satu-atap/projections';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { problemTypes } from './problems/problem-table.ts';
import { routes } from './routes/routes.ts';
import { openMall, type Mall } from './testing/mall.ts';
import { attach, people, submission, submit } from './testing/people.ts';

let mall: Mall;
let lines: Record<string, unknown>[];
afterEach(() => mall.close());

async function open(options: Parameters<typeof openMall>[0] = {}): Promise<void> {
  lines = [];
  const log = pino(
    {},
    { write: (line: string) => lines.push(JSON.parse(line) as object as never) },
  );
  mall = await openMall({ log, ...options });
}

describe('/openapi.json', () => {
  it('has every route of the list, and every type of problem', async () => {
    await open();
    const { body } = await mall.send('GET', '/openapi.json');
    for (const { method, path, summary } of routes) {
      expect(body.paths[path][method].summary).toBe(summary);
    }
    const operations = Object.values(body.paths as Record<string, object>).flatMap(Object.keys);
    expect(operations).toHaveLength(routes.length);
    expect(body.components.schemas.Problem.properties.type.enum).toEqual(
      problemTypes.map((type) => `/problems/${type}`),
    );
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument(routes))));
  });

  it('asks for a token everywhere but in the public routes', async () => {
    await open();
    const unlocked = routes.filter((route) => route.public).map(({ path }) => path);
    expect(unlocked).toEqual(['/api/v1/integrity/checkpoints/latest', '/livez', '/readyz']);
    for (const { method, path, public: isPublic } of routes) {
      const { status } = await mall.send(method.toUpperCase(), path.replaceAll(/[{}]/g, ''));
      expect({ path, needsToken: status === 401 }).toEqual({ path, needsToken: !isPublic });
    }
  });
});

describe('pages for people', () => {
  it('explain every problem in both languages', async () => {
    await open();
    const list = await mall.send('GET', '/problems');
    for (const type of problemTypes) expect(list.text).toContain(`/problems/${type}"`);
    const page = await mall.send('GET', '/problems/stale-revision');
    expect(page.text).toContain('Data sudah berubah');
    expect(page.text).toContain('It has changed since');
    expect((await mall.send('GET', '/problems/nothing')).status).toBe(404);
  });

  it('show the API’s reference with nothing from elsewhere', async () => {
    await open();
    const page = await mall.send('GET', '/docs');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self';/,
    );
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(link).toMatch(/^\/docs\//);
      expect((await mall.send('GET', link)).status).toBe(200);
    }
  });
});

describe('/readyz', () => {
  it('says how far the read models are, and no when that is too far', async () => {
    await open({ limits: { eventsBehind: 2 } });
    await vi.waitFor(async () => {
      const { status, body } = await mall.send('GET', '/readyz');
      expect({ status, eventsBehind: body.eventsBehind }).toEqual({ status: 200, eventsBehind: 0 });
    });
    await mall.projector.stop();
    for (let count = 0; count < 2; count++) await submit(mall);
    expect(await mall.send('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { ready: true, eventsBehind: 2 },
    });
    await submit(mall);
    await submit(mall);
    const { status, body } = await mall.send('GET', '/readyz');
    expect({ status, ...body }).toMatchObject({ status: 503, ready: false, eventsBehind: 3 });
    expect(body.position < body.head).toBe(true);
    expect((await mall.send('GET', '/livez')).status).toBe(200);
  });

  it('says that reading goes on while the event store is away, and what is missing', async () => {
    await open();
    const { id } = (await submit(mall)).body;
    expect(
      (await mall.send('GET', `/api/v1/applications/${id}`, { as: people.applicant })).status,
    ).toBe(200);
    await mall.projector.stop();
    await mall.store.close();
    const { status, body } = await mall.send('GET', '/readyz');
    expect({ status, ...body }).toMatchObject({
      status: 200,
      ready: true,
      eventStore: { connected: false, error: 'it is closed' },
      position: expect.any(String),
    });
    expect(body).not.toHaveProperty('eventsBehind');
    const read = await mall.send('GET', `/api/v1/applications/${id}`, { as: people.applicant });
    expect(read).toMatchObject({ status: 200, body: { id } });
  });

  it('says no while the read models are away', async () => {
    await open();
    await mall.projector.close();
    expect(await mall.send('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { ready: false, eventStore: { connected: true } },
    });
    expect((await mall.send('GET', '/livez')).status).toBe(200);
  });

  it('says no while the process says no', async () => {
    await open({ readiness: async () => ({ ready: false, stopping: true }) });
    expect(await mall.send('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { ready: false, stopping: true },
    });
  });
});

describe('when something is broken', () => {
  it('a store that does not answer is a 503 that says when to come again', async () => {
    await open();
    await mall.projector.stop();
    await mall.store.close();
    const refused = await mall.send('POST', '/api/v1/applications', {
      as: people.applicant,
      body: submission,
    });
    expect(refused).toMatchObject({ status: 503, body: { type: '/problems/store-unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
  });

  it('read models that cannot be reached are a 503, too', async () => {
    await open();
    const away = new ReadModelsUnavailableError('PostgreSQL cannot be reached');
    vi.spyOn(mall.projector, 'database', 'get').mockImplementation(() => {
      throw away;
    });
    const refused = await mall.send('GET', '/api/v1/applications', { as: people.counter });
    expect(refused).toMatchObject({
      status: 503,
      body: { type: '/problems/read-models-unavailable' },
    });
    expect(refused.headers.get('retry-after')).toBe('5');
  });

  it('a full disk is a 503 for a document, too', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const documents = {
      put: () => Promise.reject(full),
      open: () => Promise.reject(full),
      find: () => Promise.reject(full),
      remove: async () => {},
    };
    await open({ documents });
    const { id } = (await submit(mall)).body;
    expect(await attach(mall, id)).toMatchObject({
      status: 503,
      body: { type: '/problems/store-unavailable' },
    });
  });

  it('a fault says nothing of itself outside, and all in the log', async () => {
    await open();
    const { id } = (await submit(mall)).body;
    const [{ document, sha256 }] = (await attach(mall, id)).body.facts.documents;
    await rm(join(mall.folder, 'documents'), { recursive: true });
    const failed = await mall.send('GET', `/api/v1/applications/${id}/documents/${document}`, {
      as: people.applicant,
    });
    expect(failed).toMatchObject({ status: 500, body: { type: '/problems/internal' } });
    expect(failed.text).not.toContain(sha256);
    expect(failed.text).not.toContain('ENOENT');
    const requestId = failed.headers.get('x-request-id');
    expect(failed.body.requestId).toBe(requestId);
    const [logged] = lines.filter(({ msg }) => msg === 'request failed');
    expect(logged).toMatchObject({ requestId, err: { code: 'ENOENT' } });
  });

  it('a sender who goes away half-way leaves nothing behind, and is no fault', async () => {
    await open();
    const { id } = (await submit(mall)).body;
    const token = await mall.issuer.token({ ...people.applicant, expiresIn: 60 });
    const incoming = join(mall.folder, 'documents', 'incoming');
    const upload = httpRequest(
      `${mall.url}/api/v1/applications/${id}/documents?requirement=identity-card&name=x.pdf`,
      {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/pdf' },
      },
    );
    upload.on('error', () => undefined);
    upload.write('%PDF-1.7');
    await vi.waitFor(async () => expect(await readdir(incoming)).toHaveLength(1));
    upload.destroy();
    await vi.waitFor(async () => expect(await readdir(incoming)).toHaveLength(0));
    await vi.waitFor(() => expect(lines.some(({ broken }) => broken === true)).toBe(true));
    expect(lines.filter(({ msg }) => msg === 'request failed')).toEqual([]);
  });
});

describe('the log', () => {
  it('has a line a request, with nothing personal but who asked', async () => {
    await open();
    const { id } = (await submit(mall)).body;
    await mall.send('GET', `/api/v1/applications?applicant=applicant-1`, { as: people.applicant });
    await mall.send('GET', '/api/v1/applications?applicant=3171-0001', { as: people.counter });
    await vi.waitFor(() => expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(3));
    const [first, second] = lines.filter(({ msg }) => msg === 'request');
    expect(first).toMatchObject({
      method: 'POST',
      route: '/api/v1/applications',
      status: 201,
      actor: 'applicant-1',
    });
    expect(second).toMatchObject({ method: 'GET', status: 200 });
    const everything = JSON.stringify(lines);
    for (const secret of ['Melati', 'Bearer', '3171-0001', 'Name of', id]) {
      expect(everything).not.toContain(secret);
    }
  });
});
