import type { Duration } from '@satu-atap/domain';
import type { Fields } from './digit-fields.ts';
import type { ImportReport } from './digit-report.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const units: [RegExp, number][] = [
  [/^(ms|millis(econds?)?|milliseconds?)$/, 1],
  [/^(s|secs?|seconds?)$/, 1000],
  [/^(m|mins?|minutes?)$/, minute],
  [/^(h|hrs?|hours?)$/, hour],
  [/^(d|days?)$/, day],
  [/^(w|weeks?)$/, 7 * day],
];
/** As many days as a year has are no milliseconds: such a number can only count days. */
const mostDays = 366;
/** As a definition allows at most. */
const mostHours = 100_000;

/** Used where the file promises no time; see `noStandardNote`. */
export const defaultStandard: Duration = { amount: 5, unit: 'working-days' };
export const noStandardNote =
  'DIGIT promises no time for this service. Five working days are what art. 53 of Law 30/2014, as ' +
  'amended by Law 6/2023, allows where no rule sets a time: replace them by the service’s own.';

/**
 * A time that the file gives, in milliseconds; null for none, which DIGIT writes as null, 0 or "".
 *
 * @param of whose time it is, for the report
 */
export function timeOf(
  fields: Fields,
  name: string,
  of: string,
  report: ImportReport,
): number | null {
  const node = fields.node(name);
  if (!node || node.type === 'null') return null;
  const written = node.children ? `a ${node.type}` : (fields.text(name) ?? '');
  if (written === '' || Number(written) === 0) return null;
  const line = fields.lineOf(name);
  const left = (why: string) => {
    report.notCarried.add(`The time of ${of}, ${written}: ${why}, so none is counted`, line);
    return null;
  };
  const [, digits = '', word = ''] = /^([\d.,_]+)\s*([a-z]*)$/i.exec(written) ?? [];
  const number = Number(
    /^\d{1,3}([,_]\d{3})+$/.test(digits) ? digits.replaceAll(/[,_]/g, '') : digits || NaN,
  );
  const [, factor] = units.find(([pattern]) => pattern.test(word.toLowerCase())) ?? [];
  if (Number.isNaN(number) || (word !== '' && factor === undefined)) return left('it is no time');
  const days = word === '' && number <= mostDays;
  const milliseconds = number * (factor ?? (days ? day : 1));
  if (milliseconds > mostHours * hour) return left(`it is longer than ${mostHours} hours`);
  if (days) {
    report.decided.add(
      `The time of ${of}, ${written}, is too short for milliseconds and taken for days`,
      line,
    );
  } else if (word !== '')
    report.decided.add(`The time of ${of}, ${written}, is read with its unit`, line);
  return milliseconds;
}

/** DIGIT counts milliseconds by the wall clock, day and night; so do hours and minutes here. */
export function wallClock(milliseconds: number): {
  duration: Duration;
  rounded?: 'minutes' | 'hours';
} {
  const minutes = Math.ceil(milliseconds / minute);
  const inHours = minutes % 60 === 0 || minutes > mostHours;
  const amount = inHours ? Math.ceil(minutes / 60) : minutes;
  const unit = inHours ? 'hours' : 'minutes';
  const isRounded = amount * (inHours ? hour : minute) !== milliseconds;
  return { duration: { amount, unit }, ...(isRounded ? { rounded: unit } : {}) };
}
