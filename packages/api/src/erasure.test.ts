import { builtInRoles } from '@satu-atap/domain';
import { erasureStream, readStream } from '@satu-atap/event-store';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall, type Person, type Received } from './testing/mall.ts';
import { act, attach, pdf, people, submit } from './testing/people.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall();
});
afterAll(() => mall.close());

const officer: Person = {
  sub: 'ppdp-1',
  name: 'Pejabat PDP',
  roles: [builtInRoles.dataProtectionOfficer],
};
const order = { legalGround: 'UU 27/2022 Pasal 8', reason: 'atas permintaan pemohon' };
const place = (applicant: string) => `/api/v1/applicants/${applicant}/erasure`;
const erase = (applicant: string, as: Person = officer, body: unknown = order) =>
  mall.send('POST', place(applicant), { as, body });
const erasures = (applicant: string) => readStream(mall.store.raw, erasureStream(applicant));

let applicants = 0;
/** Somebody with one application that has a document, and has ended unless it is said to run. */
async function givenApplicant({ ended = true } = {}): Promise<{ who: Person; id: string }> {
  applicants += 1;
  const who = { ...people.applicant, sub: `erased-${applicants}`, name: `Nama ${applicants}` };
  const { id } = (await submit(mall, who)).body as { id: string };
  // A content of their own: one that others name stays.
  const content = new Uint8Array(Buffer.concat([pdf, Buffer.from(`% ${who.sub}\n`)]));
  expect((await attach(mall, id, { as: who, content })).status).toBe(200);
  if (ended) await act(mall, id, who, 'withdraw');
  return { who, id };
}

describe('who may erase personal data', () => {
  const known = new Set(
    Object.values(people)
      .flatMap(({ roles }) => roles)
      .concat(Object.values(builtInRoles)),
  );

  it('is a data protection officer who is no auditor, whatever else they are, wherever they work', async () => {
    const { who } = await givenApplicant({ ended: false });
    const roles = fc.subarray([...known, 'sla-monitor', 'data-protection'], { minLength: 1 });
    const unit = fc.constantFrom(undefined, 'licensing', 'public-works');
    const office = fc.constantFrom(undefined, 'north', 'south');
    await fc.assert(
      fc.asyncProperty(roles, unit, office, async (held, inUnit, inOffice) => {
        const answered = await erase(who.sub, {
          sub: 'somebody',
          name: 'Somebody',
          roles: held,
          ...(inUnit === undefined ? {} : { unit: inUnit }),
          ...(inOffice === undefined ? {} : { office: inOffice }),
        });
        const may =
          held.includes(builtInRoles.dataProtectionOfficer) &&
          !held.includes(builtInRoles.auditor) &&
          // No token may say so.
          !held.includes(builtInRoles.system);
        const { status, body } = answered as { status: number; body: { type: string } };
        // The application runs: whoever may ask is told so, and nothing is ever erased here.
        expect(may ? body.type : status).toBe(may ? '/problems/applications-running' : 403);
      }),
      { numRuns: 60, seed: 20_260_301 },
    );
    expect(await erasures(who.sub)).toEqual([]);
  });

  it('is not the applicant themselves, nor their counter: they ask the officer', async () => {
    const { who } = await givenApplicant();
    for (const as of [who, people.counter, people.supervisor, people.auditor]) {
      expect(await erase(who.sub, as)).toMatchObject({
        status: 403,
        body: { type: '/problems/role-required' },
      });
    }
    expect((await mall.send('POST', place(who.sub), { body: order })).status).toBe(401);
    expect(await erasures(who.sub)).toEqual([]);
  });

  it('reads nothing by that role, and takes no step', async () => {
    const { who, id } = await givenApplicant({ ended: false });
    expect((await mall.send('GET', `/api/v1/applications/${id}`, { as: officer })).status).toBe(
      403,
    );
    expect((await act(mall, id, officer, 'withdraw')).status).toBe(403);
    expect(await erasures(who.sub)).toEqual([]);
  });
});

describe('the erasure of an applicant', () => {
  it('waits for applications that run, and names them all and only them', async () => {
    const { who, id } = await givenApplicant({ ended: false });
    const { id: second } = (await submit(mall, who)).body as { id: string };
    const { id: over } = (await submit(mall, who)).body as { id: string };
    await act(mall, over, who, 'withdraw');
    const refused = await erase(who.sub);
    expect(refused).toMatchObject({
      status: 409,
      body: { type: '/problems/applications-running' },
    });
    const named = (refused.body.applications as { id: string; states: string[] }[]).toSorted(
      (one, other) => (one.id < other.id ? -1 : 1),
    );
    expect(named).toEqual(
      [id, second]
        .toSorted()
        .map((one) => ({ id: one, service: 'licensing.kiosk-permit', states: ['preparing'] })),
    );
    expect(await erasures(who.sub)).toEqual([]);

    for (const one of [id, second]) await act(mall, one, who, 'withdraw');
    expect((await erase(who.sub)).body.applications.toSorted()).toEqual(
      [id, second, over].toSorted(),
    );
  });

  it('is recorded with who ordered it and why, and asked for again it is the same', async () => {
    const { who, id } = await givenApplicant();
    const done = await erase(who.sub);
    expect(done).toMatchObject({
      status: 200,
      body: { applicant: who.sub, applications: [id], keys: 1, ...order, repeated: false },
    });
    const again = await erase(who.sub, officer, { legalGround: 'lain', reason: 'lagi' });
    expect(again.body).toEqual({ ...done.body, repeated: true });
    const stored = await erasures(who.sub);
    expect(stored.map(({ type }) => type)).toEqual(['ErasureOrdered', 'PersonalDataErased']);
    for (const { data, metadata } of stored) {
      expect(data).toMatchObject(order);
      expect(metadata['actor']).toMatchObject({ id: officer.sub });
    }
  });

  it('is told that there is nothing of somebody who never applied', async () => {
    expect(await erase('nobody-at-all')).toMatchObject({
      status: 404,
      body: { type: '/problems/nothing-to-erase' },
    });
  });

  it.each([
    ['no ground', { reason: 'x' }, 'legalGround'],
    ['an empty ground', { legalGround: '', reason: 'x' }, 'legalGround'],
    ['no reason', { legalGround: 'x' }, 'reason'],
    ['a reason that is a book', { legalGround: 'x', reason: 'x'.repeat(1001) }, 'reason'],
    ['a reason that is no text', { legalGround: 'x', reason: 1 }, 'reason'],
  ])('needs a ground and a reason: %s', async (_, body, field) => {
    const { who } = await givenApplicant();
    const refused = await erase(who.sub, officer, body);
    expect(refused.status).toBe(400);
    const fields = (refused.body.issues as { field: string }[]).map((issue) => issue.field);
    expect(fields).toContain(field);
    expect(await erasures(who.sub)).toEqual([]);
  });

  it.each([
    ['a list', []],
    ['a field that there is not', { ...order, applicant: 'other' }],
  ])('takes no %s', async (_, body) => {
    const { who } = await givenApplicant();
    expect((await erase(who.sub, officer, body)).status).toBe(400);
    expect(await erasures(who.sub)).toEqual([]);
  });

  it('takes no text that is no JSON', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const sent = { as: officer, body: '{"legalGround":', headers };
    expect((await mall.send('POST', place('budi'), sent)).status).toBe(400);
  });

  it('takes no id that is longer than one can be', async () => {
    expect((await erase('x'.repeat(201))).status).toBe(400);
  });
});

describe('a document of somebody whose data are erased', () => {
  const read = (id: string, document: string): Promise<Received> =>
    mall.send('GET', `/api/v1/applications/${id}/documents/${document}`, { as: people.auditor });

  it('is gone, and its file name is, for whoever may read the application', async () => {
    const { who, id } = await givenApplicant();
    const seen = await mall.send('GET', `/api/v1/applications/${id}`, { as: people.auditor });
    const [{ document }] = seen.body.facts.documents as [{ document: string }];
    expect((await read(id, document)).status).toBe(200);
    await erase(who.sub);
    const gone = await read(id, document);
    expect(gone).toMatchObject({ status: 410, body: { type: '/problems/document-erased' } });
    expect(gone.text).not.toContain('ktp');
  });

  it('is gone, too, where its name was stored before names were sealed', async () => {
    const { who, id } = await givenApplicant({ ended: false });
    const stream = `application-${id}`;
    const before = await readStream(mall.store.raw, stream);
    const attached = before.find(({ type }) => type === 'DocumentAttached');
    if (!attached) throw new Error('no document is attached');
    const { sealed: _, ...data } = attached.data;
    // As an earlier version wrote it: a document whose content nobody else names, its name in the clear.
    const document = crypto.randomUUID();
    const sha256 = 'f'.repeat(64);
    const event = {
      id: crypto.randomUUID(),
      type: attached.type,
      data: { ...data, document, sha256, name: 'lama.pdf' },
      metadata: attached.metadata,
    };
    await mall.store.raw.append(stream, [event], before.length - 1);
    await act(mall, id, who, 'withdraw');
    const erased = await erase(who.sub);
    expect(erased.body.inTheClear).toEqual([id]);
    expect(await read(id, document)).toMatchObject({
      status: 410,
      body: { type: '/problems/document-erased' },
    });
  });
});
