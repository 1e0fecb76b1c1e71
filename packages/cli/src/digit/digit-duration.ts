import type { Duration } from '@satu-atap/domain';

/** Used where the file promises no time; see `noStandardNote`. */
export const defaultStandard: Duration = { amount: 5, unit: 'working-days' };
export const noStandardNote =
  'DIGIT promises no time for this service. Five working days are what art. 53 of Law 30/2014, as ' +
  'amended by Law 6/2023, allows where no rule sets a time: replace them by the service’s own.';

/** DIGIT counts milliseconds by the wall clock, day and night; so do hours and minutes here. */
export function wallClock(milliseconds: number): { duration: Duration; rounded: boolean } {
  const minutes = Math.ceil(milliseconds / 60_000);
  return {
    duration:
      minutes % 60 === 0
        ? { amount: minutes / 60, unit: 'hours' }
        : { amount: minutes, unit: 'minutes' },
    rounded: minutes * 60_000 !== milliseconds,
  };
}
