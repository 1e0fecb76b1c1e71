import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall } from './testing/mall.ts';
import { act, attach, atReception, pdf, people, submission, submit } from './testing/people.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const applications = '/api/v1/applications';
let keys = 0;
const newKey = () => ({ 'Idempotency-Key': `key-${(keys += 1)}` });

describe('an Idempotency-Key', () => {
  it('makes a retried submission the same application', async () => {
    const sent = { as: people.applicant, body: submission, headers: newKey() };
    const first = await mall.send('POST', applications, sent);
    const again = await mall.send('POST', applications, sent);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('makes many at once one', async () => {
    const sent = { as: people.applicant, body: submission, headers: newKey() };
    const all = await Promise.all(
      Array.from({ length: 8 }, () => mall.send('POST', applications, sent)),
    );
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
    const { id } = all[0]?.body ?? {};
    const history = await mall.send('GET', `${applications}/${id}/history`, {
      as: people.applicant,
    });
    expect(history.body.items).toHaveLength(1);
  });

  it('makes a retried action the same step, though the file has moved on', async () => {
    const id = await atReception(mall);
    const headers = newKey();
    const sent = { as: people.counter, body: { action: 'accept' }, headers };
    const first = await mall.send('POST', `${applications}/${id}/actions`, sent);
    const again = await mall.send('POST', `${applications}/${id}/actions`, sent);
    expect(again.status).toBe(200);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    // A retry with the If-Match of back then is still the same request.
    const matched = { ...sent, headers: { ...headers, 'If-Match': '"2"' } };
    const path = `${applications}/${id}/actions`;
    expect((await mall.send('POST', path, matched)).status).toBe(200);
  });

  it('makes a retried document the same document, wherever the file is by then', async () => {
    const { id } = (await submit(mall)).body;
    const headers = newKey();
    const first = await attach(mall, id, { headers });
    await act(mall, id, people.applicant, 'hand-in');
    const again = await attach(mall, id, { headers });
    expect(again.status).toBe(200);
    expect(again.body.facts.documents).toEqual(first.body.facts.documents);

    const other = new Uint8Array([...pdf, 10]);
    const reused = await attach(mall, id, { headers, content: other });
    expect(reused).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('cannot stand for another request', async () => {
    const id = await atReception(mall);
    const headers = newKey();
    const note = (text: string) =>
      mall.send('POST', `${applications}/${id}/notes`, {
        as: people.counter,
        body: { text },
        headers,
      });
    expect((await note('Pemohon menelepon')).status).toBe(200);
    expect(await note('Pemohon datang')).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  it('belongs to its sender and to one application', async () => {
    const headers = newKey();
    const [mine, theirs] = await Promise.all(
      [people.applicant, people.stranger].map((as) =>
        mall.send('POST', applications, { as, body: submission, headers }),
      ),
    );
    expect(mine?.body.id).not.toBe(theirs?.body.id);
    const notes = await Promise.all(
      [mine, theirs].map((one) =>
        mall.send('POST', `${applications}/${one?.body.id}/notes`, {
          as: people.counter,
          body: { text: 'Sudah diperiksa' },
          headers,
        }),
      ),
    );
    expect(notes.map(({ body }) => body.facts.notes)).toEqual([1, 1]);
  });

  it('is 1 to 200 visible characters', async () => {
    const headers = { 'Idempotency-Key': 'x'.repeat(201) };
    const sent = { as: people.applicant, body: submission, headers };
    expect(await mall.send('POST', applications, sent)).toMatchObject({
      status: 400,
      body: { issues: [{ in: 'header', field: 'Idempotency-Key' }] },
    });
  });
});

const accept = (id: string, tag: string) =>
  mall.send('POST', `${applications}/${id}/actions`, {
    as: people.counter,
    body: { action: 'accept' },
    headers: { 'If-Match': tag },
  });

describe('If-Match', () => {
  it('lets a write through only at the revision its sender saw', async () => {
    const id = await atReception(mall);
    expect(await accept(id, '"1"')).toMatchObject({
      status: 412,
      body: { type: '/problems/stale-revision', expected: 1, actual: 2 },
    });
    const done = await accept(id, '"2"');
    expect(done.status).toBe(200);
    expect(done.headers.get('etag')).toBe('"3"');
  });

  it('lets any revision through when it is *', async () => {
    expect((await accept(await atReception(mall), '*')).status).toBe(200);
  });

  it.each(['2', 'W/"2"', '"two"', '"1", "2"', '""'])('is refused when it is %s', async (tag) => {
    expect(await accept(await atReception(mall), tag)).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request', issues: [{ field: 'If-Match' }] },
    });
  });

  it('lets one of two officers win', async () => {
    const id = await atReception(mall);
    const both = await Promise.all([accept(id, '"2"'), accept(id, '"2"')]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 412]));
  });
});

describe('If-None-Match', () => {
  it('spares a reader what they have, until it changes', async () => {
    const id = await atReception(mall);
    const read = (tag: string, as = people.counter) =>
      mall.send('GET', `${applications}/${id}`, { as, headers: { 'If-None-Match': tag } });
    const held = await read('"2"');
    expect(held).toMatchObject({ status: 304, text: '' });
    expect(held.headers.get('etag')).toBe('"2"');
    expect((await read('W/"2", "1"')).status).toBe(304);
    expect((await read('"2"', people.stranger)).status).toBe(404);
    await act(mall, id, people.counter, 'accept');
    expect((await read('"2"')).status).toBe(200);
  });
});

describe('X-At-Least-Position', () => {
  it('makes a reader see what was written', async () => {
    const { id } = (await submit(mall)).body;
    const seen = await mall.send('GET', `${applications}/${id}`, { as: people.applicant });
    expect(seen.status).toBe(200);
  });

  it('says so when the read models do not get there in time', async () => {
    const slow = await openMall({ limits: { readWait: 30 } });
    await slow.projector.stop();
    const { headers, body } = await submit(slow);
    expect(headers.get('x-position')).not.toBeNull();
    const behind = await slow.send('GET', `${applications}/${body.id}`, { as: people.applicant });
    expect(behind).toMatchObject({ status: 503, body: { type: '/problems/read-model-behind' } });
    expect(behind.headers.get('retry-after')).toBe('1');
    await slow.close();
  });
});
