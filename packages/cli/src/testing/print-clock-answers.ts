import { clockOf, type Way } from './clock-answers.ts';
import { zones, type Zone } from './walked-calendar.ts';

/** Prints clocks of every kind of time, with their words: the same on every machine. */
const units = [
  'working-days',
  'calendar-days',
  'working-hours',
  'working-minutes',
  'hours',
  'minutes',
] as const;
const answers = (Object.keys(zones) as Zone[]).flatMap((zone) =>
  units.map((unit) => {
    const way: Way = {
      // Late on the day before a holiday: midnight there is another day elsewhere.
      at: '2026-03-17T23:30',
      standard: { amount: 9, unit },
      away: [['2026-03-25T23:45', '2026-03-27T00:15']],
      more: [['2026-03-25T08:00', { amount: 2, unit: 'calendar-days' }]],
    };
    const { clock, explanation, changes } = clockOf(way, zone);
    return { zone, unit, due: clock.dueAt, explanation, changes };
  }),
);
process.stdout.write(JSON.stringify({ here: process.env['TZ'], answers }));
