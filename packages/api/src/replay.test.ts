import { readEvidenceAccesses } from '@satu-atap/event-store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mall, Person } from './testing/mall.ts';
import { people } from './testing/people.ts';
import { openMallInTime, returnedAndBack } from './testing/returned-file.ts';

let house: Awaited<ReturnType<typeof openMallInTime>>;
let mall: Mall;
let id = '';
beforeAll(async () => {
  house = await openMallInTime();
  ({ mall } = house);
});
afterAll(() => mall.close());
beforeEach(async () => {
  id = await returnedAndBack(house);
});

const get = async (query = '', as: Person = people.auditor) =>
  mall.send('GET', `/api/v1/applications/${id}/replay${query}`, { as });
const instant = (local: string) => encodeURIComponent(`${local}:00+07:00`);

async function accesses(application = id) {
  return (await readEvidenceAccesses(mall.store, { application }, { limit: 100 })).items;
}

describe('an application replayed', () => {
  it('stands as it does now, when no moment is named', async () => {
    const { status, body } = await get();
    expect(status).toBe(200);
    const { revision, states } = body;
    const present = await mall.send('GET', `/api/v1/applications/${id}`, { as: people.auditor });
    expect({ revision, states }).toEqual({
      revision: present.body.revision,
      states: present.body.states,
    });
    expect(body.facts).toEqual(present.body.facts);
    expect(body).not.toHaveProperty('next');
  });

  it('stands as it did between two events, with its clocks as they were then', async () => {
    const { body } = await get(`?at=${instant('2026-03-03T11:00')}`);
    expect(body).toMatchObject({
      asOf: '2026-03-03T04:00:00Z',
      states: ['preparing'],
      slaStatus: 'paused',
      event: { type: 'StepTaken', actor: { id: 'counter-1' }, occurredAt: '2026-03-03T03:00:00Z' },
      service: { id: 'licensing.kiosk-permit', version: 1 },
      calendars: [{ id: 'week', version: 1 }],
      clocks: [{ clock: 'service', mode: 'paused', isOverdue: false }],
    });
    expect(body.clocks[0]).not.toHaveProperty('dueAt');
    expect(body.actions).toContainEqual(
      expect.objectContaining({ action: 'hand-in', roles: expect.arrayContaining(['applicant']) }),
    );
  });

  it('can be stepped through, forth and back', async () => {
    const seen: string[] = [];
    let next: string | undefined = `/api/v1/applications/${id}/replay?at=0`;
    while (next !== undefined) {
      const { body } = await mall.send('GET', next, { as: people.auditor });
      seen.push(body.event.type);
      next = body.next;
    }
    expect(seen).toEqual(expect.arrayContaining(['ApplicationSubmitted', 'DocumentAttached']));
    expect(seen.length).toBeGreaterThan(4);
    const { previous } = (await get('?at=1')).body;
    expect(previous).toBe(`/api/v1/applications/${id}/replay?at=0`);
  });

  it('differs between two moments: state, facts, clocks and what happened', async () => {
    const { status, body } = await get(
      `/difference?from=${instant('2026-03-02T12:00')}&to=${instant('2026-03-03T11:00')}`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      from: { states: ['reception'] },
      to: { states: ['preparing'] },
      facts: [],
      clocks: [{ clock: 'service', before: { mode: 'running' }, after: { mode: 'paused' } }],
      events: [{ type: 'StepTaken', data: { action: 'return' } }],
    });
  });

  it.each([
    ['?at=99', 404, 'revision-not-found'],
    [`?at=${instant('2026-01-01T00:00')}`, 404, 'before-the-application'],
    [`?at=${instant('2999-01-01T00:00')}`, 400, 'moment-to-come'],
    ['?at=yesterday', 400, 'invalid-request'],
    ['/difference?from=3&to=1', 400, 'moments-reversed'],
    ['/difference', 400, 'invalid-request'],
  ])('says what is wrong with %s', async (query, status, type) => {
    const answer = await get(query);
    expect(answer.status).toBe(status);
    expect(answer.body.type).toBe(`/problems/${type}`);
  });

  it('is for auditors and supervisors of the office, and nobody else', async () => {
    expect((await get('', people.supervisor)).status).toBe(200);
    for (const as of [people.applicant, people.counter])
      expect((await get('', as)).status).toBe(403);
    const other = { ...people.supervisor, office: 'south' };
    expect((await get('', other)).body.type).toBe('/problems/other-office');
  });

  it('is recorded before it is answered, with what was asked; a refusal is not', async () => {
    await get('?at=2', people.supervisor);
    await get('?at=2', people.counter);
    expect(await accesses()).toMatchObject([
      { act: 'replayed', actor: { id: 'supervisor-1' }, selection: { at: '2' } },
    ]);
  });
});

describe('what an auditor looks at', () => {
  it('is recorded, part by part, once for the same look', async () => {
    for (const part of ['', '/history', '/clocks', '/notifications', '', '/history']) {
      await mall.send('GET', `/api/v1/applications/${id}${part}`, { as: people.auditor });
    }
    const parts = (await accesses()).map(({ act: what, selection }) => [what, selection?.['part']]);
    expect(parts.toReversed()).toEqual([
      ['looked-at', 'application'],
      ['looked-at', 'history'],
      ['looked-at', 'clocks'],
      ['looked-at', 'notifications'],
    ]);
  });

  it('is recorded of auditors only', async () => {
    await mall.send('GET', `/api/v1/applications/${id}`, { as: people.counter });
    await mall.send('GET', `/api/v1/applications/${id}`, { as: people.applicant });
    expect(await accesses()).toEqual([]);
  });

  it('is shown to auditors, filtered and in pages, newest first', async () => {
    await get('?at=0');
    await get('?at=1');
    await get('?at=2', people.supervisor);
    const read = (query: string, as: Person = people.auditor) =>
      mall.send('GET', `/api/v1/evidence-accesses?application=${id}${query}`, { as });
    const first = (await read('&limit=2')).body;
    expect(first.items.map((one: { selection: object }) => one.selection)).toEqual([
      { at: '2' },
      { at: '1' },
    ]);
    const rest = (await read(`&limit=2&after=${first.next}`)).body;
    expect(rest.items).toMatchObject([{ act: 'replayed', selection: { at: '0' } }]);
    expect((await read('&actor=supervisor-1')).body.items).toHaveLength(1);
    expect((await read('&act=looked-at')).body.items).toEqual([]);
    expect((await read('&to=2026-01-01T00:00:00Z')).body.items).toEqual([]);
    expect((await read('', people.supervisor)).status).toBe(403);
  });
});
