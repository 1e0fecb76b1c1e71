import { duration, type Duration } from '@satu-atap/domain';
import { InvalidArgumentError } from 'commander';

/** `14 working-days` as a duration. @throws InvalidArgumentError */
export function durationFlag(text: string): Duration {
  const [amount, unit, ...more] = text.trim().split(/\s+/);
  const read = duration.safeParse({ amount: Number(amount), unit });
  if (read.success && more.length === 0) return read.data;
  const units = duration.shape.unit.options.join(', ');
  throw new InvalidArgumentError(`write a number and one of ${units}, as in "14 working-days"`);
}

/** A time zone of the IANA database. @throws InvalidArgumentError */
export function timeZoneFlag(text: string): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId;
  } catch {
    throw new InvalidArgumentError('is no time zone like Asia/Jakarta or UTC');
  }
}
