import type { DocumentPath, Problem } from '@satu-atap/domain';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';

/** A problem and where it is in its file; lines and columns count from 1. */
export type FileProblem = Problem & { file: string; line: number; column: number };

/** What a YAML text holds, as far as it could be read, and where each part of it stands. */
export type YamlText = {
  /** Plain JSON values; undefined when the text cannot be read at all. */
  value: unknown;
  problems: FileProblem[];
  /** The problem, where the part of the document is that its path leads to, or nearest to. */
  placed(problem: Problem): FileProblem;
};

/** One definition is some hundred lines: more than this is something else. */
export const largestFile = 1024 * 1024;
/** How often parts may be repeated by alias: nothing near the billions of an alias bomb. */
const mostAliases = 100;

/**
 * Reads YAML 1.2 with its core types only: no custom tags, no keys that are not texts, no key twice,
 * aliases within reason, one document.
 */
export function readYaml(file: string, text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    stringKeys: true,
    version: '1.2',
  });
  const problemAt = (offset: number, message: string, path: DocumentPath = []): FileProblem => {
    const { line, col } = lines.linePos(offset);
    return {
      file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path,
      message,
      severity: 'error',
    };
  };
  const placed = (problem: Problem): FileProblem => ({
    ...problemAt(offsetOf(document, problem.path), problem.message, problem.path),
    severity: problem.severity,
  });

  const tooDeep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (tooDeep) {
    const problem = problemAt(tooDeep.pos[0], 'is nested too deep');
    return { value: undefined, problems: [problem], placed };
  }
  const problems = [...document.errors, ...document.warnings].map(({ code, pos, message }) =>
    problemAt(pos[0], explanations[code] ?? message),
  );
  const unreadable = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    problems.push(problemAt(0, 'is written in an older YAML, where `on` means true; use 1.2'));
  }
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      problems.push(problemAt(key.range?.[0] ?? 0, '`__proto__` is not allowed as a key'));
    },
  });
  if (unreadable) return { value: undefined, problems, placed };
  try {
    return { value: document.toJS({ maxAliasCount: mostAliases }), problems, placed };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const message = `repeats parts by alias more than ${mostAliases} times; write them out`;
    return { value: undefined, problems: [...problems, problemAt(0, message)], placed };
  }
}

/** The library's own words where they do not say the way out. */
const explanations: Record<string, string> = {
  DUPLICATE_KEY: 'is here a second time; keep one of them',
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
