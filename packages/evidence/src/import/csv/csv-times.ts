import { LogFault, type Place } from '../log-fault.ts';
import { logInstant } from '../log-instant.ts';

/** Day and month, or month and day, before the year: `11-10-2011 13:45`, `11/10/2011`. */
const yearLast =
  /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ,]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([AP]M))?)?$/i;

const tokens: Record<string, [name: string, pattern: string]> = {
  yyyy: ['year', '\\d{4}'],
  MM: ['month', '\\d{1,2}'],
  M: ['month', '\\d{1,2}'],
  dd: ['day', '\\d{1,2}'],
  d: ['day', '\\d{1,2}'],
  HH: ['hour', '\\d{1,2}'],
  H: ['hour', '\\d{1,2}'],
  hh: ['hour', '\\d{1,2}'],
  h: ['hour', '\\d{1,2}'],
  mm: ['minute', '\\d{1,2}'],
  ss: ['second', '\\d{1,2}'],
  S: ['fraction', '\\d+'],
  a: ['half', '[AaPp][Mm]'],
  XXX: ['offset', 'Z|[+-]\\d\\d:?\\d\\d'],
};

type Parts = Partial<
  Record<
    'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'half' | 'offset',
    string
  >
>;

/** How times of a file are written, found out from all of them, or told by a format. */
export class CsvTimes {
  readonly #format: RegExp | undefined;
  readonly #written: string | undefined;
  /** The first time that shows which of the two numbers is the day. */
  #dayFirst: { text: string; place: Place } | undefined;
  #monthFirst: { text: string; place: Place } | undefined;
  #either: { text: string; place: Place } | undefined;

  /** @param format such as `dd-MM-yyyy HH:mm` @throws LogFault for one that cannot be used */
  constructor(format?: string) {
    this.#written = format;
    this.#format = format === undefined ? undefined : formOf(format);
  }

  /** Looks at a time, for what it shows of all. @throws LogFault when it contradicts another */
  look(text: string, place: Place): void {
    if (this.#format) return;
    const found = yearLast.exec(text.trim());
    if (!found) return;
    const [first, second] = [Number(found[1]), Number(found[3])];
    // With dots the day comes first wherever dates are written so.
    if (first > 12 || found[2] === '.') this.#dayFirst ??= { text, place };
    else if (second > 12) this.#monthFirst ??= { text, place };
    else this.#either ??= { text, place };
    if (this.#dayFirst && this.#monthFirst) {
      const other = first > 12 ? this.#monthFirst : this.#dayFirst;
      throw new LogFault(
        `has "${text}" where line ${other.place.line} has "${other.text}": ` +
          'day and month change places; write all times alike',
        place,
      );
    }
  }

  /** @throws LogFault when all of them leave open which number is the day */
  settle(): void {
    if (!this.#either || this.#dayFirst || this.#monthFirst) return;
    const { text, place } = this.#either;
    const time = text.includes(':') ? ' HH:mm' : '';
    const sign = yearLast.exec(text.trim())?.[2] ?? '-';
    const way = (one: string, two: string) =>
      `--timestamp-format "${one}${sign}${two}${sign}yyyy${time}"`;
    throw new LogFault(
      `has "${text}" as a time, and no time in it shows which number is the day: ` +
        `say ${way('dd', 'MM')} or ${way('MM', 'dd')}`,
      place,
    );
  }

  /** The time in XML Schema's form, as XES has it. @throws LogFault for what is none */
  written(text: string, place: Place, zone: string): string {
    const plain = text.trim();
    const iso = this.#format ? this.#byFormat(plain) : this.#byItself(plain);
    const instant = iso === undefined ? undefined : logInstant(iso, zone);
    if (iso === undefined || instant === undefined) {
      const expected =
        this.#written === undefined
          ? 'a known form; name it with --timestamp-format'
          : `"${this.#written}"`;
      throw new LogFault(
        `has "${plain.slice(0, 40)}" as a time, which is not in ${expected}`,
        place,
      );
    }
    // What names its own zone keeps it.
    const isWhole = /T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(iso);
    return isWhole ? iso : instant;
  }

  #byItself(text: string): string | undefined {
    const found = yearLast.exec(text);
    if (!found)
      return text.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3').replace(/^(\S{10}) /, '$1T');
    const [, first, , second, year, hour, minute, seconds, fraction, half] = found;
    const [day, month] = this.#monthFirst ? [second, first] : [first, second];
    return isoOf({
      year,
      month,
      day,
      ...(hour === undefined ? {} : { hour, minute }),
      ...(seconds === undefined ? {} : { second: seconds }),
      ...(fraction === undefined ? {} : { fraction }),
      ...(half === undefined ? {} : { half }),
    } as Parts);
  }

  #byFormat(text: string): string | undefined {
    if (this.#written === 'epoch-seconds' || this.#written === 'epoch-milliseconds') {
      const factor = this.#written === 'epoch-seconds' ? 1000 : 1;
      const at = new Date(Number(text) * factor);
      return /^-?\d{1,14}(\.\d+)?$/.test(text) && !Number.isNaN(at.getTime())
        ? at.toISOString()
        : undefined;
    }
    const found = this.#format?.exec(text)?.groups as Parts | undefined;
    return found && isoOf(found);
  }
}

function isoOf({ year, month, day, hour, minute, second, fraction, half, offset }: Parts): string {
  const two = (part: string | undefined) => (part ?? '0').padStart(2, '0');
  let hours = Number(hour ?? 0);
  if (half !== undefined) hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  const time = `${two(String(hours))}:${two(minute)}:${two(second)}`;
  const decimals = fraction === undefined ? '' : `.${fraction}`;
  return `${year ?? ''}-${two(month)}-${two(day)}T${time}${decimals}${offset ?? ''}`;
}

function formOf(format: string): RegExp {
  if (format === 'epoch-seconds' || format === 'epoch-milliseconds') return /^/;
  const seen = new Set<string>();
  const pattern = format.replaceAll(/yyyy|MM?|dd?|HH?|hh?|mm|ss|S+|a|XXX|[^]/g, (part) => {
    const [name, form] = tokens[part.startsWith('S') ? 'S' : part] ?? [];
    if (name === undefined || form === undefined) {
      return part === 'T' || !/[A-Za-z]/.test(part)
        ? part.replaceAll(/[^A-Za-z0-9\s]/g, '\\$&')
        : '(?!)';
    }
    if (seen.has(name)) return '(?!)';
    seen.add(name);
    return `(?<${name}>${form})`;
  });
  const isWhole = ['year', 'month', 'day'].every((part) => seen.has(part));
  if (isWhole && !pattern.includes('(?!)')) return new RegExp(`^${pattern}$`);
  throw new LogFault(
    `--timestamp-format: "${format}" cannot be used; write yyyy, MM, dd, HH (or hh and a), mm, ss, SSS, XXX ` +
      'with what stands between them, as in "dd-MM-yyyy HH:mm"; or epoch-seconds, epoch-milliseconds',
  );
}
