import { describe, expect, it } from 'vitest';
import { sampleCalendar } from '../testing/sample-people.ts';
import type { CalendarDefinition } from './calendar-definition.ts';
import { calendarDifferences } from './calendar-differences.ts';

const said = (after: Partial<CalendarDefinition>, before: Partial<CalendarDefinition> = {}) =>
  calendarDifferences({ ...sampleCalendar, ...before }, { ...sampleCalendar, ...after }).map(
    ({ text }) => text,
  );
const english = (...versions: Parameters<typeof said>) => said(...versions).map(({ en }) => en);

describe('what a version of a calendar says that the one before did not', () => {
  it('is nothing when they say the same', () => {
    expect(said({})).toEqual([]);
  });

  it('is a holiday that was decreed, and one that was taken back, in order of the days', () => {
    const [nyepi, leave, christmas] = sampleCalendar.holidays;
    if (!nyepi || !leave || !christmas) throw new Error('the sample calendar has three holidays');
    const holidays = [nyepi, christmas, { date: '2026-03-23', name: 'Cuti bersama' }];
    expect(said({ holidays })).toEqual([
      {
        id: 'Jumat, 20 Maret 2026: tidak lagi tutup (Cuti bersama Idul Fitri)',
        en: 'Friday, 20 March 2026: no longer closed (Cuti bersama Idul Fitri)',
      },
      {
        id: 'Senin, 23 Maret 2026: tutup: Cuti bersama',
        en: 'Monday, 23 March 2026: closed: Cuti bersama',
      },
    ]);
  });

  it('is a day with hours of its own, other hours of it, and the usual ones again', () => {
    const day = (closes: string) => ({
      openDays: [
        {
          date: '2026-03-28',
          name: 'Layanan Sabtu',
          hours: [['08:00', closes] as [string, string]],
        },
      ],
    });
    expect(english(day('12:00'))).toEqual([
      'Saturday, 28 March 2026: open 08:00–12:00 (Layanan Sabtu)',
    ]);
    expect(english(day('13:00'), day('12:00'))).toEqual([
      'Saturday, 28 March 2026: open 08:00–13:00 (Layanan Sabtu)',
    ]);
    expect(english({}, day('12:00'))).toEqual([
      'Saturday, 28 March 2026: usual hours (no longer Layanan Sabtu)',
    ]);
  });

  it('is a period that was moved: its hours where it lies now, and no more where it lay', () => {
    const ramadan = (from: string) => ({
      periods: [{ title: 'Ramadan', from, to: '2026-03-18', week: {} }],
    });
    expect(english(ramadan('2026-02-19'), ramadan('2026-02-18'))).toEqual([
      'Ramadan, Wednesday, 18 February 2026 – Wednesday, 18 March 2026: those hours no longer hold',
      'Ramadan, Thursday, 19 February 2026 – Wednesday, 18 March 2026: hours of its own',
    ]);
  });

  it('is what holds in every week', () => {
    const { friday: _, ...others } = sampleCalendar.week;
    expect(said({ week: { ...others, saturday: [['08:00', '12:00']] } })).toEqual([
      {
        id: 'Jumat: tutup (sebelumnya buka 07.30–11.30, 13.00–16.30)',
        en: 'Fridays: closed (before: open 07:30–11:30, 13:00–16:30)',
      },
      {
        id: 'Sabtu: buka 08.00–12.00 (sebelumnya tutup)',
        en: 'Saturdays: open 08:00–12:00 (before: closed)',
      },
    ]);
  });
});
