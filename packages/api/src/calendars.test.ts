import { compileOffices, calendarDigest, type CalendarDefinition } from '@satu-atap/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openMall, type Mall } from './testing/mall.ts';
import { people } from './testing/people.ts';

const open: [string, string][] = [['08:00', '16:00']];
const week = { monday: open, tuesday: open, wednesday: open, thursday: open, friday: open };
const first: CalendarDefinition = { id: 'week', title: 'Week', week, holidays: [] };
const second: CalendarDefinition = {
  ...first,
  holidays: [{ date: '2026-03-09', name: 'Cuti bersama' }],
};
const counter: CalendarDefinition = { ...first, id: 'counter', title: 'Counter' };
const published = (version: number, definition: CalendarDefinition, at: string) => {
  const { id } = definition;
  return {
    id,
    version,
    digest: calendarDigest(definition),
    publishedAt: Date.parse(at),
    definition,
  };
};

let mall: Mall;
beforeAll(async () => {
  const offices = compileOffices(
    ['north', 'south'].map((id) => ({
      id,
      title: { id, en: id },
      timeZone: 'Asia/Jakarta' as const,
      calendar: 'week',
      ...(id === 'south' ? { unitCalendars: { licensing: 'counter' } } : {}),
    })),
    new Map([
      [
        'week',
        [published(1, first, '2026-01-01T00:00:00Z'), published(2, second, '2026-03-06T01:00:00Z')],
      ],
      ['counter', [published(1, counter, '2026-01-01T00:00:00Z')]],
    ]),
  );
  mall = await openMall({ offices });
});
afterAll(() => mall.close());

it('lists the calendars that offices and units work by, with what each version changed', async () => {
  const { body } = await mall.send('GET', '/api/v1/calendars', { as: people.applicant });
  expect(body.items).toMatchObject([
    {
      calendar: 'week',
      title: 'Week',
      offices: ['north', 'south'],
      versions: [
        { version: 1, knownSince: '2026-01-01T00:00:00.000Z', differences: [] },
        {
          version: 2,
          digest: calendarDigest(second),
          knownSince: '2026-03-06T01:00:00.000Z',
          differences: [
            {
              id: 'Senin, 9 Maret 2026: tutup: Cuti bersama',
              en: 'Monday, 9 March 2026: closed: Cuti bersama',
            },
          ],
        },
      ],
    },
    { calendar: 'counter', offices: ['south'], versions: [{ version: 1 }] },
  ]);
});
