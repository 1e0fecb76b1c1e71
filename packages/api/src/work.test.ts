import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twoDesks } from './testing/desks.ts';
import { openMall, type Mall, type Person } from './testing/mall.ts';
import { act, atReception, people } from './testing/people.ts';
import { kioskPermit } from './testing/service.ts';

let mall: Mall;
beforeAll(async () => {
  mall = await openMall({ services: [kioskPermit, twoDesks] });
});
afterAll(() => mall.close());

type Item = {
  application: { id: string };
  assignee?: string;
  actions: { action: string; refusal?: { type: string; unmet?: { guard: string } } }[];
};

async function worklist(as: Person, query = ''): Promise<Item[]> {
  const { body } = await mall.send('GET', `/api/v1/worklist${query}`, { as });
  return body.items as Item[];
}

async function itemOf(id: string, as: Person): Promise<Item | undefined> {
  return (await worklist(as)).find(({ application }) => application.id === id);
}

/** Brings a file to where the head, or a verifier who did not verify it, decides. */
async function atDecision(): Promise<string> {
  const id = await atReception(mall);
  const accepted = await act(mall, id, people.counter, 'accept');
  const [{ document }] = accepted.body.facts.documents;
  await mall.send('POST', `/api/v1/applications/${id}/documents/${document}/verification`, {
    as: people.verifier,
    body: { result: 'verified' },
  });
  await act(mall, id, people.verifier, 'verify');
  await act(mall, id, people.inspector, 'recommend');
  return id;
}

describe('a worklist', () => {
  it('holds what waits for an officer, with what they can do', async () => {
    const id = await atReception(mall);
    const item = await itemOf(id, people.counter);
    expect(item?.actions.map(({ action }) => action)).toEqual(['accept', 'return']);
    expect(await itemOf(id, people.verifier)).toBeUndefined();
    expect(await itemOf(id, people.southern)).toBeUndefined();
  });

  it('keeps what only waits for something, and says for what', async () => {
    const id = await atReception(mall);
    await act(mall, id, people.counter, 'accept');
    const item = await itemOf(id, people.verifier);
    expect(item?.actions).toMatchObject([
      { action: 'verify', refusal: { unmet: { guard: 'requirements-verified' } } },
    ]);
  });

  it('leaves out what this officer may never take: four eyes', async () => {
    const id = await atDecision();
    const second = { ...people.verifier, sub: 'verifier-2' };
    expect(await itemOf(id, people.verifier)).toBeUndefined();
    expect((await itemOf(id, second))?.actions).toMatchObject([
      { action: 'approve', refusal: { unmet: { guard: 'fee-paid' } } },
    ]);
    const refused = await act(mall, id, people.verifier, 'approve');
    expect(refused.body).toMatchObject({ unmet: { guard: 'not-the-same-officer' } });
  });

  it('follows who takes a file into hand and lets it go', async () => {
    const id = await atReception(mall);
    const colleague = { ...people.counter, sub: 'counter-9' };
    const place = `/api/v1/applications/${id}/assignments/reception`;
    await mall.send('PUT', place, { as: people.counter, body: {} });
    expect((await itemOf(id, people.counter))?.assignee).toBe('counter-1');
    expect(await itemOf(id, colleague)).toBeUndefined();
    expect(await act(mall, id, colleague, 'accept')).toMatchObject({
      status: 409,
      body: { type: '/problems/assigned-to-another', officer: 'counter-1' },
    });
    const other = await mall.send('PUT', place, {
      as: people.counter,
      body: { officer: 'counter-9' },
    });
    expect(other.body).toMatchObject({ type: '/problems/role-required', roles: ['supervisor'] });

    await mall.send('PUT', place, { as: people.supervisor, body: { officer: 'counter-9' } });
    expect((await itemOf(id, colleague))?.assignee).toBe('counter-9');
    await mall.send('DELETE', place, { as: colleague });
    expect((await itemOf(id, people.counter))?.assignee).toBeUndefined();
    expect((await mall.send('DELETE', place, { as: colleague })).body.type).toBe(
      '/problems/not-assigned',
    );
  });

  it('leaves out what a colleague holds, at whichever desk it shows', async () => {
    const body = { service: twoDesks.id, office: 'north', data: {} };
    const { id } = (await mall.send('POST', '/api/v1/applications', { as: people.applicant, body }))
      .body;
    const [one, two] = ['reviewer-1', 'reviewer-2'].map((sub) => ({
      ...people.head,
      sub,
      roles: ['reviewer'],
    })) as [Person, Person];
    expect((await itemOf(id, two))?.actions.map(({ action }) => action)).toEqual(['look-over']);
    const place = `/api/v1/applications/${id}/assignments/open.first`;
    expect((await mall.send('PUT', place, { as: one, body: {} })).status).toBe(200);
    expect(await itemOf(id, one)).toBeDefined();
    expect(await itemOf(id, two)).toBeUndefined();
  });

  it('comes in pages', async () => {
    await Promise.all([atReception(mall), atReception(mall), atReception(mall)]);
    const all = (await worklist(people.counter)).map(({ application }) => application.id);
    const paged: string[] = [];
    let after = '';
    do {
      const query = `?limit=2${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
      const { body } = await mall.send('GET', `/api/v1/worklist${query}`, { as: people.counter });
      paged.push(...body.items.map(({ application }: Item) => application.id));
      after = body.next ?? '';
    } while (after !== '');
    expect(paged).toEqual(all);
  });
});

describe('figures', () => {
  it('show an application’s clocks and where it counts', async () => {
    const id = await atReception(mall);
    const clocks = await mall.send('GET', '/api/v1/clocks?status=running&limit=200', {
      as: people.supervisor,
    });
    const mine = clocks.body.items.filter((row: { application: string }) => row.application === id);
    expect(mine).toMatchObject([{ clock: 'service', unit: 'licensing', mode: 'running' }]);
    const counts = await mall.send('GET', '/api/v1/counts?office=north', { as: people.auditor });
    const states = counts.body.items.map(({ state }: { state: string }) => state);
    expect(states).toContain('reception');
  });
});

describe('services', () => {
  it('are listed, and told in full one by one', async () => {
    const list = await mall.send('GET', '/api/v1/services?kind=permit', { as: people.applicant });
    expect(list.body.items).toMatchObject([{ id: 'licensing.kiosk-permit', version: 1 }]);
    const one = await mall.send('GET', '/api/v1/services/licensing.kiosk-permit', {
      as: people.applicant,
    });
    expect(one.body.definition.form.businessName.required).toBe(true);
    expect(one.body.standard).toHaveLength(14);
    expect(one.body.standard).toContainEqual(
      expect.objectContaining({ component: 'complaints', from: 'missing', texts: [] }),
    );
    const none = await mall.send('GET', '/api/v1/services/licensing.nothing', {
      as: people.applicant,
    });
    expect(none).toMatchObject({ status: 404, body: { type: '/problems/service-not-found' } });
  });
});
