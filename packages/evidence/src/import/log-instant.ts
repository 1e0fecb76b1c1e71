/** Fractions of seconds are kept to this many digits, as instants are stored. */
const digits = 9;
const daySeconds = 86_400;

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * A time as logs write it (XML Schema `dateTime`; also with a blank for the T, without seconds, with
 * any number of decimals, or a day alone) as an instant in UTC, ISO 8601, to the nanosecond. 24:00:00 is
 * the midnight that ends the day; a leap second is the one before it, as `Temporal` has it.
 *
 * @param zone of times that name none: `Asia/Jakarta`
 * @returns undefined for what is no time, or not of the years 0 to 9999
 */
export function logInstant(text: string, zone: string): string | undefined {
  const found = form.exec(text.trim());
  if (!found) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = found;
  const [fraction = '', offset] = found.slice(7);
  const midnight = midnightOf(Number(year), Number(month), Number(day));
  const [hours, minutes] = [Number(hour), Number(minute)];
  const seconds = second === '60' ? 59 : Number(second);
  const time = (hours * 60 + minutes) * 60 + seconds;
  if (midnight === undefined || minutes > 59 || seconds > 59 || time > daySeconds) return undefined;
  const utc = midnight + time * 1000;
  const kept = fraction === '' ? '' : fraction.slice(0, digits).replace(/0+$/, '');
  const behind = kept === '' ? 'Z' : `.${kept}Z`;
  const at = offset === undefined ? zoned(utc, zone) : utc - minutesOf(offset) * 60_000;
  const instant = new Date(at).toISOString();
  // Years before 0 and after 9999 are written longer.
  return instant.length === 24 ? `${instant.slice(0, 19)}${behind}` : undefined;
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The Gregorian calendar repeats itself: 400 years, in milliseconds. */
const cycle = 146_097 * daySeconds * 1000;

/** When a day begins, in UTC, in milliseconds; undefined for 30 February. */
function midnightOf(year: number, month: number, day: number): number | undefined {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 && isLeap ? 29 : lengths[month - 1];
  if (length === undefined || day < 1 || day > length) return undefined;
  // `Date.UTC` takes years below 100 for those of the 20th century.
  return Date.UTC(year + 400, month - 1, day) - cycle;
}

function minutesOf(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const plain = offset.slice(1).replace(':', '');
  return sign * (Number(plain.slice(0, 2)) * 60 + Number(plain.slice(2) || '0'));
}

/** Hours whose distance to UTC is known: logs have many times in few hours. */
const known = new Map<string, number>();

/** @param local a local time, as milliseconds of UTC */
function zoned(local: number, zone: string): number {
  const hour = Math.floor(local / 3_600_000);
  const key = `${zone} ${hour}`;
  let distance = known.get(key);
  if (distance === undefined) {
    const begin = inZone(hour * 3_600_000, zone);
    const end = inZone(hour * 3_600_000 + 3_599_000, zone);
    if (begin.offsetNanoseconds !== end.offsetNanoseconds) {
      return inZone(local, zone).epochMilliseconds;
    }
    distance = begin.offsetNanoseconds / 1_000_000;
    if (known.size > 100_000) known.clear();
    known.set(key, distance);
  }
  return local - distance;
}

function inZone(local: number, zone: string): Temporal.ZonedDateTime {
  const utc = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC');
  return utc.toPlainDateTime().toZonedDateTime(zone);
}
