import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall, type Received } from './testing/mall.ts';
import { act, attach, atReception, people, submission, submit } from './testing/people.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const applications = '/api/v1/applications';
const post = (body: unknown, headers?: Record<string, string>): Promise<Received> =>
  mall.send('POST', applications, { as: people.applicant, body, ...(headers ? { headers } : {}) });

function expectProblem(received: Received, status: number, type: string, members: object = {}) {
  expect(received.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(received.body).toMatchObject({ type: `/problems/${type}`, status, ...members });
  expect(received.status).toBe(status);
}

describe('a command that is refused says why', () => {
  it('to an officer without the role', async () => {
    const id = await atReception(mall);
    const roles = ['front-officer'];
    expectProblem(await act(mall, id, people.head, 'accept'), 403, 'role-required', { roles });
  });

  it('to an officer of another unit', async () => {
    const id = await atReception(mall);
    const stray = { ...people.counter, unit: 'public-works' };
    expectProblem(await act(mall, id, stray, 'accept'), 403, 'other-unit', { unit: 'licensing' });
  });

  it('to an officer of another office', async () => {
    const id = await atReception(mall);
    const problem = await act(mall, id, people.southern, 'accept');
    expectProblem(problem, 403, 'other-office', { office: 'north' });
  });

  it('to an applicant who is not its own, without a hint that it is there', async () => {
    const id = await atReception(mall);
    for (const action of ['withdraw', 'accept', 'no-such-action']) {
      const problem = await act(mall, id, people.stranger, action);
      expectProblem(problem, 404, 'application-not-found');
    }
    const missing = await act(mall, crypto.randomUUID(), people.stranger, 'withdraw');
    expectProblem(missing, 404, 'application-not-found');
  });

  it('when the file is in another state, with the actions that are available', async () => {
    const { id } = (await submit(mall)).body;
    const problem = await act(mall, id, people.counter, 'accept');
    const available = ['hand-in', 'withdraw'];
    expectProblem(problem, 409, 'action-not-available', { available });
    expect(problem.body.detail).toContain('hand-in, withdraw');
  });

  it('when documents are missing, naming them', async () => {
    const { id } = (await submit(mall)).body;
    const problem = await act(mall, id, people.applicant, 'hand-in');
    expectProblem(problem, 409, 'guard-not-met');
    expect(problem.body.detail).toContain('identity-card');
  });

  it('when the comment is missing, the action or a field is not known', async () => {
    const id = await atReception(mall);
    expectProblem(await act(mall, id, people.counter, 'return'), 422, 'comment-required');
    expectProblem(await act(mall, id, people.counter, 'fly'), 422, 'unknown-action');
    const data = { colour: 'red' };
    const problem = await act(mall, id, people.counter, 'accept', { data });
    expectProblem(problem, 422, 'field-not-allowed', { field: 'colour' });
  });

  it('when the service or the office is not known', async () => {
    const nothing = { ...submission, service: 'licensing.nothing' };
    expectProblem(await post(nothing), 422, 'unknown-service');
    expectProblem(await post({ ...submission, office: 'atlantis' }), 422, 'unknown-office');
  });

  it('when form data is not valid, field by field', async () => {
    const problem = await post({ ...submission, data: { floorArea: 9000, colour: 'red' } });
    const fields = ['businessName', 'floorArea', 'colour'];
    const issues = fields.map((field) => expect.objectContaining({ field }) as object);
    expectProblem(problem, 422, 'invalid-data', {
      issues: expect.arrayContaining(issues) as object,
    });
  });
});

describe('a request that is not right says where', () => {
  it('names unknown fields, missing ones and what is wrong with others', async () => {
    const { office: _, ...rest } = submission;
    const problem = await post({ ...rest, office: 'North!', colour: 'red', service: undefined });
    expectProblem(problem, 400, 'invalid-request');
    const fields = problem.body.issues.map((issue: { field: string }) => issue.field);
    expect(fields.toSorted()).toEqual(['colour', 'office', 'service']);
  });

  it('asks an applicant for the office, and a counter officer for the applicant', async () => {
    const { office: _, ...rest } = submission;
    const fromApplicant = await post(rest);
    expect(fromApplicant.body.issues).toMatchObject([{ in: 'body', field: 'office' }]);
    const sent = { as: people.counter, body: rest };
    const fromOfficer = await mall.send('POST', applications, sent);
    expect(fromOfficer.body.issues).toMatchObject([{ in: 'body', field: 'applicant' }]);
  });

  it('does not take an applicant’s word for somebody else', async () => {
    const applicant = { id: 'applicant-2', name: 'Somebody else' };
    expectProblem(await post({ ...submission, applicant }), 403, 'not-your-application');
  });

  it.each([
    ['a body that is no JSON', '{"service": '],
    ['a body that is no object', '"service"'],
    ['a property named __proto__', '{"data": {"__proto__": {"admin": true}}}'],
  ])('%s', async (_, body) => {
    const problem = await post(body, { 'Content-Type': 'application/json' });
    expectProblem(problem, 400, 'malformed-json');
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])(
    'refuses form data named %s',
    async (field) => {
      const data = { ...submission.data, [field]: 'x' };
      expectProblem(await post({ ...submission, data }), 400, 'invalid-request');
    },
  );

  it('a body that is too large, compressed, or of another type', async () => {
    const large = await post({ ...submission, data: { businessName: 'x'.repeat(300_000) } });
    expectProblem(large, 413, 'body-too-large', { maxBytes: 256 * 1024 });
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expectProblem(await post('service=x', form), 415, 'unsupported-media-type');
    const packed = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    expectProblem(await post('{}', packed), 415, 'unsupported-media-type');
  });

  it('a request without the body that it needs', async () => {
    const problem = await mall.send('POST', applications, { as: people.applicant });
    expectProblem(problem, 415, 'unsupported-media-type', { accepted: ['application/json'] });
  });

  it.each(['limit=0', 'limit=201', 'limit=ten', 'after=', 'colour=red', 'ended=maybe'])(
    'a query like ?%s',
    async (query) => {
      const problem = await mall.send('GET', `${applications}?${query}`, { as: people.applicant });
      expectProblem(problem, 400, 'invalid-request', {
        issues: [{ in: 'query', field: query.split('=', 1)[0] }],
      });
    },
  );

  it('a cursor of another list', async () => {
    const problem = await mall.send('GET', `${applications}?after=nonsense`, {
      as: people.applicant,
    });
    expectProblem(problem, 400, 'invalid-cursor');
  });

  it('an address that is not there, not decodable, or has no such method', async () => {
    const as = people.applicant;
    expectProblem(await mall.send('GET', '/api/v2/applications', { as }), 404, 'not-found');
    expectProblem(await mall.send('GET', `${applications}/%E0%A4%A`, { as }), 400, 'malformed-url');
    const problem = await mall.send('PATCH', applications, { as });
    expectProblem(problem, 405, 'method-not-allowed', { instance: applications });
    expect(problem.headers.get('allow')).toBe('POST, GET, HEAD');
  });

  it('an answer in a form that there is not', async () => {
    const headers = { Accept: 'application/xml' };
    const problem = await mall.send('GET', applications, { as: people.applicant, headers });
    expectProblem(problem, 406, 'not-acceptable');
  });
});

describe('problems', () => {
  it('are told in Indonesian, or in English where that is preferred', async () => {
    const ask = (language?: string) =>
      mall.send('GET', applications, language ? { headers: { 'Accept-Language': language } } : {});
    const [unasked, english, other] = [await ask(), await ask('en-GB, id;q=0.5'), await ask('fr')];
    expect(unasked.body.title).toBe('Belum masuk');
    expect(unasked.headers.get('content-language')).toBe('id');
    expect(english.body.title).toBe('Not signed in');
    expect(english.headers.get('content-language')).toBe('en');
    expect(other.headers.get('content-language')).toBe('id');
  });

  it('carry the request’s id, as every answer does', async () => {
    const given = { headers: { 'X-Request-Id': 'trace-7' } };
    expect((await mall.send('GET', '/livez', given)).headers.get('x-request-id')).toBe('trace-7');
    const odd = { headers: { 'X-Request-Id': 'not <plain>' } };
    const answer = await mall.send('GET', '/nowhere', odd);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
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
    expectProblem(await attach(mall, id, { content }), status, type);
  });

  it('too large are refused while they come in, too', async () => {
    const { id } = (await submit(mall)).body;
    const chunks = Array.from({ length: 200 }, () => new Uint8Array(1024).fill(32));
    const path = `${applications}/${id}/documents?requirement=identity-card&name=x.pdf`;
    const token = await mall.issuer.token({ ...people.applicant, expiresIn: 60 });
    const answer = await new Promise<string>((resolve, reject) => {
      const upload = httpRequest(mall.url + path, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/pdf' },
      });
      upload.on('error', reject);
      upload.on('response', (response) => {
        response.setEncoding('utf8');
        let received = '';
        response.on('data', (part: string) => (received += part));
        response.on('end', () => resolve(received));
      });
      for (const chunk of chunks) upload.write(chunk);
      upload.end();
    });
    expect(JSON.parse(answer)).toMatchObject({ type: '/problems/document-too-large' });
  });

  it('of a type or for a requirement that the service does not take are refused', async () => {
    const { id } = (await submit(mall)).body;
    const gif = await attach(mall, id, { type: 'image/gif' });
    const accepted = ['application/pdf', 'image/png'];
    expectProblem(gif, 415, 'document-type-not-accepted', { accepted });
    const query = '?requirement=diploma&name=x.pdf';
    const other = await mall.send('POST', `${applications}/${id}/documents${query}`, {
      as: people.applicant,
      body: text('%PDF'),
      headers: { 'Content-Type': 'application/pdf' },
    });
    expectProblem(other, 422, 'unknown-requirement', { known: ['identity-card'] });
  });

  it('are for those to attach who have the file', async () => {
    const id = await atReception(mall);
    expectProblem(await attach(mall, id), 409, 'not-at-this-desk');
    expectProblem(await attach(mall, id, { as: people.counter }), 403, 'role-required');
    expectProblem(await attach(mall, id, { as: people.stranger }), 404, 'application-not-found');
  });
});

function png() {
  const start = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const chunk = (type: string, bytes: number[]) => [
    ...[0, 0, 0, bytes.length],
    ...new TextEncoder().encode(type),
    ...bytes,
    ...[0, 0, 0, 0],
  ];
  const header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
  return new Uint8Array([...start, ...chunk('IHDR', header), ...chunk('IDAT', [0])]);
}

function text(content: string) {
  return new TextEncoder().encode(content);
}
