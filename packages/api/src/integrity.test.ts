import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  faultOfConsistency,
  faultOfInclusion,
  parseVkey,
  type ConsistencyProof,
  type InclusionProof,
} from '@satu-atap/domain';
import {
  evidenceStream,
  newPrivateKey,
  noteSigner,
  privateKeyFrom,
  readStream,
  signCheckpoints,
  verifyEd25519,
} from '@satu-atap/event-store';
import { openMall, type Mall, type Person } from './testing/mall.ts';
import { people, submit } from './testing/people.ts';

const signer = noteSigner('mpp.example/log', privateKeyFrom(newPrivateKey()));
const now = () => Temporal.Instant.from('2026-03-02T01:00:00Z');
const southern = { ...people.auditor, sub: 'auditor-2', office: 'south' };
const northern = { ...people.auditor, sub: 'auditor-3', office: 'north' };

let mall: Mall;
let id = '';
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());
beforeEach(async () => {
  id = ((await submit(mall)).body as { id: string }).id;
  await sign();
});

const sign = () => signCheckpoints(mall.store.raw, { signer, now });
const get = (place: string, as: Person | undefined = people.auditor) =>
  mall.send('GET', `/api/v1/integrity${place}`, { as, headers: { 'Accept-Language': 'en' } });
const anybody = (place: string) => mall.send('GET', `/api/v1/integrity${place}`);

describe('the newest checkpoint', () => {
  it('is for anybody, as a signed note and nothing else', async () => {
    const { status, text, headers } = await anybody('/checkpoints/latest');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const newest = await sign();
    expect(text).toBe(newest?.note);
  });

  it('is not there before something was signed', async () => {
    const empty = await openMall();
    const { status, body } = await empty.send('GET', '/api/v1/integrity/checkpoints/latest');
    expect([status, body.type]).toEqual([404, '/problems/checkpoint-not-found']);
    await empty.close();
  });
});

describe('checkpoints and keys', () => {
  it('are listed for auditors, the newest first, page by page', async () => {
    await submit(mall);
    await sign();
    const first = await get('/checkpoints?limit=1');
    const [newest] = first.body.items;
    const second = await get(`/checkpoints?limit=1&after=${first.body.next}`);
    expect(second.body.items[0].size).toBeLessThan(newest.size);
    const { body } = await get('/keys');
    expect(body.items).toEqual([{ vkey: expect.stringContaining('mpp.example/log+') }]);
  });

  it('are for nobody else', async () => {
    for (const place of ['/checkpoints', '/keys', '/proofs/consistency?from=1&to=1']) {
      expect((await get(place, people.supervisor)).status).toBe(403);
      expect((await anybody(place)).status).toBe(401);
    }
  });
});

describe('a proof', () => {
  const key = async () => {
    const { body } = await get('/keys');
    return parseVkey(body.items[0].vkey as string) ?? signer.key;
  };

  it('of an event holds with the public key alone, and that it was given is recorded', async () => {
    const stream = `application-${id}`;
    const { status, body } = await get(`/proofs/inclusion?stream=${stream}&revision=0`);
    expect(status).toBe(200);
    const proof = body as InclusionProof;
    expect(faultOfInclusion(proof, [await key()], verifyEd25519)).toBeUndefined();
    expect(JSON.parse(proof.leaf)).toMatchObject({ type: 'ApplicationSubmitted', stream });
    const accesses = await readStream(mall.store, evidenceStream);
    expect(accesses).toContainEqual(
      expect.objectContaining({
        data: { act: 'proved', selection: { stream, revision: '0' } },
        metadata: expect.objectContaining({
          actor: expect.objectContaining({ id: 'auditor-1' }),
        }),
      }),
    );
  });

  it('of growth holds between two checkpoints', async () => {
    await submit(mall);
    await sign();
    const { items } = (await get('/checkpoints?limit=2')).body;
    const place = `/proofs/consistency?from=${items[1].size}&to=${items[0].size}`;
    const { status, body } = await get(place);
    expect(status).toBe(200);
    const fault = faultOfConsistency(body as ConsistencyProof, [await key()], verifyEd25519);
    expect(fault).toBeUndefined();
  });

  it('of another office’s event is not given; of what is every office’s it is', async () => {
    const own = `/proofs/inclusion?stream=application-${id}&revision=0`;
    const refused = await get(own, southern);
    expect([refused.status, refused.body.type]).toEqual([403, '/problems/other-office']);
    expect((await get(own, northern)).status).toBe(200);
    const service = '/proofs/inclusion?stream=service-licensing.kiosk-permit&revision=0';
    expect((await get(service, southern)).status).toBe(200);
    const accesses = '/proofs/inclusion?stream=evidence-accesses&revision=0';
    expect((await get(accesses, southern)).status).toBe(403);
  });

  it.each([
    ['?stream=application-x&revision=0', 404, 'event-not-found'],
    ['?stream=integrity&revision=0&size=999999', 404, 'checkpoint-not-found'],
    ['?stream=$all&revision=0', 400, 'invalid-request'],
    ['?stream=integrity&revision=-1', 400, 'invalid-request'],
    ['?stream=integrity', 400, 'invalid-request'],
  ])('that cannot be given is refused in words: %s', async (query, status, type) => {
    const answer = await get(`/proofs/inclusion${query}`);
    expect([answer.status, answer.body.type]).toEqual([status, `/problems/${type}`]);
  });

  it('of an event that no checkpoint covers yet is not given', async () => {
    const { body } = await submit(mall);
    const answer = await get(`/proofs/inclusion?stream=application-${body.id}&revision=0`);
    expect([answer.status, answer.body.type]).toEqual([409, '/problems/event-not-covered']);
  });

  it('of growth backwards, or between what was not signed, is not given', async () => {
    expect((await get('/proofs/consistency?from=9&to=3')).status).toBe(400);
    const answer = await get('/proofs/consistency?from=999998&to=999999');
    expect(answer.body).toMatchObject({ type: '/problems/checkpoint-not-found', size: 999998 });
  });
});
