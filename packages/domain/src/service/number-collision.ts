import type { ServiceDefinition } from './definition.ts';
import { parseNumberPattern, type NumberPattern } from './number-pattern.ts';

/** One character of a number: any of these, any number of times where it repeats. */
type Piece = { of: string; repeats?: true };

// Those that a number can begin with come first: an example is to look like one.
const digits = '1234567890';
const roman = 'IVX';
const inOffice = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${digits}-`;

/** A pattern in its place: whose numbers it writes. */
export type Numbering = { pattern: string; service: string; unit: string };

/**
 * A number that two patterns could both write, or undefined where there is none. They are taken as
 * what they can write whatever the sequence, the day and the office.
 *
 * @returns such a number, as an example
 */
export function sharedNumber(one: Numbering, other: Numbering): string | undefined {
  const [a, b] = [one, other].map(({ pattern, service, unit }) => {
    const parsed = parseNumberPattern(pattern);
    return 'problem' in parsed ? undefined : piecesOf(parsed, service.slice(unit.length + 1), unit);
  });
  return a && b && sharedText(a, b);
}

/**
 * Outputs of different services whose numbers could be the same, each with the first other one.
 *
 * @returns for each the place in `services`, its output, and where else the number could stand
 */
export function numbersSharedBetween(
  services: readonly Pick<ServiceDefinition, 'id' | 'unit' | 'outputs'>[],
): { index: number; output: string; other: string; number: string }[] {
  const numbered = services.flatMap(({ id: service, unit, outputs = {} }, index) =>
    Object.entries(outputs).flatMap(([output, { number: pattern }]) =>
      pattern === undefined ? [] : [{ index, output, pattern, service, unit }],
    ),
  );
  return numbered.flatMap((one, place) => {
    for (const other of numbered.slice(0, place)) {
      if (other.service === one.service) continue;
      const number = sharedNumber(one, other);
      if (number === undefined) continue;
      const { index, output } = one;
      return [{ index, output, other: `${other.service}: ${other.output}`, number }];
    }
    return [];
  });
}

/** What a pattern can write, and a little more: `IIII` passes for a month. */
function piecesOf({ parts }: NumberPattern, service: string, unit: string): Piece[] {
  return parts.flatMap((part): Piece[] => {
    if ('text' in part) return literal(part.text);
    switch (part.placeholder) {
      case 'sequence':
        return [{ of: digits }, { of: digits, repeats: true }];
      case 'unit':
        return literal(unit.toUpperCase());
      case 'service':
        return literal(service.toUpperCase());
      case 'office':
        return [{ of: inOffice }, { of: inOffice, repeats: true }];
      case 'month-roman':
        return [{ of: roman }, { of: roman, repeats: true }];
      case 'day':
      case 'month':
        return [{ of: digits }, { of: digits }];
      case 'year':
        return [{ of: digits }, { of: digits }, { of: digits }, { of: digits }];
    }
  });
}

function literal(text: string): Piece[] {
  return Array.from(text, (character) => ({ of: character }));
}

/** A text that both lists of pieces match: the pairs of places in them that can be come to. */
function sharedText(a: readonly Piece[], b: readonly Piece[]): string | undefined {
  const seen = new Set<string>();
  const open = [{ i: 0, j: 0, text: '' }];
  const add = (i: number, j: number, text: string) => {
    const key = `${i} ${j}`;
    if (seen.has(key)) return;
    seen.add(key);
    open.push({ i, j, text });
  };
  for (const { i, j, text } of open) {
    const [one, other] = [a[i], b[j]];
    if (!one && !other) return text;
    // What repeats may also end here.
    if (one?.repeats) add(i + 1, j, text);
    if (other?.repeats) add(i, j + 1, text);
    const both = Array.from(one?.of ?? '').find((character) => other?.of.includes(character));
    if (both === undefined) continue;
    add(one?.repeats ? i : i + 1, other?.repeats ? j : j + 1, text + both);
  }
  return undefined;
}
