import type { DocumentPath } from '@satu-atap/domain';

/** Lines and columns from 1 on. */
export type SourcePlace = { line: number; column: number };

/**
 * Finds where a definition's parts stand in the source of a module, as far as they are written there
 * literally: what is spread, computed or imported is looked for no further than where it comes in.
 *
 * @returns for the n-th definition of the module and a path in it, the place of that key, or of the
 * nearest around it
 */
export function placesIn(source: string): (index: number, path: DocumentPath) => SourcePlace {
  const tokens = tokensOf(source);
  const begins = tokens.flatMap(({ text }, at) => {
    const call = text === 'defineService' && tokens[at + 1]?.text === '(';
    const literal = text === 'default' && tokens[at + 1]?.text === '{';
    return call ? [at + 2] : literal ? [at + 1] : [];
  });
  return (index, path) => {
    let at = begins[index] ?? -1;
    for (const key of path) {
      const next = partOf(tokens, at, key);
      if (next === undefined) break;
      at = next;
    }
    // A value is told by its key.
    const told = tokens[at - 1]?.text === ':' ? tokens[at - 2] : tokens[at];
    return placeOf(source, told?.offset ?? 0);
  };
}

type Token = { text: string; offset: number };

/** Names, texts and signs; comments and white space are left out. */
function tokensOf(source: string): Token[] {
  const pattern =
    /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|[\w$]+|[^\s\w$]/g;
  return [...source.matchAll(pattern)]
    .filter(([text]) => !text.startsWith('//') && !text.startsWith('/*'))
    .map(({ 0: text, index }) => ({ text, offset: index }));
}

/** Where the value of a key, or of an index, of the object or list begins that begins at `at`. */
function partOf(tokens: readonly Token[], at: number, key: string | number): number | undefined {
  const isList = tokens[at]?.text === '[';
  if (!isList && tokens[at]?.text !== '{') return undefined;
  if (isList && key === 0) return at + 1;
  let depth = 0;
  let commas = 0;
  for (let next = at; next < tokens.length; next++) {
    const { text } = tokens[next] ?? { text: '' };
    if (depth === 1 && isList && text === ',' && ++commas === key) return next + 1;
    if (depth === 1 && !isList && tokens[next + 1]?.text === ':' && nameIn(text) === key) {
      return next + 2;
    }
    if ('{[('.includes(text)) depth++;
    else if ('}])'.includes(text) && --depth === 0) return undefined;
  }
  return undefined;
}

function nameIn(token: string): string {
  return /^['"]/.test(token) ? token.slice(1, -1) : token;
}

function placeOf(source: string, offset: number): SourcePlace {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
