/** Fractions of seconds are kept to this many digits, as instants are stored. */
const digits = 9;

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * A time as logs write it (XML Schema `dateTime`; also with a blank for the T, without seconds, with
 * any number of decimals, or a day alone) as an instant in UTC, ISO 8601, to the nanosecond.
 *
 * @param zone of times that name none: `Asia/Jakarta`
 * @returns undefined for what is no time, or not of the years 0 to 9999
 */
export function logInstant(text: string, zone: string): string | undefined {
  const found = form.exec(text.trim());
  if (!found) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = found;
  const [fraction = '', offset] = found.slice(7);
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const utc = Date.parse(`${local}Z`);
  // It takes 24:00 and knows no 30 February; both come out as another day.
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 19) !== local) return undefined;
  const at = offset === undefined ? zoned(local, zone) : utc - minutesOf(offset) * 60_000;
  if (at === undefined) return undefined;
  const instant = new Date(at).toISOString();
  if (instant.length !== 24) return undefined;
  const kept = fraction.slice(0, digits).replace(/0+$/, '');
  return `${instant.slice(0, 19)}${kept === '' ? '' : `.${kept}`}Z`;
}

function minutesOf(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const sign = offset.startsWith('-') ? -1 : 1;
  const plain = offset.slice(1).replace(':', '');
  return sign * (Number(plain.slice(0, 2)) * 60 + Number(plain.slice(2) || '0'));
}

/** Hours whose distance to UTC is known: logs have many times in few hours. */
const known = new Map<string, number>();

function zoned(local: string, zone: string): number | undefined {
  const hour = local.slice(0, 13);
  const key = `${zone} ${hour}`;
  const utc = Date.parse(`${local}Z`);
  let distance = known.get(key);
  if (distance === undefined) {
    const begin = Temporal.PlainDateTime.from(`${hour}:00:00`).toZonedDateTime(zone);
    const end = Temporal.PlainDateTime.from(`${hour}:59:59`).toZonedDateTime(zone);
    if (begin.offsetNanoseconds !== end.offsetNanoseconds) {
      return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
    }
    distance = begin.offsetNanoseconds / 1_000_000;
    if (known.size > 100_000) known.clear();
    known.set(key, distance);
  }
  return utc - distance;
}
