import type { DocumentPath, Problem } from '@satu-atap/domain';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';

/** A problem and where it is in its text; lines and columns count from 1. */
export type PlacedProblem = Problem & { line: number; column: number };

/** What a YAML text holds, as far as it could be read, and where each part of it stands. */
export type YamlText = {
  /** Plain JSON values; undefined when the text cannot be read at all. */
  value: unknown;
  problems: PlacedProblem[];
  /** The problem, where the part of the document is that its path leads to, or nearest to. */
  placed(problem: Problem): PlacedProblem;
};

/** One definition is some hundred lines: more than this is something else. */
export const largestText = 1024 * 1024;
/** How often parts may be repeated by alias: nothing near the billions of an alias bomb. */
const mostAliases = 100;
/** A workflow of 46 states and 104 actions has 6,000 tokens. */
const mostTokens = 100_000;
const deepestNesting = 100;
/** One says the version of YAML. */
const mostDirectives = 10;
/** Nobody reads on after so many problems of one file. */
const mostProblems = 100;

/**
 * Reads YAML 1.2, and so JSON, with its core types only: no custom tags, no keys that are not texts, no key twice,
 * aliases within reason, one document.
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const beyondReason = tooMuch(text);
  if (beyondReason) {
    const { message, offset } = beyondReason;
    const before = text.slice(0, offset).split('\n');
    const line = before.length;
    const column = (before.at(-1) ?? '').length + 1;
    const problem = { line, column, path: [], message, severity: 'error' } as const;
    return { value: undefined, problems: [problem], placed: (other) => ({ ...problem, ...other }) };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    schema: 'core',
    stringKeys: true,
    // Looked for below, in time that grows with the keys and not with their square.
    uniqueKeys: false,
    version: '1.2',
  });
  const problemAt = (offset: number, message: string, path: DocumentPath = []): PlacedProblem => {
    const { line, col } = lines.linePos(offset);
    return {
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path,
      message,
      severity: 'error',
    };
  };
  const placed = (problem: Problem): PlacedProblem => ({
    ...problemAt(offsetOf(document, problem.path), problem.message, problem.path),
    severity: problem.severity,
  });

  const tooDeep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep) {
    const problem = problemAt(tooDeep.pos[0], 'is nested too deep');
    return { value: undefined, problems: [problem], placed };
  }
  const faults = [...document.errors, ...document.warnings];
  const problems = faults
    .slice(0, mostProblems)
    .map(({ code, pos, message }) => problemAt(pos[0], explanations[code] ?? message));
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    problems.push(problemAt(0, 'is written in an older YAML, where `on` means true; use 1.2'));
  }
  const seen = new Map<unknown, Set<unknown>>();
  visit(document, {
    Pair(_, { key }, path) {
      if (!isScalar(key)) return;
      const holder = path.at(-1);
      const keys = seen.get(holder) ?? new Set();
      seen.set(holder, keys);
      if (keys.has(key.value) && problems.length < mostProblems) {
        problems.push(problemAt(key.range?.[0] ?? 0, 'is here a second time; keep one of them'));
      }
      keys.add(key.value);
      if (key.value === '__proto__') {
        problems.push(problemAt(key.range?.[0] ?? 0, '`__proto__` is not allowed as a key'));
      }
    },
  });
  if (document.errors.length > 0) return { value: undefined, problems, placed };
  try {
    return { value: document.toJS({ maxAliasCount: mostAliases }), problems, placed };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const message = error.message.startsWith('Excessive')
      ? `repeats parts by alias more than ${mostAliases} times; write them out`
      : `has an alias of something that is not there: ${error.message}`;
    return { value: undefined, problems: [...problems, problemAt(0, message)], placed };
  }
}

/** Places that the lexer marks with control characters that are not in the text. */
const markers = new Set(['\u0002', '\u0018', '\u001f']);

/**
 * What is more than any definition holds, found by reading tokens alone: building the document first
 * would cost the memory that this saves.
 */
function tooMuch(text: string): { offset: number; message: string } | undefined {
  let offset = 0;
  let tokens = 0;
  let flow = 0;
  let inline = 0;
  let directives = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    if (markers.has(token)) continue;
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow--;
    else if (token === '-' || token === '?') inline++;
    else if (token.trim() !== '') inline = 0;
    // Each of these would be a fault of its own, at some cost; the first says enough.
    if (flow < 0) return { offset, message: 'closes what nothing opens' };
    if (token === ',' && flow > 0 && /^[[{,]$/.test(before)) {
      return { offset, message: 'separates nothing from what follows; leave the comma out' };
    }
    if (token.startsWith('%') && ++directives > mostDirectives) {
      return { offset, message: 'begins with too many directives (`%…`); leave them out' };
    }
    if (token.trim() !== '') before = token;
    if (flow + inline > deepestNesting) return { offset, message: 'is nested too deep' };
    if (++tokens > mostTokens) {
      const message = `holds more than ${mostTokens} words and signs: that is no definition`;
      return { offset, message };
    }
    offset += token.length;
  }
  return undefined;
}

/** Of a definition's problems the first, and how many more there are. */
export function firstProblems(problems: readonly Problem[]): Problem[] {
  if (problems.length <= mostProblems) return [...problems];
  const message = `has ${problems.length - mostProblems} more problems than are shown here`;
  return [...problems.slice(0, mostProblems), { path: [], message, severity: 'error' }];
}

/** The library's own words where they do not say the way out. */
const explanations: Record<string, string> = {
  MULTIPLE_DOCS: 'a second document begins here; a file holds one',
  NON_STRING_KEY: 'keys must be plain texts',
  TAB_AS_INDENT: 'is indented by a tab; use spaces',
  TAG_RESOLVE_FAILED: 'custom tags (`!…`) are not allowed',
};

function offsetOf(document: Document, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === String(key));
      if (!pair || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as { range?: [number, number, number] } | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}
