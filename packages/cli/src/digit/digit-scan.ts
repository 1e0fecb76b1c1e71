/** A part of a text, by its offsets. */
export type Span = { start: number; end: number };

/** An object in a text that has a key the search is for; without an end where none closes it. */
export type KeyedObject = { start: number; end: number | undefined; keys: ReadonlySet<string> };

/** What stands where in a text that holds JSON somewhere, among anything else. */
export type Scan = {
  /** In the order of their beginnings; outer ones before those inside. */
  objects: KeyedObject[];
  /** Where each key that the search is for stands. */
  keys: { key: string; at: number }[];
  /** Texts in quotes that hold quotes themselves, as JSON does that is written as a text. */
  quoted: Span[];
  comments: Span[];
};

/** Keys are compared by their letters and digits: `businessService`, `BusinessService`, `business_service`. */
export function keyLetters(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

type Opened = {
  start: number;
  bracket: '{' | '[';
  found: { start: number; keys: Set<string> } | undefined;
};

const longestKey = 64;

/**
 * Finds the objects of a text that have one of the keys. Goes once over the text, whatever it holds,
 * so that neither a command line nor prose around the JSON, nor brackets that never close, matter.
 *
 * @param wanted letters of keys, see `keyLetters`, and how the values that are meant begin
 */
export function scan(text: string, wanted: ReadonlyMap<string, RegExp>): Scan {
  const objects: { start: number; end: number | undefined; keys: Set<string> }[] = [];
  const result: Scan = { objects, keys: [], quoted: [], comments: [] };
  const open: Opened[] = [];
  const opened = { '{': 0, '[': 0 };
  /** Up to here no quote closes what it opens, and no comment that began is ended. */
  let unquotedUpTo = 0;
  let commentsEnd = true;
  const close = (bracket: '{' | '[', at: number) => {
    if (opened[bracket] === 0) return;
    for (let last = open.pop(); last; last = open.pop()) {
      opened[last.bracket]--;
      if (last.bracket !== bracket) continue;
      if (last.found) objects.push({ ...last.found, end: at + 1 });
      return;
    }
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push({ start: at, bracket: character, found: undefined });
      opened[character]++;
    } else if (character === '}') close('{', at);
    else if (character === ']') close('[', at);
    else if (character === '"' && at >= unquotedUpTo) {
      const { end, closed, holdsQuotes } = endOfText(text, at);
      if (!closed) {
        unquotedUpTo = end;
        continue;
      }
      if (holdsQuotes) result.quoted.push({ start: at, end });
      const innermost = open.at(-1);
      const key = end - at <= longestKey ? keyLetters(text.slice(at + 1, end - 1)) : '';
      if (innermost?.bracket === '{' && wanted.get(key)?.test(valueBegin(text, end))) {
        innermost.found ??= { start: innermost.start, keys: new Set() };
        innermost.found.keys.add(key);
        result.keys.push({ key, at });
      }
      at = end - 1;
    } else if (character === '/' && open.length > 0 && text[at - 1] !== ':') {
      const end = endOfComment(text, at, commentsEnd);
      if (end === undefined) {
        if (text[at + 1] === '*') commentsEnd = false;
      } else {
        result.comments.push({ start: at, end });
        at = end - 1;
      }
    }
  }
  for (const { found } of open) if (found) objects.push({ ...found, end: undefined });
  objects.sort((a, b) => a.start - b.start);
  return result;
}

/** Texts in JSON end on their line. */
function endOfText(text: string, from: number) {
  let holdsQuotes = false;
  let at = from + 1;
  for (; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') break;
    if (character === '"') return { end: at + 1, closed: true, holdsQuotes };
    if (character === '\\') {
      at++;
      if (text[at] === '"') holdsQuotes = true;
      if (text[at] === '\n') break;
    }
  }
  return { end: at, closed: false, holdsQuotes };
}

/** The character with which the value of a key begins that ends here; none where it is no key. */
function valueBegin(text: string, from: number): string {
  const colon = afterSpace(text, from);
  return text[colon] === ':' ? text.charAt(afterSpace(text, colon + 1)) : '';
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

/** Offset after a comment that begins here; undefined where none does, or none ends. */
function endOfComment(text: string, at: number, some: boolean): number | undefined {
  if (text[at + 1] === '/') {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (text[at + 1] !== '*' || !some) return undefined;
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? undefined : end + 2;
}
