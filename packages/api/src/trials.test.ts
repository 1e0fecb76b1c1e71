import { applicationStream, derivedId } from '@satu-atap/event-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMall, type Mall, type Sent } from './testing/mall.ts';
import { act, atReception, people, submit } from './testing/people.ts';
import { problem } from './testing/problem.ts';
import { kioskPermit } from './testing/service.ts';

const administrator = {
  sub: 'administrator-1',
  name: 'Administrator',
  roles: ['unit-administrator'],
  unit: 'licensing',
};

let mall: Mall;
let newest = '';
beforeAll(async () => {
  mall = await openMall();
  // Submitted, withdrawn; and at the reception, one of them accepted there.
  const { id } = (await submit(mall)).body as { id: string };
  await act(mall, id, people.applicant, 'withdraw');
  await atReception(mall);
  newest = await atReception(mall);
  await act(mall, newest, people.counter, 'accept');
}, 30_000);
afterAll(() => mall.close());

const states = kioskPermit.workflow.states;
const { reception } = states;
const accept = reception?.on?.['accept'];
/** Accepting is the verifier's now. */
const draft = {
  ...kioskPermit,
  workflow: {
    ...kioskPermit.workflow,
    states: {
      ...states,
      reception: {
        ...reception,
        on: { ...reception?.on, accept: { ...accept, roles: ['verifier'] } },
      },
    },
  },
};

/** Sees at least what was written until now. */
async function trying(body: unknown, { query = '', ...sent }: Sent & { query?: string } = {}) {
  const headers = { 'X-At-Least-Position': await mall.store.head(), ...sent.headers };
  const path = `/api/v1/services/${kioskPermit.id}/trials${query}`;
  return mall.send('POST', path, { as: administrator, body, ...sent, headers });
}

describe('the trial of a draft', () => {
  it('says what would have gone otherwise, where and why, and writes nothing', async () => {
    const before = await mall.store.head();
    const { status, body, text } = await trying(draft);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      service: kioskPermit.id,
      version: 2,
      warnings: [],
      tried: 3,
      same: 2,
      differing: 1,
      running: 2,
      ended: 1,
      versions: [{ version: 1, applications: 3 }],
      differences: [
        {
          type: 'refused',
          place: 'reception/accept',
          applications: 1,
          examples: [
            {
              application: newest,
              revision: 3,
              text: {
                id: 'Akan ditolak. Hal ini hanya untuk peran: verifier.',
                en: 'Would be refused. This is only for the roles: verifier.',
              },
              difference: { refusal: { type: 'role-required', roles: ['verifier'] } },
            },
          ],
        },
      ],
      migration: { movable: 2, undecided: 0 },
    });
    expect(await mall.store.head()).toBe(before);
    for (const written of ['applicant-1', 'counter-1', 'Name of', 'Melati']) {
      expect(text).not.toContain(written);
    }
  });

  it('says what would be to decide before those that run could move', async () => {
    const { reception: _, ...rest } = draft.workflow.states;
    const preparing = {
      ...states.preparing,
      on: { 'hand-in': { ...states.preparing?.on?.['hand-in'], target: 'verification' } },
    };
    const without = {
      ...kioskPermit,
      workflow: { ...draft.workflow, states: { ...rest, preparing } },
    };
    expect((await trying(without)).body).toMatchObject({
      migration: {
        movable: 1,
        undecided: 1,
        problems: [
          {
            problem: { type: 'state-gone', state: 'reception' },
            text: { id: 'Tahap "reception" tidak ada lagi.' },
            applications: 1,
          },
        ],
      },
    });
  });

  it('finds nothing in the definition that is in force', async () => {
    const { body } = await trying(kioskPermit);
    expect(body).toMatchObject({ tried: 3, same: 3, differences: [] });
  });

  it('takes as many as are asked for, those that were submitted last', async () => {
    const other = { ...draft, submittedBy: ['front-officer'] };
    const { body } = await trying(other, { query: '?limit=1' });
    expect(body).toMatchObject({
      tried: 1,
      differences: [{ examples: [{ application: newest }] }, {}],
    });
    expect((await trying(draft, { query: '?only=finished' })).body).toMatchObject({
      tried: 1,
      ended: 1,
    });
    expect((await trying(draft, { query: '?only=running' })).body).toMatchObject({
      tried: 2,
      ended: 0,
    });
    expect(await trying(draft, { query: '?limit=1001' })).toMatchObject(
      problem(400, 'invalid-request'),
    );
  });

  it('leaves other requests their turn', async () => {
    const busy = { ...kioskPermit, id: 'licensing.busy' };
    const path = `/api/v1/services/${busy.id}`;
    const sent = { as: administrator, body: busy };
    const { body } = await mall.send('POST', `${path}/versions`, sent);
    await manyOf(busy.id, (body as { digest: string }).digest, 400);

    const headers = { 'X-At-Least-Position': await mall.store.head() };
    const answered = new AbortController();
    const trial = mall
      .send('POST', `${path}/trials?limit=400`, { ...sent, headers })
      .finally(() => answered.abort());
    let others = 0;
    for (; !answered.signal.aborted; others += 1) await mall.send('GET', '/livez');
    expect((await trial).body).toMatchObject({ tried: 400, same: 400 });
    expect(others).toBeGreaterThan(20);
  });

  it.each([
    ['somebody else', { as: people.head }, problem(403, 'role-required')],
    [
      'another unit',
      { as: { ...administrator, unit: 'public-works' } },
      problem(403, 'other-unit'),
    ],
  ])('is not for %s', async (_, sent, refused) => {
    expect(await trying(draft, sent)).toMatchObject(refused);
  });

  it('wants a sound definition of this service', async () => {
    const unsound = { ...draft, workflow: { ...draft.workflow, initial: 'nowhere' } };
    expect(await trying(unsound)).toMatchObject(
      problem(422, 'invalid-definition', { problems: [{ path: ['workflow', 'initial'] }] }),
    );
    expect(await trying({ ...draft, id: 'licensing.other' })).toMatchObject(
      problem(422, 'invalid-definition', { problems: [{ path: ['id'] }] }),
    );
    const path = '/api/v1/services/licensing.unknown/trials';
    const body = { ...draft, id: 'licensing.unknown' };
    expect(await mall.send('POST', path, { as: administrator, body })).toMatchObject(
      problem(404, 'service-not-found'),
    );
  });
});

/** Applications that were submitted, and no more. */
async function manyOf(service: string, digest: string, howMany: number): Promise<void> {
  const submitted = {
    office: 'north',
    service: { id: service, version: 1, digest },
    applicant: { id: 'applicant-1', name: 'Pemohon' },
    channel: 'online',
    data: { businessName: 'Kios Melati' },
    state: 'preparing',
  };
  const actor = { id: 'applicant-1', roles: ['applicant'] };
  for (let index = 0; index < howMany; index += 1) {
    const id = derivedId('busy', index);
    const command = derivedId(id, 'submit');
    const metadata = { actor, occurredAt: '2026-02-02T02:00:00Z', office: 'north', command };
    const event = { id: derivedId(command, 0), type: 'ApplicationSubmitted', data: submitted };
    await mall.store.append(applicationStream(id), [{ ...event, metadata }], 'no-stream');
  }
}
