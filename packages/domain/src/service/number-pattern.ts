import { unknown } from './problem.ts';

/** What a document's number is made of, apart from what stands in it as it is. */
export type NumberValues = {
  /** The document's place in its series, from 1. */
  sequence: number;
  /** Names of the unit, the service (without its unit) and the office; written in capitals. */
  unit: string;
  service: string;
  office: string;
  /** The day of issue at the office. */
  date: Temporal.PlainDate;
};

const months = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII'];
const twoDigits = (number: number) => String(number).padStart(2, '0');

const placeholders = {
  sequence: ({ sequence }, digits) => String(sequence).padStart(digits, '0'),
  unit: ({ unit }) => unit.toUpperCase(),
  service: ({ service }) => service.toUpperCase(),
  office: ({ office }) => office.toUpperCase(),
  day: ({ date }) => twoDigits(date.day),
  month: ({ date }) => twoDigits(date.month),
  'month-roman': ({ date }) => months[date.month - 1] ?? '',
  year: ({ date }) => String(date.year),
} satisfies Record<string, (values: NumberValues, digits: number) => string>;
export type Placeholder = keyof typeof placeholders;

/** A pattern, understood. */
export type NumberPattern = {
  /** Writes a number. @throws RangeError when the sequence is no whole number from 1 */
  write(values: NumberValues): string;
  /** Whether numbers name the office, and the year: each then counts from 1 by itself. */
  hasOffice: boolean;
  hasYear: boolean;
  /** Its parts in their order: text that stands in it as it is, or the name of a placeholder. */
  parts: readonly ({ text: string } | { placeholder: Placeholder })[];
};

/**
 * The pattern of a document's number, such as `503/{sequence:4}/{unit}/{month-roman}/{year}`:
 * `{sequence}` is filled up with zeros to the digits behind its colon, and never cut.
 */
export function parseNumberPattern(source: string): NumberPattern | { problem: string } {
  if (/\p{C}/u.test(source)) return { problem: 'has a character that cannot be printed' };
  const parts: NumberPattern['parts'][number][] = [];
  const writers: ((values: NumberValues) => string)[] = [];
  for (const [, literal = '', inner] of source.matchAll(/([^{}]+)|\{([^{}]*)\}|[{}]/g)) {
    if (literal !== '') {
      parts.push({ text: literal });
      writers.push(() => literal);
      continue;
    }
    if (inner === undefined) return { problem: 'has a brace without its other' };
    const [, name = '', digits] = /^([^:]*)(?::(.*))?$/s.exec(inner) ?? [];
    if (!isPlaceholder(name)) {
      return { problem: unknown('placeholder', name, Object.keys(placeholders)) };
    }
    if (digits !== undefined && !(name === 'sequence' && /^[1-9]$/.test(digits))) {
      return { problem: `"${inner}" is not understood: only sequence has digits, 1 to 9` };
    }
    parts.push({ placeholder: name });
    writers.push((values) => placeholders[name](values, Number(digits ?? 1)));
  }
  const times = (name: Placeholder) =>
    parts.filter((part) => 'placeholder' in part && part.placeholder === name).length;
  if (times('sequence') !== 1)
    return { problem: 'must have {sequence} once, or numbers would repeat' };
  return {
    write(values) {
      if (!Number.isSafeInteger(values.sequence) || values.sequence < 1) {
        throw new RangeError(`a sequence counts from 1; ${values.sequence} is none`);
      }
      return writers.map((write) => write(values)).join('');
    },
    hasOffice: times('office') > 0,
    hasYear: times('year') > 0,
    parts,
  };
}

function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(placeholders, name);
}
