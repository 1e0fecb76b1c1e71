import { describe, expect, it } from 'vitest';
import { sampleCalendar } from '../testing/sample-people.ts';
import type { Clock } from './clocks.ts';
import type { Duration } from './duration.ts';
import { explainClock } from './explanation.ts';
import { onlyCalendar } from './office-calendars.ts';

const calendar = onlyCalendar(sampleCalendar, 'Asia/Jakarta').of('dpmptsp');
const at = (local: string) =>
  Temporal.PlainDateTime.from(local).toZonedDateTime('Asia/Jakarta').epochMilliseconds;

function clock(
  from: string,
  amount: number,
  unit: Duration['unit'],
  pauses: [string, string?][] = [],
  ended?: string,
): Clock {
  return {
    id: 'service',
    unit: 'dpmptsp',
    standard: { amount, unit },
    mode: pauses.some(([, until]) => until === undefined) ? 'paused' : 'running',
    startedAt: at(from),
    pauses: pauses.map(([since, until]) => ({
      from: at(since),
      ...(until === undefined ? {} : { to: at(until) }),
    })),
    ...(ended === undefined ? {} : { endedAt: at(ended) }),
    calendar: calendar.reference,
  };
}
const english = (one: Clock) => explainClock(one, calendar).lines.map(({ text }) => text.en);

describe('the explanation of a due date', () => {
  it('numbers the days that counted and names those that did not, and what each pause moved', () => {
    const lines = english(
      clock('2026-03-17T10:00', 3, 'working-days', [['2026-03-18T09:00', '2026-03-18T11:00']]),
    );
    expect(lines).toEqual([
      'A promise of 3 working days, counted from Tuesday, 17 March 2026 at 10:00.',
      'Wednesday, 18 March 2026: day 1 of 3.',
      'Thursday, 19 March 2026: Hari Suci Nyepi, not counted.',
      'Friday, 20 March 2026: Cuti bersama Idul Fitri, not counted.',
      'Saturday, 21 March 2026 – Sunday, 22 March 2026: no working day, not counted.',
      'Monday, 23 March 2026: day 2 of 3.',
      'Tuesday, 24 March 2026: day 3 of 3.',
      'Due at first Tuesday, 24 March 2026 at 16:00.',
      'Stood still Wednesday, 18 March 2026 at 09:00 to Wednesday, 18 March 2026 at 11:00: ' +
        '2 h of working time, which moves the due date to Wednesday, 25 March 2026 at 09:30.',
      'Due Wednesday, 25 March 2026 at 09:30.',
    ]);
  });

  it('is in Indonesian as well', () => {
    const { lines } = explainClock(clock('2026-03-02T10:00', 1, 'working-days'), calendar);
    expect(lines.map(({ text }) => text.id)).toEqual([
      'Janji 1 hari kerja, mulai dihitung Senin, 2 Maret 2026 pukul 10.00.',
      'Selasa, 3 Maret 2026: hari ke-1 dari 1.',
      'Jatuh tempo semula Selasa, 3 Maret 2026 pukul 16.00.',
      'Jatuh tempo Selasa, 3 Maret 2026 pukul 16.00.',
    ]);
  });

  it('counts hours day by day where the promise is in working hours', () => {
    expect(english(clock('2026-03-06T15:30', 2, 'working-hours')).slice(1, -2)).toEqual([
      'Friday, 6 March 2026: 1 h of working time.',
      'Saturday, 7 March 2026 – Sunday, 8 March 2026: no working day, not counted.',
      'Monday, 9 March 2026: 1 h of working time.',
    ]);
  });

  it('has no due date while the applicant has the file, and says so', () => {
    const explained = explainClock(
      clock('2026-03-02T10:00', 5, 'working-days', [['2026-03-03T09:00']]),
      calendar,
    );
    expect(explained.dueAt).toBeUndefined();
    expect(explained.lines.at(-1)?.text.en).toContain('the due date moves while the applicant');
  });

  it('says of an ended clock whether it was in time', () => {
    const late = clock('2026-03-02T10:00', 1, 'working-days', [], '2026-03-03T16:01');
    expect(english(late).at(-1)).toBe('Ended Tuesday, 3 March 2026 at 16:01, late.');
  });

  it('counts pauses that begin shortly before the due date', () => {
    const { pauses } = explainClock(
      clock('2026-03-02T07:30', 10, 'working-days', [
        ['2026-03-04T09:00', '2026-03-04T10:30'],
        ['2026-03-16T15:00', '2026-03-17T08:00'],
      ]),
      calendar,
    );
    expect(pauses).toEqual({ count: 2, minutes: 180, shortlyBeforeDue: 1 });
  });

  it('suspects no pause of a file that is late already', () => {
    const late = clock('2026-03-02T07:30', 1, 'working-days', [
      ['2026-03-03T16:00', '2026-03-04T08:30'],
      ['2026-03-05T09:00', '2026-03-05T10:00'],
    ]);
    expect(explainClock(late, calendar).pauses).toEqual({
      count: 2,
      minutes: 120,
      shortlyBeforeDue: 0,
    });
  });

  it('tells an extension in the kind of time of the promise, and numbers its days on', () => {
    const extended = {
      ...clock('2026-03-02T10:00', 1, 'working-days'),
      extensions: [
        {
          at: at('2026-03-03T09:00'),
          by: { amount: 1, unit: 'working-days' as const },
          legalGround: { id: 'Pasal 4', en: 'Article 4' },
        },
      ],
    };
    expect(english(extended)).toEqual([
      'A promise of 1 working day, counted from Monday, 2 March 2026 at 10:00.',
      'Extended by 1 working day on Tuesday, 3 March 2026 at 09:00 (Article 4), to 2 working days in all.',
      'Tuesday, 3 March 2026: day 1 of 2.',
      'Wednesday, 4 March 2026: day 2 of 2.',
      'Due at first Wednesday, 4 March 2026 at 16:00.',
      'Due Wednesday, 4 March 2026 at 16:00.',
    ]);
  });

  it('counts an extension of another kind from the due date on', () => {
    const extended = {
      ...clock('2026-03-05T10:00', 1, 'working-days'),
      extensions: [
        { at: at('2026-03-06T09:00'), by: { amount: 2, unit: 'calendar-days' as const } },
      ],
    };
    expect(english(extended).slice(1)).toEqual([
      'Friday, 6 March 2026: day 1 of 1.',
      'Due at first Friday, 6 March 2026 at 16:30.',
      'Extended by 2 calendar days on Friday, 6 March 2026 at 09:00, counted from that due date.',
      'Saturday, 7 March 2026: day 1 of 2.',
      'Sunday, 8 March 2026: day 2 of 2.',
      'Due with it Monday, 9 March 2026 at 00:00.',
      'Due Monday, 9 March 2026 at 00:00.',
    ]);
  });

  it('counts hours of the wall clock day and night, the whole days between in one line', () => {
    expect(english(clock('2026-03-05T22:00', 60, 'hours')).slice(1, -2)).toEqual([
      'Thursday, 5 March 2026: 2 h.',
      'Friday, 6 March 2026 – Saturday, 7 March 2026: 48 h.',
      'Sunday, 8 March 2026: 10 h.',
    ]);
  });

  it('ends at the due date that the clock itself has', () => {
    const explained = explainClock(clock('2026-03-02T10:00', 14, 'calendar-days'), calendar);
    expect(explained.dueAt).toBe(new Date(at('2026-03-17T00:00')).toISOString());
    expect(explained.lines.filter(({ kind }) => kind === 'counted')).toHaveLength(14);
  });
});
