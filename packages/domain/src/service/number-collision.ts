import { parseNumberPattern, type NumberPattern } from './number-pattern.ts';

/** One character of a number: any of these, any number of times where it repeats. */
type Piece = { of: string; repeats?: true };

// Those that a number can begin with come first: an example is to look like one.
const digits = '1234567890';
const roman = 'IVX';
const inOffice = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${digits}-`;

/**
 * A number that two patterns of one service could both write, or undefined where there is none. They
 * are taken as what they can write whatever the sequence, the day and the office.
 *
 * @returns such a number, as an example
 */
export function sharedNumber(
  patterns: readonly [string, string],
  { id, unit }: { id: string; unit: string },
): string | undefined {
  const [one, other] = patterns.map((source) => {
    const parsed = parseNumberPattern(source);
    return 'problem' in parsed ? undefined : piecesOf(parsed, id.slice(unit.length + 1), unit);
  });
  return one && other && sharedText(one, other);
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
