import { serviceDefinition } from '@satu-atap/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMall, type Mall, type Person } from './testing/mall.ts';
import { act, people } from './testing/people.ts';

const title = (id: string, en: string) => ({ id, en });

/** Decided at the counter: a licence with a number, and a receipt without one. */
const stallLicence = serviceDefinition.parse({
  id: 'licensing.stall-licence',
  kind: 'permit',
  title: title('Izin Lapak', 'Stall licence'),
  unit: 'licensing',
  standard: { time: { amount: 3, unit: 'working-days' } },
  outputs: {
    licence: {
      title: title('Surat Izin Lapak', 'Stall licence'),
      number: 'LAPAK {sequence:4}/{office}',
      validity: { amount: 2, unit: 'years' },
    },
    receipt: { title: title('Tanda terima', 'Receipt') },
  },
  workflow: {
    initial: 'reception',
    states: {
      reception: {
        on: {
          grant: {
            roles: ['front-officer'],
            issues: ['licence', 'receipt'],
            target: 'granted',
          },
        },
      },
      granted: { type: 'final', outcome: 'granted' },
    },
  },
});

let mall: Mall;
beforeAll(async () => {
  mall = await openMall({ services: [stallLicence] });
});
afterAll(() => mall.close());

const service = stallLicence.id;
async function granted(office: 'north' | 'south', applicant: Person, counter: Person) {
  const body = { service, office, data: {} };
  const submitted = await mall.send('POST', '/api/v1/applications', { as: applicant, body });
  const { id } = submitted.body as { id: string };
  return { id, answer: await act(mall, id, counter, 'grant') };
}

describe('a document that is issued', () => {
  test('is told by the answer, by the application and by its history, in two languages', async () => {
    const { id, answer } = await granted('north', people.applicant, people.counter);
    const [licence] = answer.body.issued;
    expect(answer.body.issued).toMatchObject([
      { output: 'licence', title: { en: 'Stall licence' }, number: 'LAPAK 0001/NORTH' },
      { output: 'receipt', title: { id: 'Tanda terima' } },
    ]);
    const issuedOn = Temporal.PlainDate.from(licence.issuedOn as string);
    expect(licence.validUntil).toBe(issuedOn.add({ years: 2 }).toString());
    const read = await mall.send('GET', `/api/v1/applications/${id}`, { as: people.applicant });
    expect(read.body.issued).toEqual(answer.body.issued);

    const history = await mall.send('GET', `/api/v1/applications/${id}/history`, {
      as: people.applicant,
    });
    const year = issuedOn.year + 2;
    expect(history.body.items.slice(1)).toMatchObject([
      { type: 'StepTaken', action: 'grant' },
      {
        type: 'OutputIssued',
        words: {
          id: expect.stringMatching(
            `^Diterbitkan: Surat Izin Lapak, nomor LAPAK 0001/NORTH, berlaku sampai \\d+ \\w+ ${year}\\.$`,
          ) as string,
          en: expect.stringMatching(
            `^Issued: Stall licence, number LAPAK 0001/NORTH, valid through \\d+ \\w+ ${year}\\.$`,
          ) as string,
        },
      },
      { type: 'OutputIssued', words: { id: 'Diterbitkan: Tanda terima.', en: 'Issued: Receipt.' } },
    ]);
  });

  test('is found by its number, however that is written, by those who may read its application', async () => {
    const { id, answer } = await granted('south', people.applicant, people.southern);
    expect(answer.body.issued[0].number).toBe('LAPAK 0001/SOUTH');
    const found = async (number: string, as: Person, more = '') => {
      const query = `number=${encodeURIComponent(number)}${more}`;
      const { body } = await mall.send('GET', `/api/v1/applications?${query}`, { as });
      return (body.items as { id: string }[]).map((one) => one.id);
    };
    expect(await found('LAPAK 0001/SOUTH', people.southern)).toEqual([id]);
    expect(await found('lapak0001/south', people.southern)).toEqual([id]);
    expect(await found('LAPAK 0001/SOUTH', people.applicant)).toEqual([id]);
    expect(await found('LAPAK 0001/SOUTH', people.stranger)).toEqual([]);
    expect(await found('LAPAK 0001/SOUTH', people.counter)).toEqual([]);
    expect(await found('LAPAK 0001', people.southern)).toEqual([]);
    expect(await found('LAPAK 0001/SOUTH', people.southern, '&ended=false')).toEqual([]);
  });
});
