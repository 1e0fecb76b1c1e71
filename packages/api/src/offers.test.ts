import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMall, twoOffices, type Mall } from './testing/mall.ts';
import { people, submission } from './testing/people.ts';
import { problem } from './testing/problem.ts';
import { kioskPermit } from './testing/service.ts';

const elsewhere = { ...kioskPermit, id: 'public-works.digging-permit', unit: 'public-works' };

let mall: Mall;
beforeAll(async () => {
  const offices = twoOffices({ units: ['public-works'] });
  mall = await openMall({ offices, services: [kioskPermit, elsewhere] });
});
afterAll(() => mall.close());

const as = people.applicant;
const apply = (office: string, service = kioskPermit.id) =>
  mall.send('POST', '/api/v1/applications', { as, body: { ...submission, office, service } });
const listed = async (query = '') => {
  const { body } = await mall.send('GET', `/api/v1/services${query}`, { as });
  return (body.items as { id: string }[]).map(({ id }) => id);
};

it('an application for what the office does not offer is refused with the offices that do', async () => {
  expect(await apply('south')).toMatchObject(
    problem(422, 'service-not-offered', {
      service: kioskPermit.id,
      office: 'south',
      offices: ['north'],
    }),
  );
  expect(await apply('north')).toMatchObject({ status: 201 });
  expect(await apply('south', elsewhere.id)).toMatchObject({ status: 201 });
});

it('the services of one office are those that it offers', async () => {
  expect(await listed()).toEqual([kioskPermit.id, elsewhere.id]);
  expect(await listed('?office=north')).toEqual([kioskPermit.id, elsewhere.id]);
  expect(await listed('?office=south')).toEqual([elsewhere.id]);
  expect(await mall.send('GET', '/api/v1/services?office=atlantis', { as })).toMatchObject(
    problem(422, 'unknown-office', { office: 'atlantis' }),
  );
});

it('a service says where it can be applied for, an office what it offers', async () => {
  const { body } = await mall.send('GET', `/api/v1/services/${kioskPermit.id}`, { as });
  expect(body).toMatchObject({ offices: ['north'] });
  const offices = await mall.send('GET', '/api/v1/offices', { as });
  expect(offices.body.items).toMatchObject([
    { id: 'north', timeZone: 'Asia/Jakarta' },
    { id: 'south', offers: { units: ['public-works'] } },
  ]);
});
