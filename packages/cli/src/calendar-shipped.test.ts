import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCalendar, type Duration } from '@satu-atap/domain';
import { readCalendars } from './definition-file.ts';
import {
  instantOf,
  localOf,
  minute,
  walkedDue,
  walkedMinutes,
  zones,
  type Zone,
} from './testing/walked-calendar.ts';

/**
 * Due dates worked out by hand from the decrees (Perpres 21/2023 for the hours, the joint ministerial
 * decrees for 2025 and 2026), and a second computation that shares nothing with the engine's.
 */
const folder = join(import.meta.dirname, '../../../calendars');
const [shipped] = (await readCalendars(folder)).found.map(({ definition }) => definition);
if (!shipped) throw new Error('no calendar is shipped');
const indonesia = shipped;

describe.each(Object.keys(zones) as Zone[])('in %s, what is received', (zone) => {
  const calendar = compileCalendar(indonesia, zone);

  test.each([
    // An ordinary week: the day of receipt does not count.
    ['2025-02-07T10:00', 5, 'working-days', '2025-02-14T16:30'],
    // Isra Mikraj on Monday 27 January, joint leave on Tuesday, Imlek on Wednesday.
    ['2025-01-24T15:00', 1, 'working-days', '2025-01-30T16:00'],
    // In Ramadan the break is half an hour; on a Friday it is an hour.
    ['2025-03-03T10:00', 3, 'working-hours', '2025-03-03T13:30'],
    ['2026-02-27T11:00', 2, 'working-hours', '2026-02-27T14:00'],
    // Five minutes before an office in Ramadan closes.
    ['2026-02-26T14:55', 15, 'working-minutes', '2026-02-27T08:10'],
    // The last minutes of February, the first of Ramadan 1446, with a weekend between.
    ['2025-02-28T16:00', 60, 'working-minutes', '2025-03-03T08:30'],
    // Idul Fitri 1446: joint leave for Nyepi on 28 March, Nyepi on Saturday, then 31 March to 7 April.
    ['2025-03-27T09:00', 1, 'working-days', '2025-04-08T16:00'],
    // Idul Fitri 1447 with Nyepi before it: 18 to 24 March, with its weekend.
    ['2026-03-17T09:00', 1, 'working-days', '2026-03-25T16:00'],
    // The break on a Friday: from 11:30 to 13:00.
    ['2026-07-10T11:00', 60, 'working-minutes', '2026-07-10T13:30'],
    // 18 August 2025, a Monday: joint leave, decreed on 7 August.
    ['2025-08-15T09:00', 1, 'working-days', '2025-08-19T16:00'],
    // Christmas and the end of a year.
    ['2025-12-24T09:00', 3, 'working-days', '2025-12-31T16:00'],
    ['2025-12-24T09:00', 4, 'working-days', '2026-01-02T16:30'],
    // Waisak 2026 lies on a Sunday and takes no day; Pancasila Day on Monday does.
    ['2026-05-29T16:29', 1, 'working-days', '2026-06-02T16:00'],
    // Received on a holiday, and on a Saturday: the next working day is the first.
    ['2026-05-01T09:00', 1, 'working-days', '2026-05-04T16:00'],
    ['2026-02-28T09:00', 1, 'working-days', '2026-03-02T15:00'],
    // Days and hours of the calendar know no holidays.
    ['2026-03-17T09:00', 14, 'calendar-days', '2026-04-01T00:00'],
    ['2025-01-31T12:00', 28, 'calendar-days', '2025-03-01T00:00'],
    ['2026-03-17T09:00', 48, 'hours', '2026-03-19T09:00'],
    ['2026-12-31T23:50', 15, 'minutes', '2027-01-01T00:05'],
  ] as const)('at %s, promised in %i %s, is due at %s', (from, amount, unit, expected) => {
    const due = calendar.due(instantOf(from, zone), { amount, unit });
    expect(localOf(due, zone)).toBe(expected);
  });

  test('is counted as a walk through every minute counts it', () => {
    const units = ['working-days', 'working-hours', 'working-minutes', 'calendar-days'] as const;
    const receipt = fc
      .integer({
        min: instantOf('2024-01-01T00:00', zone) / minute,
        max: instantOf('2026-11-30T00:00', zone) / minute,
      })
      .map((minutes) => minutes * minute);
    const promise = fc.constantFrom(...units).chain((unit): fc.Arbitrary<Duration> => {
      const most = unit === 'working-minutes' ? 3000 : unit === 'working-hours' ? 60 : 12;
      return fc.integer({ min: 1, max: most }).map((amount) => ({ amount, unit }));
    });
    fc.assert(
      fc.property(receipt, promise, (from, duration) => {
        const walked = walkedDue(indonesia, zone, from, duration);
        expect(localOf(calendar.due(from, duration), zone)).toBe(localOf(walked, zone));
        expect(calendar.workingTime(from, walked)).toBe(
          walkedMinutes(indonesia, zone, from, walked) * minute,
        );
      }),
      { numRuns: 40 },
    );
  });
});
