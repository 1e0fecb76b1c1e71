import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall } from './testing/mall.ts';
import { act, attach, atReception, pdf, people, submit } from './testing/people.ts';
import { problem } from './testing/problem.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const applications = '/api/v1/applications';

describe('a document', () => {
  it('comes back as it was sent, to those who may read the application', async () => {
    const { id } = (await submit(mall)).body;
    const query = `requirement=identity-card&name=${encodeURIComponent("KTP Siti's (1) “baru”.pdf")}`;
    const attached = await mall.send('POST', `/api/v1/applications/${id}/documents?${query}`, {
      as: people.applicant,
      body: pdf,
      headers: { 'Content-Type': 'application/pdf' },
    });
    const [{ document, sha256 }] = attached.body.facts.documents;
    const path = `/api/v1/applications/${id}/documents/${document}`;
    const read = await mall.send('GET', path, { as: people.counter });
    expect(read.text).toBe(new TextDecoder().decode(pdf));
    expect(read.headers.get('content-type')).toBe('application/pdf');
    expect(read.headers.get('etag')).toBe(`"${sha256}"`);
    expect(read.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''KTP%20Siti%27s%20%281%29%20%E2%80%9Cbaru%E2%80%9D.pdf",
    );
    expect(read.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await mall.send('GET', path, { as: people.stranger })).status).toBe(404);
    expect((await mall.send('GET', path, { as: people.southern })).status).toBe(403);
    const none = path.replace(document, crypto.randomUUID());
    expect((await mall.send('GET', none, { as: people.counter })).body.type).toBe(
      '/problems/document-not-found',
    );
  });

  it('can be rejected with a reason, and replaced by a newer one', async () => {
    const id = await atReception(mall);
    const accepted = await act(mall, id, people.counter, 'accept');
    const [{ document }] = accepted.body.facts.documents;
    const path = `/api/v1/applications/${id}/documents/${document}/verification`;
    const unexplained = await mall.send('POST', path, {
      as: people.verifier,
      body: { result: 'rejected' },
    });
    expect(unexplained).toMatchObject({ status: 400, body: { issues: [{ field: 'reason' }] } });
    const rejected = await mall.send('POST', path, {
      as: people.verifier,
      body: { result: 'rejected', reason: 'Tidak terbaca' },
    });
    expect(rejected.body.facts.documents).toMatchObject([
      { status: 'rejected', reason: 'Tidak terbaca' },
    ]);
    expect((await attach(mall, id)).body.type).toBe('/problems/not-at-this-desk');
  });
});

describe('documents', () => {
  it.each([
    ['too large, by its own account', 413, 'document-too-large', new Uint8Array(70_000)],
    ['that is empty', 422, 'document-empty', new Uint8Array(0)],
    ['whose content is of another type', 422, 'document-content-mismatch', png()],
    ['whose content is of no known type', 422, 'document-content-mismatch', text('hello')],
  ])('%s are refused', async (_, status, type, content) => {
    const { id } = (await submit(mall)).body;
    expect(await attach(mall, id, { content })).toMatchObject(problem(status, type));
  });

  it('too large are refused while they come in, too', async () => {
    const { id } = (await submit(mall)).body;
    const answer = await beforeItsEnd(id, new Uint8Array(80 * 1024).fill(32));
    expect(answer).toMatchObject({ type: '/problems/document-too-large', maxBytes: 64 * 1024 });
  });

  it('that would be refused anyway are refused before they are read', async () => {
    const { id } = (await submit(mall)).body;
    const stale = await beforeItsEnd(id, pdf, { 'If-Match': '"9"' });
    expect(stale).toMatchObject({ type: '/problems/stale-revision' });
    const later = await beforeItsEnd(await atReception(mall), pdf);
    expect(later).toMatchObject({ type: '/problems/not-at-this-desk' });
  });

  it('refused half-way leave the connection fit for the next request', async () => {
    const { id } = (await submit(mall)).body;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const upload = await startUpload(id, {}, agent);
    upload.write(new Uint8Array(2 * 1024 * 1024).fill(32));
    upload.end();
    const [refused] = (await once(upload, 'response')) as [IncomingMessage];
    expect(await json(refused)).toMatchObject({ type: '/problems/document-too-large' });
    const next = httpRequest(`${mall.url}/livez`, { agent }).end();
    const [answer] = (await once(next, 'response')) as [IncomingMessage];
    expect(await json(answer)).toEqual({ live: true });
    expect(next.reusedSocket).toBe(true);
    agent.destroy();
  });

  it('of a type or for a requirement that the service does not take are refused', async () => {
    const { id } = (await submit(mall)).body;
    const gif = await attach(mall, id, { type: 'image/gif' });
    const accepted = ['application/pdf', 'image/png'];
    expect(gif).toMatchObject(problem(415, 'document-type-not-accepted', { accepted }));
    const query = '?requirement=diploma&name=x.pdf';
    const other = await mall.send('POST', `${applications}/${id}/documents${query}`, {
      as: people.applicant,
      body: text('%PDF'),
      headers: { 'Content-Type': 'application/pdf' },
    });
    expect(other).toMatchObject(problem(422, 'unknown-requirement', { known: ['identity-card'] }));
  });

  it('are for those to attach who have the file', async () => {
    const id = await atReception(mall);
    expect(await attach(mall, id)).toMatchObject(problem(409, 'not-at-this-desk'));
    expect(await attach(mall, id, { as: people.counter })).toMatchObject(
      problem(403, 'role-required'),
    );
    expect(await attach(mall, id, { as: people.stranger })).toMatchObject(
      problem(404, 'application-not-found'),
    );
  });
});

async function startUpload(id: string, headers: Record<string, string>, agent?: Agent) {
  const token = await mall.issuer.token({ ...people.applicant, expiresIn: 60 });
  const path = `${applications}/${id}/documents?requirement=identity-card&name=ktp.pdf`;
  return httpRequest(mall.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/pdf', ...headers },
    agent,
  });
}

/** The answer to an upload whose content has begun to come in, and goes on. */
async function beforeItsEnd(id: string, content: Uint8Array, headers: Record<string, string> = {}) {
  const upload = await startUpload(id, headers);
  upload.write(content);
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  const answer = await json(response);
  upload.destroy();
  return answer;
}

function png() {
  const start = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const header = pngChunk('IHDR', [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return new Uint8Array([...start, ...header, ...pngChunk('IDAT', [0])]);
}

function pngChunk(type: string, bytes: number[]) {
  return [0, 0, 0, bytes.length, ...text(type), ...bytes, 0, 0, 0, 0];
}

function text(content: string) {
  return new TextEncoder().encode(content);
}
