import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Duration } from '@satu-atap/domain';
import { clockOf, indonesia, type Way } from './testing/clock-answers.ts';
import {
  instantOf,
  localOf,
  minute,
  walkedDue,
  walkedMinutes,
  walkedOn,
  zones,
  type Zone,
} from './testing/walked-calendar.ts';

/**
 * Whole clocks, worked out by hand from the decrees, with start, pauses, extensions and due date: hours of
 * Perpres 21/2023 (Monday to Thursday 7:30–12:00 and 13:00–16:00, Friday 7:30–11:30 and 13:00–16:30; in
 * Ramadan 8:00–12:00 and 12:30–15:00, Friday 8:00–11:30 and 12:30–15:30), holidays of the joint
 * ministerial decrees for 2025 and 2026.
 */
const days = (amount: number): Duration => ({ amount, unit: 'working-days' });
const hours = (amount: number): Duration => ({ amount, unit: 'working-hours' });

const byHand: [why: string, way: Way, due: string][] = [
  [
    'ordinary days: due on Friday; 2 h from 14:00 on Tuesday are on top',
    { at: '2025-02-03T09:00', standard: days(4), away: [['2025-02-04T14:00', '2025-02-05T07:30']] },
    // 4, 5, 6, 7 February; closes 16:30; Monday 7:30 + 2 h.
    '2025-02-10T09:30',
  ],
  [
    'a pause over a break counts 11:00–11:30 and 13:00–13:15 of a Friday',
    { at: '2026-07-09T10:00', standard: days(1), away: [['2026-07-10T11:00', '2026-07-10T13:15']] },
    // Friday the 10th at 16:30, and 45 minutes of Monday.
    '2026-07-13T08:15',
  ],
  [
    'a pause on a weekend moves nothing',
    { at: '2026-07-09T10:00', standard: days(3), away: [['2026-07-10T16:30', '2026-07-13T07:30']] },
    '2026-07-14T16:00',
  ],
  [
    'a pause over Idul Fitri 1446 (28 March to 7 April 2025) covers the days beside it',
    {
      at: '2025-03-24T10:00',
      standard: days(5),
      // In Ramadan: Wednesday from 13:00 2 h, Thursday 6.5 h; after it Tuesday until 9:00 1.5 h.
      away: [['2025-03-26T13:00', '2025-04-08T09:00']],
    },
    // 25, 26, 27 March, 8 and 9 April 16:00; 10 h on: Thursday 7.5, Friday 2.5 from 7:30.
    '2025-04-11T10:00',
  ],
  [
    'Ramadan hours begin on 19 February 2026, in the middle of a promise in hours',
    { at: '2026-02-18T15:00', standard: hours(8) },
    // Wednesday until 16:00 1 h; Thursday the 19th 6.5 h; Friday the 20th from 8:00 0.5 h.
    '2026-02-20T08:30',
  ],
  [
    'an extension in working days counts on from the promise, across a holiday',
    {
      at: '2025-08-13T10:00',
      standard: days(2),
      more: [['2025-08-15T08:00', days(2)]],
    },
    // 14, 15 August; Monday the 18th is joint leave; 19 and 20.
    '2025-08-20T16:00',
  ],
  [
    'an extension and a pause: the pause is on top of both',
    {
      at: '2026-05-25T09:00',
      standard: days(1),
      more: [['2026-05-26T09:00', days(1)]],
      away: [['2026-05-26T10:00', '2026-05-26T11:00']],
    },
    // 26 May; 27 Idul Adha and 28 joint leave; Friday 29 at 16:30; 1 June Pancasila; Tuesday 7:30 + 1 h.
    '2026-06-02T08:30',
  ],
  [
    'the end of a year: two pauses, the second beginning after the first due date',
    {
      at: '2025-12-22T10:00',
      standard: days(3),
      // Tuesday 1 h; Wednesday the 31st from 9:00 to Friday 2 January 8:30: 6 h and 1 h.
      away: [
        ['2025-12-23T09:00', '2025-12-23T10:00'],
        ['2025-12-31T09:00', '2026-01-02T08:30'],
      ],
    },
    // 23, 24, 29 (25 Christmas, 26 joint leave); 16:00 + 1 h = Tuesday the 30th 8:30, before the second.
    '2025-12-30T08:30',
  ],
  [
    'the end of February in calendar days, which pause by the wall clock',
    {
      at: '2026-02-20T23:59',
      standard: { amount: 14, unit: 'calendar-days' },
      away: [['2026-02-28T12:00', '2026-03-01T12:00']],
    },
    // 21 February to 6 March, over at midnight; 24 h more.
    '2026-03-08T00:00',
  ],
  [
    'an extension of another kind runs from the due date',
    {
      at: '2026-07-09T10:00',
      standard: days(1),
      more: [['2026-07-10T09:00', { amount: 36, unit: 'hours' }]],
    },
    // Friday 16:30 and 36 h, weekend or not.
    '2026-07-12T04:30',
  ],
];

describe.each(Object.keys(zones) as Zone[])('in %s, a clock', (zone) => {
  test.each(byHand)('%s', (_, way, due) => {
    const { clock, explanation } = clockOf(way, zone);
    expect(localOf(clock.dueAt ?? 0, zone)).toBe(due);
    expect(explanation.dueAt).toBe(new Date(clock.dueAt ?? 0).toISOString());
  });
});

test('any clock is due when a walk through every minute says', () => {
  const zone = 'Asia/Makassar';
  const gap = fc.integer({ min: 1, max: 5 * 24 * 60 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 600 * 24 * 60 }),
      fc.oneof(
        fc.integer({ min: 1, max: 8 }).map(days),
        fc.integer({ min: 1, max: 50 }).map(hours),
      ),
      fc.integer({ min: 0, max: 3 }),
      fc.array(fc.tuple(gap, gap), { maxLength: 3 }),
      (begins, standard, more, pauses) => {
        const start = instantOf('2025-01-01T00:00', zone) + begins * minute;
        const total = { ...standard, amount: standard.amount + more };
        let due = walkedDue(indonesia, zone, start, total);
        let now = start;
        const away = pauses.map(([work, stand]): [string, string] => {
          const from = now + work * minute;
          const to = from + stand * minute;
          const covered = from < due ? walkedMinutes(indonesia, zone, from, to) : 0;
          if (covered > 0) due = walkedOn(indonesia, zone, due, covered);
          now = to;
          return [localOf(from, zone), localOf(to, zone)];
        });
        const at = localOf(start, zone);
        const extensions: Way['more'] =
          more > 0 ? [[at, { amount: more, unit: standard.unit }]] : [];
        const { clock } = clockOf({ at, standard, away, more: extensions }, zone);
        expect(localOf(clock.dueAt ?? 0, zone)).toBe(localOf(due, zone));
      },
    ),
    { numRuns: 30 },
  );
});

test('nothing depends on the time zone of the machine', { timeout: 60_000 }, async () => {
  const script = join(import.meta.dirname, 'testing/print-clock-answers.ts');
  const machines = ['UTC', 'Pacific/Auckland', 'America/St_Johns'];
  const printed = await Promise.all(
    machines.map(async (TZ) => {
      const env = { ...process.env, TZ };
      const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
      return JSON.parse(stdout) as { here: string; answers: unknown[] };
    }),
  );
  const [utc, auckland, newfoundland] = printed;
  expect(printed.map(({ here }) => here)).toEqual(machines);
  expect(utc?.answers).toHaveLength(18);
  expect(auckland?.answers).toEqual(utc?.answers);
  expect(newfoundland?.answers).toEqual(utc?.answers);
});
