import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deskActions, twoDesks } from './testing/desks.ts';
import { openMall, type Mall, type Person } from './testing/mall.ts';
import { act, people } from './testing/people.ts';
import { kioskPermit } from './testing/service.ts';

let mall: Mall;
let id: string;
let runs = 0;
beforeAll(async () => {
  mall = await openMall({ services: [twoDesks, kioskPermit] });
  const submitted = await mall.send('POST', '/api/v1/applications', {
    as: people.applicant,
    body: { service: twoDesks.id, office: 'north', data: {} },
  });
  ({ id } = submitted.body);
});
afterAll(() => mall.close());

const roles = ['applicant', 'front-officer', 'verifier', 'inspector', 'supervisor', 'auditor'];
const anybody: fc.Arbitrary<Person> = fc.record(
  {
    sub: fc.constantFrom('applicant-1', 'somebody-else'),
    name: fc.constant('Somebody'),
    roles: fc.subarray(roles),
    unit: fc.constantFrom('licensing', 'public-works'),
    office: fc.constantFrom('north', 'south'),
  },
  { requiredKeys: ['sub', 'name', 'roles'] },
);
const actions = Object.keys(deskActions) as (keyof typeof deskActions)[];
const anyAction = fc.constantFrom(...actions);

/** A failure prints its seed; to run it again: FC_SEED=… */
const settings = {
  numRuns: 250,
  seed: Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31),
} satisfies fc.Parameters;

function mayRead(who: Person): boolean {
  const own = who.roles.includes('applicant') && who.sub === 'applicant-1';
  const officer = who.roles.some((role) => role !== 'applicant');
  const everywhere = who.roles.includes('supervisor') || who.roles.includes('auditor');
  return own || (officer && (who.office === undefined ? everywhere : who.office === 'north'));
}

function mayAct(who: Person, action: keyof typeof deskActions): boolean {
  const { unit, roles: allowed } = deskActions[action];
  return allowed.some((role) => {
    if (!who.roles.includes(role)) return false;
    if (role === 'applicant') return who.sub === 'applicant-1';
    return who.office === 'north' && who.unit === unit;
  });
}

describe('whoever asks', () => {
  it('takes an action exactly when the definition names a role of theirs, in its unit and office', async () => {
    await fc.assert(
      fc.asyncProperty(anybody, anyAction, async (who, action) => {
        const { status, body } = await act(mall, id, who, action);
        runs += 1;
        const seen = { done: status === 200, refused: [403, 404].includes(status) };
        expect(seen).toEqual({ done: mayAct(who, action), refused: !mayAct(who, action) });
        expect('facts' in body).toBe(mayAct(who, action));
      }),
      settings,
    );
    expect(runs).toBeGreaterThanOrEqual(settings.numRuns);
  });

  it('is offered exactly the actions that they may take', async () => {
    await fc.assert(
      fc.asyncProperty(anybody, async (who) => {
        const { status, body } = await mall.send('GET', `/api/v1/applications/${id}`, { as: who });
        expect([status === 200, [403, 404].includes(status)]).toEqual([
          mayRead(who),
          !mayRead(who),
        ]);
        const offered: { action: string }[] = body.actions ?? [];
        expect(new Set(offered.map(({ action }) => action))).toEqual(
          new Set(mayRead(who) ? actions.filter((action) => mayAct(who, action)) : []),
        );
      }),
      settings,
    );
  });

  it('finds an application in a list exactly when they may read it', async () => {
    await fc.assert(
      fc.asyncProperty(anybody, async (who) => {
        const mine = who.roles.includes('applicant') ? `&applicant=${who.sub}` : '';
        const own = await mall.send('GET', `/api/v1/applications?limit=200${mine}`, { as: who });
        const all = await mall.send('GET', `/api/v1/applications?limit=200`, { as: who });
        const found = [own, all].some(({ body }) =>
          body.items?.some((row: { id: string }) => row.id === id),
        );
        expect(found).toBe(mayRead(who));
      }),
      { ...settings, numRuns: 100 },
    );
  });
});

const list = (as: Person, query = '') => mall.send('GET', `/api/v1/applications${query}`, { as });
const statusOf = async (path: string, as: Person) =>
  (await mall.send('GET', `/api/v1/${path}`, { as })).status;

describe('lists', () => {
  it('of other applicants or offices are refused, not silently emptied', async () => {
    expect(await list(people.applicant, '?applicant=applicant-2')).toMatchObject({
      status: 403,
      body: { type: '/problems/not-your-application' },
    });
    expect(await list(people.counter, '?office=south')).toMatchObject({
      status: 403,
      body: { type: '/problems/other-office' },
    });
    expect((await list(people.auditor, '?office=south')).body).toEqual({ items: [] });
  });

  it('need a role, and an officer’s office', async () => {
    expect(await list({ ...people.applicant, roles: [] })).toMatchObject({
      status: 403,
      body: { type: '/problems/role-required' },
    });
    const { office: _, ...homeless } = people.counter;
    expect(await list(homeless)).toMatchObject({
      status: 403,
      body: { type: '/problems/office-required' },
    });
  });

  it('of clocks and worklists are not for applicants, figures for supervisors and auditors', async () => {
    expect(await statusOf('clocks', people.applicant)).toBe(403);
    expect(await statusOf('worklist', people.applicant)).toBe(403);
    expect(await statusOf('counts', people.counter)).toBe(403);
    expect(await statusOf('clocks', people.counter)).toBe(200);
    expect(await statusOf('counts', people.supervisor)).toBe(200);
    expect(await statusOf('counts', people.auditor)).toBe(200);
  });
});
