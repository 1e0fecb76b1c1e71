import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { keyLetters, scan, type KeyedObject, type Scan, type Span } from './digit-scan.ts';

/** What is wrong at a line of the file, and what to do about it. */
export type Fault = { line: number; message: string };

/** A text and where its lines begin; one that is quoted inside another has all its lines there. */
export type Source = { text: string; lineOf: (offset: number) => number };

/** JSON that is meant to be a service, or of what cannot be read as one the reasons. */
export type FoundService =
  | { source: Source; node: Node; comments: number[] }
  | { name: string; faults: Fault[] };

export type Found = {
  /** None is read where there are more than `most`. */
  services: FoundService[];
  count: number;
  /** How many actions they have in all. */
  actions: number;
  /** What stands in the file besides, each with its lines. */
  besides: { what: string; lines: number[] }[];
};

/** More than any platform has; so many take about a second. */
export const most = { services: 200, actions: 5000 };

const name = 'businessservice';
const list = 'states';
const step = 'nextstate';
/** A list of services may be under `BusinessService`, which then names none. */
const wanted = new Map([
  [name, /[^[{]/],
  [list, /[[{]/],
  [step, /./],
]);
/** Texts in JSON in texts in JSON: an exported collection of requests has two of them. */
const deepest = 3;

/**
 * Finds the workflow definitions in a text: objects with `businessService` and `states`, wherever
 * they stand. Around them there may be a request, a response, a command line, a page of prose, or
 * several documents; the JSON may also be quoted as a text, by JSON or by a shell.
 */
export function findServices(text: string): Found {
  const source = sourceOf(text);
  const found = findIn(source, 0);
  if (found.count > 0) return found;
  for (const unwrapped of unwrappings(text)) {
    const again = findIn({ ...source, text: unwrapped }, 0);
    if (again.count > 0) {
      const what = 'The JSON is quoted for a shell or a page';
      return { ...again, besides: [{ what, lines: [1] }, ...again.besides] };
    }
  }
  const mentioned = text.search(/business_?service/i);
  if (found.besides.length === 0 && mentioned >= 0) {
    const what = 'businessService stands there, but not as JSON, whose keys are in double quotes';
    found.besides.push({ what, lines: [source.lineOf(mentioned)] });
  }
  return found;
}

/** The text without what a shell or a page puts before quotes; its lines stay where they are. */
function* unwrappings(text: string): Generator<string> {
  if (text.includes('\\"')) yield text.replaceAll(/\\(["\\$`])/g, '$1');
  if (/&(quot|#34);/.test(text)) {
    yield text
      .replaceAll(/&(?:quot|#34);/g, '"')
      .replaceAll(/&(?:apos|#39);/g, "'")
      .replaceAll('&amp;', '&');
  }
}

function sourceOf(text: string): Source {
  const begins = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) begins.push(at + 1);
  const lineOf = (offset: number) => {
    let low = 0;
    let high = begins.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((begins[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return { text, lineOf };
}

function findIn(source: Source, depth: number): Found {
  const scanned = scan(source.text, wanted);
  const parts = outermost(scanned.objects, ({ keys }) => keys.has(name) && keys.has(list));
  const found: Found = { services: [], count: parts.length, actions: 0, besides: [] };
  const inPart = lookup(parts);
  const steps = scanned.keys.filter(({ key }) => key === step).map(({ at }) => at);
  found.actions = steps.filter(inPart).length;
  const nameless = outermost(
    scanned.objects.filter(({ start, keys }) => keys.has(list) && !inPart(start)),
    (object) =>
      within(steps[firstFrom(steps, object.start)] ?? -1, object) && !holdsPart(parts, object),
  );
  if (parts.length > most.services) return found;
  for (const part of parts) found.services.push(read(source, part, scanned));
  for (const { start } of nameless) {
    const message =
      'there are states here that belong to no service; name it with "businessService" beside them';
    found.services.push({ name: '(no name)', faults: [{ line: source.lineOf(start), message }] });
    found.count++;
  }
  if (depth < deepest) {
    for (const quoted of scanned.quoted) {
      if (inPart(quoted.start)) continue;
      const inner = unquoted(source, quoted);
      if (!inner) continue;
      const { services, count, actions, besides } = findIn(inner, depth + 1);
      found.services.push(...services);
      found.count += count;
      found.actions += actions;
      if (services.length > 0) found.besides.push(...besides);
    }
  }
  const all = [...parts, ...nameless].toSorted((a, b) => a.start - b.start);
  found.besides.push(...strays(source, scanned, all));
  found.besides.push(...surroundings(source, all));
  return found;
}

/** Names of services without states, and actions that stand outside of all of them. */
function strays(source: Source, scanned: Scan, parts: readonly KeyedObject[]): Found['besides'] {
  const inPart = lookup(parts);
  const lines = (key: string) => [
    ...new Set(
      scanned.keys
        .filter((one) => one.key === key && !inPart(one.at))
        .map(({ at }) => source.lineOf(at)),
    ),
  ];
  return [
    { what: 'A businessService without states is no definition', lines: lines(name) },
    { what: 'Actions that stand in no service are left out', lines: lines(step) },
  ].filter((one) => one.lines.length > 0);
}

/** Anything between the services that is more than the brackets and the key that hold them. */
function surroundings(source: Source, parts: readonly KeyedObject[]): Found['besides'] {
  const bounds = [
    0,
    ...parts.flatMap(({ start, end }) => [start, end ?? source.text.length]),
    source.text.length,
  ];
  const lines: number[] = [];
  if (parts.length === 0) return [];
  for (let index = 0; index + 1 < bounds.length; index += 2) {
    const [start = 0, end = 0] = bounds.slice(index, index + 2);
    const gap = source.text.slice(start, end);
    const first = gap.search(/[^\s{}[\],:;]/);
    if (first < 0 || `${name}s`.startsWith(keyLetters(gap)) || keyLetters(gap) === '') continue;
    lines.push(source.lineOf(start + first));
  }
  const what = 'What stands around the services (a request, a command line, comments) is left out';
  return lines.length > 0 ? [{ what, lines }] : [];
}

function outermost(
  objects: readonly KeyedObject[],
  is: (object: KeyedObject) => boolean,
): KeyedObject[] {
  const chosen: KeyedObject[] = [];
  for (const object of objects) {
    const last = chosen.at(-1);
    if (last && within(object.start, last)) continue;
    if (is(object)) chosen.push(object);
  }
  return chosen;
}

type Range = { start: number; end: number | undefined };
const within = (at: number, { start, end }: Range) => at >= start && at < (end ?? Infinity);

/** Index of the first of these rising numbers that is not below `least`. */
function firstFrom(numbers: readonly number[], least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether an offset lies in one of the parts, which do not overlap. */
function lookup(parts: readonly KeyedObject[]): (at: number) => boolean {
  const sorted = parts.toSorted((a, b) => a.start - b.start);
  const begins = sorted.map(({ start }) => start);
  return (at) => {
    const part = sorted[firstFrom(begins, at + 1) - 1];
    return part !== undefined && within(at, part);
  };
}

function holdsPart(parts: readonly KeyedObject[], object: Range): boolean {
  const begins = parts.map(({ start }) => start);
  return within(begins[firstFrom(begins, object.start)] ?? -1, object);
}

function read(source: Source, { start, end }: KeyedObject, { comments }: Scan): FoundService {
  const line = source.lineOf(start);
  if (end === undefined) {
    const message =
      'begins here and is never closed: a bracket or a quote is missing, or the file is cut off';
    return { name: nameIn(source.text.slice(start)), faults: [{ line, message }] };
  }
  const text = source.text.slice(start, end);
  const errors: ParseError[] = [];
  let node: Node | undefined;
  try {
    node = parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { name: nameIn(text), faults: [{ line, message: 'is nested too deep' }] };
  }
  const [first] = errors;
  if (!node || first) {
    const what = first ? wordsOf(printParseErrorCode(first.error)) : 'no value';
    const message = `is no sound JSON here: ${what}; correct it`;
    return {
      name: nameIn(text),
      faults: [{ line: source.lineOf(start + (first?.offset ?? 0)), message }],
    };
  }
  const begins = comments.map((comment) => comment.start);
  const own = comments.slice(firstFrom(begins, start), firstFrom(begins, end));
  return {
    source: { text, lineOf: (offset) => source.lineOf(start + offset) },
    node,
    comments: own.map((comment) => source.lineOf(comment.start)),
  };
}

/** `CommaExpected` → `comma expected` */
function wordsOf(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function nameIn(text: string): string {
  return /"business_?service"\s*:\s*"([\w. -]{1,64})"/i.exec(text)?.[1] ?? '(no name)';
}

function unquoted(source: Source, { start, end }: Span): Source | undefined {
  const quoted = source.text.slice(start, end);
  if (!quoted.toLowerCase().includes('business')) return undefined;
  try {
    const text: unknown = JSON.parse(quoted);
    const line = source.lineOf(start);
    return typeof text === 'string' ? { text, lineOf: () => line } : undefined;
  } catch {
    return undefined;
  }
}
