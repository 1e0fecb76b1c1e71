/** JSON found in a text, and whether more than plain JSON had to be read past. */
export type FoundJson = { value: unknown; wrapped: boolean };

/** Tries to begin at so many opening brackets before giving up. */
const mostBeginnings = 50;

/**
 * The first JSON object or list in the text that is what `wanted` looks for. Definitions are passed
 * around as requests pasted from a tool: around the JSON anything may stand (a command line), inside
 * it comments and commas before a closing bracket are read past.
 */
export function findJson(text: string, wanted: (value: unknown) => boolean): FoundJson | undefined {
  const plain = parsed(text);
  if (plain && wanted(plain.value)) return { value: plain.value, wrapped: false };
  const opening = /[{[]/g;
  for (let tries = 0; tries < mostBeginnings; tries++) {
    const begin = opening.exec(text);
    if (!begin) return undefined;
    const candidate = balanced(text, begin.index);
    const found = candidate === undefined ? undefined : parsed(withoutLastCommas(candidate));
    if (found && wanted(found.value)) return { value: found.value, wrapped: true };
  }
  return undefined;
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** From an opening bracket to the one that closes it, without comments; undefined when none does. */
function balanced(text: string, from: number): string | undefined {
  const kept: string[] = [];
  let depth = 0;
  const token = /"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}[\]]|[^"/{}[\]]+|[\s\S]/gy;
  token.lastIndex = from;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [part] = match;
    if (part.startsWith('//') || part.startsWith('/*')) continue;
    kept.push(part);
    if (part === '{' || part === '[') depth++;
    if (part === '}' || part === ']') depth--;
    if (depth === 0) return kept.join('');
  }
  return undefined;
}

function withoutLastCommas(json: string): string {
  return json.replaceAll(
    /("(?:[^"\\]|\\[\s\S])*")|,(\s*[}\]])/g,
    (_, text: string | undefined, closing: string | undefined) => text ?? closing ?? '',
  );
}
