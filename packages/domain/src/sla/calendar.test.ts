import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCalendar } from '../testing/sample-people.ts';
import { calendarDefinition } from './calendar-definition.ts';
import { compileCalendar } from './calendar.ts';
import type { Duration } from './duration.ts';

const zone = 'Asia/Jakarta';
const calendar = compileCalendar(sampleCalendar, zone);
/** Local time in Jakarta → epoch milliseconds. */
const at = (local: string) =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
const local = (instant: number) =>
  Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });
const due = (from: string, amount: number, unit: Duration['unit']) =>
  local(calendar.due(at(from), { amount, unit }));

describe('due dates', () => {
  it.each([
    // The day of receipt does not count.
    ['2026-03-02T09:00', 1, 'working-days', '2026-03-03T16:00'],
    ['2026-03-02T00:00', 1, 'working-days', '2026-03-03T16:00'],
    // Friday closes at 16:30.
    ['2026-03-05T15:59', 1, 'working-days', '2026-03-06T16:30'],
    // A weekend is skipped, also when the file comes in on one.
    ['2026-03-06T10:00', 1, 'working-days', '2026-03-09T16:00'],
    ['2026-03-07T10:00', 1, 'working-days', '2026-03-09T16:00'],
    // Nyepi on Thursday 19 March, joint leave on Friday, then a weekend.
    ['2026-03-18T10:00', 1, 'working-days', '2026-03-23T16:00'],
    // Over the end of the year; Christmas is a holiday.
    ['2026-12-24T10:00', 5, 'working-days', '2027-01-01T16:30'],
    ['2026-03-02T15:30', 60, 'working-minutes', '2026-03-03T08:00'],
    ['2026-03-02T11:30', 1, 'working-hours', '2026-03-02T13:30'],
    // Exactly a day's work ends as the day closes, not as the next one opens.
    ['2026-03-02T07:30', 450, 'working-minutes', '2026-03-02T16:00'],
    ['2026-03-02T15:30', 60, 'minutes', '2026-03-02T16:30'],
    ['2026-03-02T15:30', 24, 'hours', '2026-03-03T15:30'],
    ['2026-03-06T10:00', 3, 'calendar-days', '2026-03-10T00:00'],
  ] as const)('from %s, %i %s: %s', (from, amount, unit, expected) => {
    expect(due(from, amount, unit)).toBe(expected);
  });

  it('reach back before and far beyond the days laid out first', () => {
    expect(due('2010-03-01T09:00', 1, 'working-days')).toBe('2010-03-02T16:00');
    expect(due('2040-03-01T09:00', 1, 'working-days')).toBe('2040-03-02T16:30');
    expect(due('2026-03-02T09:00', 1, 'working-days')).toBe('2026-03-03T16:00');
  });

  it('are measured back over years that were not laid out yet', () => {
    const fresh = () => compileCalendar(sampleCalendar, zone);
    const [from, between, to] = [at('2010-03-01T00:00'), at('2019-07-01T00:00'), at('2026-03-02')];
    const asked = fresh();
    const first = asked.workingTime(between, to);
    const whole = asked.workingTime(from, to);
    expect(whole - first).toBe(fresh().workingTime(from, between));
    expect(fresh().workingTime(from, to)).toBe(whole);
    expect(fresh().workingTime(to, from)).toBe(-whole);
  });

  it('follow the office, not the machine: the same instant, another zone', () => {
    const jayapura = compileCalendar(sampleCalendar, 'Asia/Jayapura');
    // 16:30 in Jakarta on Monday is 18:30 in Jayapura; both are due on Tuesday at their own 16:00.
    const instant = at('2026-03-02T16:30');
    const [west, east] = [calendar, jayapura].map((one) =>
      one.due(instant, { amount: 1, unit: 'working-days' }),
    );
    expect((west ?? 0) - (east ?? 0)).toBe(2 * 60 * 60 * 1000);
  });
});

describe('days that are not as every week', () => {
  const ramadan = {
    title: 'Ramadan 1447',
    from: '2026-02-19',
    to: '2026-03-20',
    week: {
      thursday: [
        ['08:00', '12:00'],
        ['12:30', '15:00'],
      ] as [string, string][],
    },
  };
  const saturday = {
    date: '2026-02-28',
    name: 'Pelayanan Sabtu',
    hours: [['08:00', '12:00']] as [string, string][],
  };
  const special = { ...sampleCalendar, periods: [ramadan], openDays: [saturday] };

  it('have the hours of their period, unless they have hours of their own', () => {
    const one = compileCalendar(calendarDefinition.parse(special), zone);
    const hours = (from: string, to: string) => one.workingTime(at(from), at(to)) / 3_600_000;
    expect(hours('2026-02-18', '2026-02-19')).toBe(7.5);
    expect(hours('2026-02-19', '2026-02-20')).toBe(6.5);
    expect(hours('2026-02-20', '2026-02-26')).toBe(0);
    expect(hours('2026-02-28', '2026-03-01')).toBe(4);
    expect(local(one.due(at('2026-02-26T10:00'), { amount: 1, unit: 'working-days' }))).toBe(
      '2026-02-28T12:00',
    );
    // The holiday in Ramadan stays closed.
    expect(hours('2026-03-19', '2026-03-20')).toBe(0);
    expect(hours('2026-03-23', '2026-03-24')).toBe(7.5);
  });

  it.each([
    [{ periods: [ramadan, { ...ramadan, from: '2026-03-20', to: '2026-03-21' }] }, 'begin after'],
    [{ periods: [{ ...ramadan, to: '2026-02-18' }] }, 'must not lie before'],
    [{ openDays: [{ ...saturday, date: '2026-03-19' }] }, 'is named already, as "Hari Suci Nyepi"'],
    [{ openDays: [saturday, saturday] }, 'is named already, as "Pelayanan Sabtu"'],
  ])('must not contradict each other: %o', (change, message) => {
    const parsed = calendarDefinition.safeParse({ ...special, ...change });
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});

describe('working time', () => {
  const instant = fc.integer({ min: at('2025-01-01T00:00'), max: at('2028-01-01T00:00') });
  const amount = fc.integer({ min: 1, max: 500 * 60 * 60 * 1000 });

  it('adding and measuring are inverse', () => {
    fc.assert(
      fc.property(instant, amount, (from, time) => {
        expect(calendar.workingTime(from, calendar.addWorkingTime(from, time))).toBe(time);
      }),
    );
  });

  it('adds up over any split', () => {
    fc.assert(
      fc.property(instant, instant, instant, (a, b, c) => {
        expect(calendar.workingTime(a, b) + calendar.workingTime(b, c)).toBe(
          calendar.workingTime(a, c),
        );
      }),
    );
  });

  it('agrees with counting minute by minute', () => {
    const slowly = (from: number, to: number) => {
      let minutes = 0;
      for (let now = from; now < to; now += 60_000) {
        const moment = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
        const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
        const day = days[moment.dayOfWeek - 1];
        const date = moment.toPlainDate().toString();
        if (!day || sampleCalendar.holidays.some((holiday) => holiday.date === date)) continue;
        const time = moment.toPlainTime().toString({ smallestUnit: 'minute' });
        if (sampleCalendar.week[day]?.some(([open, close]) => open <= time && time < close))
          minutes += 1;
      }
      return minutes * 60_000;
    };
    const start = at('2026-03-12T00:00') / 60_000;
    const minute = fc.integer({ min: start, max: start + 14 * 24 * 60 });
    fc.assert(
      fc.property(minute, fc.integer({ min: 0, max: 3 * 24 * 60 }), (from, length) => {
        const [a, b] = [from * 60_000, (from + length) * 60_000];
        expect(calendar.workingTime(a, b)).toBe(slowly(a, b));
      }),
      { numRuns: 20 },
    );
  });
});

describe('a calendar', () => {
  it('needs hours, in order, that do not overlap', () => {
    const week = (monday: [string, string][]) =>
      calendarDefinition.safeParse({ id: 'x', title: 'x', holidays: [], week: { monday } }).success;
    expect(week([['07:30', '12:00']])).toBe(true);
    expect(week([])).toBe(false);
    expect(week([['12:00', '07:30']])).toBe(false);
    expect(
      week([
        ['07:30', '12:00'],
        ['11:00', '16:00'],
      ]),
    ).toBe(false);
  });

  it('that is all holidays is refused when time is counted, not looped over for ever', () => {
    const holidays = Array.from({ length: 366 * 80 }, (_, day) => ({
      date: Temporal.PlainDate.from('2019-01-01').add({ days: day }).toString(),
      name: 'libur',
    }));
    const closed = compileCalendar({ ...sampleCalendar, holidays }, zone);
    expect(() => closed.due(at('2026-03-02T09:00'), { amount: 1, unit: 'working-days' })).toThrow(
      RangeError,
    );
  });
});
