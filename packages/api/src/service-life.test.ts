import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall, type Sent } from './testing/mall.ts';
import { people, submission, submit } from './testing/people.ts';
import { problem } from './testing/problem.ts';
import { kioskPermit } from './testing/service.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const administrator = {
  sub: 'administrator-1',
  name: 'Administrator',
  roles: ['unit-administrator'],
  unit: 'licensing',
};

/** A service of its own for each test, so that they do not meet. */
let count = 0;
function newService() {
  count += 1;
  return { ...kioskPermit, id: `licensing.service-${count}` };
}
type Definition = ReturnType<typeof newService>;
const titled = (definition: Definition, en: string) => ({
  ...definition,
  title: { id: 'Izin', en },
});

const at = (definition: Definition, more = '') => `/api/v1/services/${definition.id}${more}`;
const publish = (definition: Definition, { query = '', ...sent }: Sent & { query?: string } = {}) =>
  mall.send('POST', at(definition, `/versions${query}`), {
    as: administrator,
    body: definition,
    ...sent,
  });
const order = (path: string, body: object, sent: Sent = {}) =>
  mall.send('POST', path, { as: administrator, body, ...sent });
const read = (path: string) => mall.send('GET', path, { as: people.applicant });
const apply = (definition: Definition) =>
  mall.send('POST', '/api/v1/applications', {
    as: people.applicant,
    body: { ...submission, service: definition.id },
  });

const reason = { id: 'Tidak lagi diperlukan', en: 'Not needed any more' };
const legalBasis = 'Peraturan Wali Kota Nomor 7 Tahun 2026';
const longAgo = { from: '2026-01-01', reason, legalBasis };

describe('publishing a version', () => {
  it('brings a service live, and each other content as another version', async () => {
    const definition = newService();
    const first = await publish(definition);
    expect(first).toMatchObject({
      status: 201,
      body: { service: definition.id, version: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(first.headers.get('location')).toBe(at(definition, '/versions/1'));
    expect(first.headers.get('etag')).toBe('"0"');

    expect(await publish(definition)).toMatchObject({ status: 200, body: { version: 1 } });
    const newer = await publish(titled(definition, 'New'));
    expect(newer).toMatchObject({ status: 201, body: { version: 2 } });
    const { body } = await read(at(definition));
    expect(body).toMatchObject({ version: 2, status: 'open', title: { en: 'New' } });
    expect((await apply(definition)).body).toMatchObject({ serviceVersion: 2 });
  });

  it('takes the definition as it is written in a file, and points at its faults there', async () => {
    const definition = newService();
    const yaml = `id: ${definition.id}
kind: permit
title: { id: Izin, en: Permit }
unit: licensing
standard: { time: { amount: 1, unit: working-days } }
workflow: { template: standard-flow, stages: [front-desk-check, decision] }
`;
    const headers = { 'Content-Type': 'application/yaml' };
    const wrong = yaml.replace('kind: permit', 'kind: permid').replace('amount: 1', 'amount: 0');
    expect(await publish(definition, { body: wrong, headers })).toMatchObject(
      problem(422, 'invalid-definition', {
        problems: [
          { path: ['kind'], severity: 'error', line: 2, column: 1 },
          { path: ['standard', 'time', 'amount'], severity: 'error', line: 5 },
        ],
      }),
    );
    expect(await publish(definition, { body: yaml, headers })).toMatchObject({ status: 201 });
    const { body } = await read(at(definition, '/versions/1'));
    expect(Object.keys(body.definition.workflow.states)).toContain('front-desk-check');
  });

  it('is for administrators of its unit, who are told so before anything is read', async () => {
    const definition = newService();
    const body = '{'.repeat(200_000);
    const headers = { 'Content-Type': 'application/json' };
    const sent = { body, headers };
    expect(await publish(definition, { ...sent, as: people.head })).toMatchObject(
      problem(403, 'role-required', { roles: ['unit-administrator', 'system'] }),
    );
    const elsewhere = { ...administrator, unit: 'public-works' };
    expect(await publish(definition, { ...sent, as: elsewhere })).toMatchObject(
      problem(403, 'other-unit', { unit: 'licensing' }),
    );
    expect(await read(at(definition))).toMatchObject(problem(404, 'service-not-found'));
  });

  it('is of the service of the address, whose unit never changes', async () => {
    const definition = newService();
    const other = { ...newService(), unit: 'licensing' };
    expect(await publish(definition, { body: other })).toMatchObject(
      problem(422, 'invalid-definition', { problems: [{ path: ['id'] }] }),
    );
    expect(
      await publish(definition, { body: { ...definition, unit: 'public-works' } }),
    ).toMatchObject(problem(422, 'invalid-definition', { problems: [{ path: ['id'] }] }));
  });

  it('holds against others who publish: If-Match, and the same request again', async () => {
    const definition = newService();
    const tag = (await publish(definition)).headers.get('etag') ?? '';
    const headers = { 'Content-Type': 'application/json', 'If-Match': tag };
    expect(await publish(titled(definition, 'Mine'), { headers })).toMatchObject({ status: 201 });
    expect(await publish(titled(definition, 'Theirs'), { headers })).toMatchObject(
      problem(412, 'stale-revision', { expected: 0, actual: 1 }),
    );
    // Its answer was lost: it has been carried out.
    expect(await publish(titled(definition, 'Mine'), { headers })).toMatchObject({ status: 200 });

    const many = Array.from({ length: 8 }, (_, index) => titled(definition, `At once ${index}`));
    const answers = await Promise.all(many.map((one) => publish(one)));
    expect(answers.map(({ status }) => status)).toEqual(many.map(() => 201));
    const versions = answers.map(({ body }) => body.version as number);
    expect(versions.toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('says what it cannot read', async () => {
    const definition = newService();
    const as = async (type: string, body: string, more = {}) =>
      publish(definition, { body, headers: { 'Content-Type': type, ...more } });
    expect(await as('text/plain', '{}')).toMatchObject(problem(415, 'unsupported-media-type'));
    expect(await as('application/yaml', 'id: x', { 'Content-Encoding': 'gzip' })).toMatchObject(
      problem(415, 'unsupported-media-type'),
    );
    expect(await as('application/yaml', 'x'.repeat(1_100_000))).toMatchObject(
      problem(413, 'body-too-large', { maxBytes: 1_048_576 }),
    );
    expect(await as('application/json', '{"id": ')).toMatchObject(
      problem(422, 'invalid-definition', { problems: [{ line: 1 }] }),
    );
    expect(await as('application/json', '')).toMatchObject(problem(422, 'invalid-definition'));
  });
});

describe('the versions of a service', () => {
  it('are all told, with when and by whom', async () => {
    const definition = newService();
    await publish(definition);
    await publish(titled(definition, 'New'));
    const { body } = await read(at(definition, '/versions'));
    expect(body.items).toMatchObject([
      { version: 2 },
      { version: 1, publishedBy: 'administrator-1' },
    ]);
    expect(await read(at(definition, '/versions/1'))).toMatchObject({
      status: 200,
      body: { version: 1, definition: { title: kioskPermit.title } },
    });
    expect(await read(at(definition, '/versions/3'))).toMatchObject(
      problem(404, 'version-not-found', { version: 3 }),
    );
    expect(await read('/api/v1/services/licensing.nothing/versions')).toMatchObject(
      problem(404, 'service-not-found'),
    );
  });
});

describe('a service that retires', () => {
  it('takes no new applications from its date on, and those under way go on', async () => {
    const definition = newService();
    await publish(definition);
    const running = (await apply(definition)).body.id as string;
    const retired = await order(at(definition, '/retirement'), longAgo);
    expect(retired).toMatchObject({ status: 200, body: { retirement: longAgo } });

    const refusal = await apply(definition);
    expect(refusal).toMatchObject(
      problem(409, 'service-retired', { since: '2026-01-01', reason, legalBasis }),
    );
    expect(refusal.body.detail).toContain('Tidak lagi diperlukan');
    const step = { action: 'withdraw' };
    const path = `/api/v1/applications/${running}`;
    expect(
      await mall.send('POST', `${path}/actions`, { as: people.applicant, body: step }),
    ).toMatchObject({
      status: 200,
      body: { ended: { outcome: 'withdrawn' } },
    });
    expect(await mall.send('GET', path, { as: people.supervisor })).toMatchObject({ status: 200 });
    expect(await read(at(definition))).toMatchObject({ status: 200, body: { status: 'retired' } });
  });

  it('takes them until that date', async () => {
    const definition = newService();
    await publish(definition);
    await order(at(definition, '/retirement'), { ...longAgo, from: '2100-01-01' });
    expect(await apply(definition)).toMatchObject({ status: 201 });
    const { body } = await read(at(definition));
    expect(body).toMatchObject({ status: 'open', retirement: { from: '2100-01-01' } });
  });

  it('opens again when it is reinstated, not when a version is published', async () => {
    const definition = newService();
    await publish(definition);
    await order(at(definition, '/retirement'), longAgo);
    expect(await publish(titled(definition, 'New'))).toMatchObject({
      status: 201,
      body: { version: 2, retirement: longAgo },
    });
    expect(await apply(definition)).toMatchObject({ status: 409 });
    await order(at(definition, '/reinstatement'), { reason });
    expect(await apply(definition)).toMatchObject({ status: 201, body: { serviceVersion: 2 } });
  });

  it('says its date, reason and legal basis', async () => {
    const definition = newService();
    await publish(definition);
    expect(await order(at(definition, '/retirement'), { from: 'tomorrow' })).toMatchObject(
      problem(400, 'invalid-request', {
        issues: [{ field: 'from' }, { field: 'reason' }, { field: 'legalBasis' }],
      }),
    );
  });
});

describe('a version that is withdrawn', () => {
  it('leaves new applications to the one before it, and running ones to go on', async () => {
    const definition = newService();
    await publish(definition);
    await publish(titled(definition, 'New'));
    const running = (await apply(definition)).body.id as string;
    const withdrawal = at(definition, '/versions/2/withdrawal');
    expect(await order(withdrawal, { reason })).toMatchObject({
      status: 200,
      body: { versions: [{ version: 1 }, { version: 2, withdrawn: { reason } }] },
    });
    expect((await apply(definition)).body).toMatchObject({ serviceVersion: 1 });
    const path = `/api/v1/applications/${running}`;
    expect((await read(path)).body).toMatchObject({ serviceVersion: 2 });
    expect((await read(at(definition))).body).toMatchObject({ version: 1, status: 'open' });
    const { body } = await read(at(definition, '/versions'));
    expect(body.items[0]).toMatchObject({
      version: 2,
      withdrawn: { by: 'administrator-1', reason },
    });
  });

  it('does not come back unasked', async () => {
    const definition = newService();
    await publish(definition);
    await order(at(definition, '/versions/1/withdrawal'), { reason });
    expect(await apply(definition)).toMatchObject(problem(409, 'service-withdrawn', { reason }));
    expect((await read(at(definition))).body).toMatchObject({ status: 'withdrawn' });
    expect(await publish(definition)).toMatchObject(
      problem(409, 'content-withdrawn', { version: 1, reason }),
    );
    expect(await publish(definition, { query: '?again=true' })).toMatchObject({
      status: 201,
      body: { version: 2 },
    });
    expect(await apply(definition)).toMatchObject({ status: 201 });
  });

  it('is one of those that there are', async () => {
    const definition = newService();
    await publish(definition);
    expect(await order(at(definition, '/versions/9/withdrawal'), { reason })).toMatchObject(
      problem(404, 'version-not-found', { version: 9 }),
    );
    const nothing = '/api/v1/services/licensing.nothing/versions/1/withdrawal';
    expect(await order(nothing, { reason })).toMatchObject(problem(404, 'service-not-found'));
  });
});

describe('retiring and withdrawing', () => {
  it.each(['/retirement', '/reinstatement', '/versions/1/withdrawal'])(
    '%s is for administrators of the unit',
    async (what) => {
      const definition = newService();
      await publish(definition);
      const body = what === '/retirement' ? longAgo : { reason };
      expect(await order(at(definition, what), body, { as: people.supervisor })).toMatchObject(
        problem(403, 'role-required'),
      );
      expect(await apply(definition)).toMatchObject({ status: 201 });
    },
  );
});

describe('the list of services', () => {
  it('holds what is open, or what is asked for', async () => {
    const [retired, withdrawn, open] = [newService(), newService(), newService()];
    for (const one of [retired, withdrawn, open]) await publish(one);
    await order(at(retired, '/retirement'), longAgo);
    await order(at(withdrawn, '/versions/1/withdrawal'), { reason });
    const listed = async (query: string) => {
      const { body } = await read(`/api/v1/services${query}`);
      const ids = (body.items as { id: string }[]).map(({ id }) => id);
      return [retired, withdrawn, open].map(({ id }) => ids.includes(id));
    };
    expect(await listed('')).toEqual([false, false, true]);
    expect(await listed('?status=retired')).toEqual([true, false, false]);
    expect(await listed('?status=withdrawn')).toEqual([false, true, false]);
    expect(await listed('?status=all')).toEqual([true, true, true]);
  });
});

it('a submission that was taken is answered the same after its service has retired', async () => {
  const definition = newService();
  await publish(definition);
  const again = () =>
    mall.send('POST', '/api/v1/applications', {
      as: people.applicant,
      body: { ...submission, service: definition.id },
      headers: { 'Idempotency-Key': 'before-it-retired' },
    });
  const first = await again();
  await order(at(definition, '/retirement'), longAgo);
  expect(await again()).toMatchObject({ status: 201, body: { id: first.body.id as string } });
  expect(await submit(mall)).toMatchObject({ status: 201 });
});
