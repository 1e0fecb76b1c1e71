import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mall, Person } from './testing/mall.ts';
import { act, people, submit } from './testing/people.ts';
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

const get = async (place: string, as: Person = people.applicant, language = 'en') =>
  mall.send('GET', `/api/v1/applications/${id}/clocks${place}`, {
    as,
    headers: { 'Accept-Language': language },
  });

describe('the clocks of an application', () => {
  it('are there for the applicant and the office, with what moved them', async () => {
    const { status, body } = await get('');
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      {
        clock: 'service',
        subject: { kind: 'service', title: { en: 'Kiosk permit' } },
        mode: 'running',
        standard: { amount: 3, unit: 'working-days' },
        startedAt: '2026-03-02T02:00:00.000Z',
        // Thursday at closing time, 16:00, and two hours of work on Friday.
        dueAt: '2026-03-06T03:00:00.000Z',
        pauses: [{ from: '2026-03-03T03:00:00.000Z', to: '2026-03-03T05:00:00.000Z' }],
        stoodStill: { count: 1, minutes: 120, shortlyBeforeDue: 0 },
        extensions: [],
        calendar: { id: 'week', version: 1 },
        marks: {},
        changes: [
          {
            was: '2026-03-05T09:00:00.000Z',
            now: '2026-03-06T03:00:00.000Z',
            because: { kind: 'stood-still' },
          },
        ],
      },
    ]);
    expect((await get('', people.supervisor)).body).toEqual(body);
  });

  it('are explained in the language of the reader', async () => {
    const english = await get('/service');
    expect(english.body.inWords).toEqual([
      'A promise of 3 working days, counted from Monday, 2 March 2026 at 09:00.',
      'Tuesday, 3 March 2026: day 1 of 3.',
      'Wednesday, 4 March 2026: day 2 of 3.',
      'Thursday, 5 March 2026: day 3 of 3.',
      'Due at first Thursday, 5 March 2026 at 16:00.',
      'Stood still Tuesday, 3 March 2026 at 10:00 to Tuesday, 3 March 2026 at 12:00: ' +
        '2 h of working time, which moves the due date to Friday, 6 March 2026 at 10:00.',
      'Due Friday, 6 March 2026 at 10:00.',
      'Counted by version 1 of the calendar week, in the time zone Asia/Jakarta.',
      'Was due Thursday, 5 March 2026 at 16:00, now due Friday, 6 March 2026 at 10:00, because ' +
        'it stood still Tuesday, 3 March 2026 at 10:00 to Tuesday, 3 March 2026 at 12:00.',
    ]);
    const indonesian = await get('/service', people.applicant, 'id');
    expect(indonesian.body.inWords.at(-3)).toBe('Jatuh tempo Jumat, 6 Maret 2026 pukul 10.00.');
    expect(indonesian.body.lines).toEqual(english.body.lines);
  });

  it('name nobody', async () => {
    const { text } = await get('/service');
    expect(text).not.toContain('counter-1');
    expect(text).not.toContain('legible');
  });

  it('are hidden from those who may not read the application', async () => {
    expect((await get('', people.stranger)).body).toMatchObject({
      type: '/problems/application-not-found',
    });
    expect((await get('/service', people.southern)).body).toMatchObject({
      type: '/problems/other-office',
    });
  });

  it('are asked for by name', async () => {
    const { status, body } = await get('/state%3Areception%231');
    expect(status).toBe(404);
    expect(body).toMatchObject({ type: '/problems/clock-not-found' });
  });
});

describe('where an application is', () => {
  const standing = async () => {
    const place = `/api/v1/applications/${id}`;
    return (await mall.send('GET', place, { as: people.applicant })).body.standing;
  };

  it('is said with the date by which it is expected', async () => {
    expect(await standing()).toEqual({
      places: [
        { state: 'reception', title: { id: 'reception', en: 'reception' }, unit: 'licensing' },
      ],
      expectedAt: '2026-03-06T03:00:00.000Z',
      text: {
        id: 'Permohonan ada di: reception. Perkiraan selesai paling lambat Jumat, 6 Maret 2026 pukul 10.00.',
        en: 'The application is at: reception. It is expected to be done by Friday, 6 March 2026 at 10:00.',
      },
    });
  });

  it('is said with why the clock stands still, and at the end without a date', async () => {
    house.at('2026-03-04T10:00');
    await act(mall, id, people.counter, 'return', { comment: 'Still not legible.' });
    const still = await standing();
    expect(still.expectedAt).toBeUndefined();
    expect(still.text.en).toBe(
      'The application is at: preparing. The promised time stands still since Wednesday, 4 March ' +
        '2026 at 10:00, because the applicant has the file; the expected date moves until it runs on.',
    );
    house.at('2026-03-05T10:00');
    await act(mall, id, people.applicant, 'withdraw');
    expect((await standing()).text).toEqual({
      id: 'Selesai Kamis, 5 Maret 2026 pukul 10.00.',
      en: 'Ended Thursday, 5 March 2026 at 10:00.',
    });
  });

  it('is said before the promised time has begun', async () => {
    id = (await submit(mall)).body.id;
    expect((await standing()).text.en).toBe(
      'The application is at: preparing. The promised time has not begun to count.',
    );
  });
});

describe('suspensions', () => {
  const list = async (query = '', as: Person = people.supervisor) =>
    mall.send('GET', `/api/v1/suspensions${query}`, { as });

  it('are listed for supervisors, those shortly before the due date first', async () => {
    // Sent back once more with an hour and a half to go, of three days.
    house.at('2026-03-06T08:30');
    await act(mall, id, people.counter, 'return', { comment: 'Once more.' });
    const { body } = await list();
    expect(body.items[0]).toEqual({
      application: id,
      office: 'north',
      unit: 'licensing',
      service: 'licensing.kiosk-permit',
      times: 2,
      minutes: 120,
      shortlyBeforeDue: 1,
      lastAt: '2026-03-06T01:30:00.000Z',
      standing: true,
      ended: false,
    });
    expect(body.items.length).toBeGreaterThan(1);
    expect((await list('?shortlyBeforeDue=true')).body.items).toHaveLength(1);
    const ended = (await list('?ended=true')).body.items as { ended: boolean }[];
    expect(ended.every((one) => one.ended)).toBe(true);
  });

  it('come page by page', async () => {
    const first = (await list('?limit=1')).body;
    const second = (await list(`?limit=1&after=${first.next}`)).body;
    expect(second.items[0].application).not.toBe(first.items[0].application);
  });

  it('are nobody else’s business', async () => {
    expect((await list('', people.counter)).body.type).toBe('/problems/role-required');
    expect((await list('?office=south')).body.type).toBe('/problems/other-office');
  });
});
