import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall, type Received } from './testing/mall.ts';
import { act, atReception, people, submission, submit } from './testing/people.ts';
import { problem } from './testing/problem.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const applications = '/api/v1/applications';
const post = (body: unknown, headers?: Record<string, string>): Promise<Received> =>
  mall.send('POST', applications, { as: people.applicant, body, ...(headers ? { headers } : {}) });

const inLanguage = (language?: string) =>
  mall.send('GET', applications, language ? { headers: { 'Accept-Language': language } } : {});

describe('a command that is refused says why', () => {
  it('to an officer without the role', async () => {
    const id = await atReception(mall);
    const roles = ['front-officer'];
    expect(await act(mall, id, people.head, 'accept')).toMatchObject(
      problem(403, 'role-required', { roles }),
    );
  });

  it('to an officer of another unit', async () => {
    const id = await atReception(mall);
    const stray = { ...people.counter, unit: 'public-works' };
    expect(await act(mall, id, stray, 'accept')).toMatchObject(
      problem(403, 'other-unit', { unit: 'licensing' }),
    );
  });

  it('to an officer of another office', async () => {
    const id = await atReception(mall);
    const refused = await act(mall, id, people.southern, 'accept');
    expect(refused).toMatchObject(problem(403, 'other-office', { office: 'north' }));
  });

  it('to an applicant who is not its own, without a hint that it is there', async () => {
    const id = await atReception(mall);
    for (const action of ['withdraw', 'accept', 'no-such-action']) {
      const refused = await act(mall, id, people.stranger, action);
      expect(refused).toMatchObject(problem(404, 'application-not-found'));
    }
    const missing = await act(mall, crypto.randomUUID(), people.stranger, 'withdraw');
    expect(missing).toMatchObject(problem(404, 'application-not-found'));
  });

  it('when the file is in another state, with the actions that are available', async () => {
    const { id } = (await submit(mall)).body;
    const refused = await act(mall, id, people.counter, 'accept');
    const available = ['hand-in', 'withdraw'];
    expect(refused).toMatchObject(problem(409, 'action-not-available', { available }));
    expect(refused.body.detail).toContain('hand-in, withdraw');
  });

  it('when documents are missing, naming them', async () => {
    const { id } = (await submit(mall)).body;
    const refused = await act(mall, id, people.applicant, 'hand-in');
    expect(refused).toMatchObject(problem(409, 'guard-not-met'));
    expect(refused.body.detail).toContain('identity-card');
  });

  it('when the comment is missing, the action or a field is not known', async () => {
    const id = await atReception(mall);
    expect(await act(mall, id, people.counter, 'return')).toMatchObject(
      problem(422, 'comment-required'),
    );
    expect(await act(mall, id, people.counter, 'fly')).toMatchObject(
      problem(422, 'unknown-action'),
    );
    const data = { colour: 'red' };
    const refused = await act(mall, id, people.counter, 'accept', { data });
    expect(refused).toMatchObject(problem(422, 'field-not-allowed', { field: 'colour' }));
  });

  it('when the service or the office is not known', async () => {
    const nothing = { ...submission, service: 'licensing.nothing' };
    expect(await post(nothing)).toMatchObject(problem(422, 'unknown-service'));
    expect(await post({ ...submission, office: 'atlantis' })).toMatchObject(
      problem(422, 'unknown-office'),
    );
  });

  it('when form data is not valid, field by field', async () => {
    const refused = await post({ ...submission, data: { floorArea: 9000, colour: 'red' } });
    const fields = ['businessName', 'floorArea', 'colour'];
    const issues = fields.map((field) => expect.objectContaining({ field }) as object);
    expect(refused).toMatchObject(
      problem(422, 'invalid-data', {
        issues: expect.arrayContaining(issues) as object,
      }),
    );
  });
});

describe('a request that is not right says where', () => {
  it('names unknown fields, missing ones and what is wrong with others', async () => {
    const { office: _, ...rest } = submission;
    const refused = await post({ ...rest, office: 'North!', colour: 'red', service: undefined });
    expect(refused).toMatchObject(problem(400, 'invalid-request'));
    const fields = refused.body.issues.map((issue: { field: string }) => issue.field);
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
    expect(await post({ ...submission, applicant })).toMatchObject(
      problem(403, 'not-your-application'),
    );
  });

  it.each([
    ['a body that is no JSON', '{"service": '],
    ['a body that is no object', '"service"'],
    ['a property named __proto__', '{"data": {"__proto__": {"admin": true}}}'],
  ])('%s', async (_, body) => {
    const refused = await post(body, { 'Content-Type': 'application/json' });
    expect(refused).toMatchObject(problem(400, 'malformed-json'));
  });

  it.each([1, 100, 2000, 20_000])(
    'values nested %i deep are refused, however deep',
    async (deep) => {
      const nested = `${'['.repeat(deep)}${']'.repeat(deep)}`;
      const refused = await mall.send('POST', '/api/v1/applications', {
        as: people.applicant,
        headers: { 'Content-Type': 'application/json' },
        body: new TextEncoder().encode(
          `{"service":"licensing.kiosk-permit","office":"north","data":{"floorArea":${nested}}}`,
        ),
      });
      expect(refused.status).toBe(400);
      expect(['/problems/invalid-request', '/problems/malformed-json']).toContain(
        refused.body.type,
      );
    },
  );

  it.each(['constructor', 'toString', 'hasOwnProperty'])(
    'refuses form data named %s',
    async (field) => {
      const data = { ...submission.data, [field]: 'x' };
      expect(await post({ ...submission, data })).toMatchObject(problem(400, 'invalid-request'));
    },
  );

  it('a body that is too large, compressed, or of another type', async () => {
    const large = await post({ ...submission, data: { businessName: 'x'.repeat(300_000) } });
    expect(large).toMatchObject(problem(413, 'body-too-large', { maxBytes: 256 * 1024 }));
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await post('service=x', form)).toMatchObject(problem(415, 'unsupported-media-type'));
    const packed = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    expect(await post('{}', packed)).toMatchObject(problem(415, 'unsupported-media-type'));
  });

  it('a request without the body that it needs', async () => {
    const refused = await mall.send('POST', applications, { as: people.applicant });
    expect(refused).toMatchObject(
      problem(415, 'unsupported-media-type', { accepted: ['application/json'] }),
    );
  });

  it.each(['limit=0', 'limit=201', 'limit=ten', 'after=', 'colour=red', 'ended=maybe'])(
    'a query like ?%s',
    async (query) => {
      const refused = await mall.send('GET', `${applications}?${query}`, { as: people.applicant });
      expect(refused).toMatchObject(
        problem(400, 'invalid-request', {
          issues: [{ in: 'query', field: query.split('=', 1)[0] }],
        }),
      );
    },
  );

  it('a cursor of another list', async () => {
    const refused = await mall.send('GET', `${applications}?after=nonsense`, {
      as: people.applicant,
    });
    expect(refused).toMatchObject(problem(400, 'invalid-cursor'));
  });

  it('an address that is not there, not decodable, or has no such method', async () => {
    const as = people.applicant;
    expect(await mall.send('GET', '/api/v2/applications', { as })).toMatchObject(
      problem(404, 'not-found'),
    );
    expect(await mall.send('GET', `${applications}/%E0%A4%A`, { as })).toMatchObject(
      problem(400, 'malformed-url'),
    );
    const refused = await mall.send('PATCH', applications, { as });
    expect(refused).toMatchObject(problem(405, 'method-not-allowed', { instance: applications }));
    expect(refused.headers.get('allow')).toBe('POST, GET, HEAD');
  });

  it('an answer in a form that there is not', async () => {
    const headers = { Accept: 'application/xml' };
    const refused = await mall.send('GET', applications, { as: people.applicant, headers });
    expect(refused).toMatchObject(problem(406, 'not-acceptable'));
  });
});

describe('problems', () => {
  it('are told in Indonesian, or in English where that is preferred', async () => {
    const [unasked, english, other] = [
      await inLanguage(),
      await inLanguage('en-GB, id;q=0.5'),
      await inLanguage('fr'),
    ];
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
