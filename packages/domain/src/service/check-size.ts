import type { DocumentPath, Problem } from './problem.ts';

/** More than any service has; each bounds what checking and compiling a definition can cost. */
const most = {
  states: 500,
  actions: 5_000,
  fields: 500,
  documents: 200,
  outputs: 50,
  values: 100_000,
};
const deepest = 64;

/** Signs that nobody writes in a definition, and that would reorder or hide what others read. */
const hidden = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Surrogate}]/u;

/**
 * What makes a document no definition, whatever it says: too many parts, too deep, signs that cannot
 * be seen. Asked before anything else looks at it, so it must stop early and not recurse.
 */
export function checkSize(input: unknown): Problem[] {
  const problems: Problem[] = [];
  const error = (path: DocumentPath, message: string) =>
    problems.push({ path, message, severity: 'error' });
  const count = { states: 0, actions: 0, values: 0 };
  const open: { value: unknown; path: DocumentPath }[] = [{ value: input, path: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && hidden.test(value)) {
      error(path, `holds a sign that cannot be seen (${codeOf(value)}); leave it out`);
    }
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= deepest) return [tooDeep];
    const inner = Object.entries(value);
    count.values += inner.length;
    if (path[0] === 'workflow' && path.at(-1) === 'states') count.states += inner.length;
    if (path[0] === 'workflow' && path.at(-1) === 'on') count.actions += inner.length;
    const beyond = (['states', 'actions', 'values'] as const).find(
      (kind) => count[kind] > most[kind],
    );
    if (beyond) {
      error(beyond === 'values' ? [] : ['workflow'], `has more than ${most[beyond]} ${beyond}`);
      return problems;
    }
    for (const kind of ['form', 'documents', 'outputs'] as const) {
      const limit = most[kind === 'form' ? 'fields' : kind];
      if (path.length === 1 && path[0] === kind && inner.length > limit) {
        error(path, `has more than ${limit} entries`);
        return problems;
      }
    }
    for (const [key, part] of inner.toReversed()) open.push({ value: part, path: [...path, key] });
    if (problems.length > most.fields) return problems;
  }
  return problems;
}

export const tooDeep: Problem = { path: [], message: 'is nested too deep', severity: 'error' };

function codeOf(text: string): string {
  const code = hidden.exec(text)?.[0].codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
