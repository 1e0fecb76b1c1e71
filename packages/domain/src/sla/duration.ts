import { z } from 'zod';

/**
 * A promised time. It keeps its kind: a working day is not 24 hours and is never turned into hours.
 *
 * - `working-days`: the day of receipt does not count; due when the n-th working day closes
 * - `calendar-days`: the day of receipt does not count; due when the n-th day ends
 * - `working-hours`, `working-minutes`: counted inside office hours only
 * - `hours`, `minutes`: counted by the wall clock, day and night
 */
export const duration = z
  .strictObject({
    amount: z.int().min(1).max(100_000),
    unit: z
      .enum([
        'working-days',
        'calendar-days',
        'working-hours',
        'working-minutes',
        'hours',
        'minutes',
      ])
      .describe('Working time passes in office hours only; calendar days and hours always.'),
  })
  .meta({ id: 'Duration', description: 'A promised time, in its own kind of unit.' });
export type Duration = z.infer<typeof duration>;

export type DurationUnit = Duration['unit'];

/** Whether time of this kind passes only while the office works. */
export function countsWorkingTime(unit: DurationUnit): boolean {
  return unit.startsWith('working-');
}
