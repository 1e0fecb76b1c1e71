import type { z } from 'zod';
import { keysKnown, namesKnown } from './keys-known.ts';
import type { DocumentPath, Problem } from './problem.ts';
import { didYouMean } from './suggestion.ts';

type Issue = z.core.$ZodIssue;

/**
 * A schema's issues as problems for the person who wrote the document.
 *
 * @param schema what the document was parsed by, to suggest the keys it knows
 * @param reasons why a key is not allowed, where there is more to say than that it is not known
 */
export function schemaProblems(
  error: z.ZodError,
  input: unknown,
  schema?: z.ZodType,
  reasons: (path: DocumentPath, key: string) => string | undefined = () => undefined,
): Problem[] {
  const problems: Problem[] = [];
  const add = (path: DocumentPath, message: string) =>
    problems.push({ path, message, severity: 'error' });

  const explain = (issue: Issue, above: DocumentPath): void => {
    const path = [...above, ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        if (key === '<<') {
          add([...path, key], 'is not allowed: merging is not YAML 1.2; write the keys out');
          continue;
        }
        const reason = reasons(path, key);
        const meant = schema ? didYouMean(key, keysKnown(schema, path)) : '';
        add([...path, key], reason ? `is not allowed: ${reason}` : `is no known key here${meant}`);
      }
      return;
    }
    if (issue.code === 'invalid_key') {
      add(path, `as a name ${issue.issues[0]?.message ?? 'is not allowed'}`);
      return;
    }
    if (issue.code === 'invalid_union' && issue.discriminator === undefined) {
      const meant = alternativeMeant(issue.errors, valueAt(input, path));
      if (meant) {
        for (const inner of meant) explain(inner, path);
        return;
      }
    }
    const name = issue.code === 'invalid_union' ? valueAt(input, [...path, 'name']) : undefined;
    const meant =
      schema && typeof name === 'string' ? didYouMean(name, namesKnown(schema, path)) : '';
    add(path, messageOf(issue, valueAt(input, path)) + meant);
  };
  for (const issue of error.issues) explain(issue, []);
  return problems;
}

/** Keys that tell the alternatives of a union apart. */
const telling = ['name', 'all', 'any', 'not'];

/**
 * Of a union's alternatives the one that was meant: those that fail as a whole, or by the key that
 * tells them apart, were not.
 */
function alternativeMeant(alternatives: readonly Issue[][], value: unknown): Issue[] | undefined {
  const meant = alternatives.filter((issues) =>
    issues.every((issue) => {
      if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
        return !issue.keys.some((key) => telling.includes(key));
      }
      const [key, ...further] = issue.path as (string | number)[];
      if (key === undefined) return false;
      if (further.length > 0 || !telling.includes(String(key))) return true;
      return key !== 'name' && valueAt(value, [key]) !== undefined;
    }),
  );
  return meant.length === 1 ? meant[0] : undefined;
}

function messageOf(issue: Issue, value: unknown): string {
  const own = !/^(Invalid|Too|Unrecognized)\b/.test(issue.message);
  if (value === undefined && !(own && issue.code === 'custom')) {
    return issue.code === 'invalid_type'
      ? `is missing: ${kinds[issue.expected] ?? issue.expected}`
      : 'is missing';
  }
  if (own) {
    const known = issue.code === 'invalid_value' ? issue.values.map(String) : [];
    return issue.message + (typeof value === 'string' ? didYouMean(value, known) : '');
  }
  if (issue.code === 'invalid_type') {
    return `must be ${kinds[issue.expected] ?? issue.expected}, not ${kindOf(value)}`;
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const meant = typeof value === 'string' ? didYouMean(value, values) : '';
    return `must be ${values.join(' or ')}, not ${kindOf(value)}${meant}`;
  }
  if (issue.code === 'invalid_union') {
    const options = 'options' in issue ? issue.options?.map(String) : undefined;
    if (!options?.length) return 'is not understood';
    const meant = typeof value === 'string' ? didYouMean(value, options) : '';
    return `must be ${options.join(' or ')}, not ${kindOf(value)}${meant}`;
  }
  if (issue.code === 'too_small') {
    const word = issue.inclusive === false ? 'more than' : 'at least';
    return `must be ${word} ${issue.minimum}${measures[issue.origin] ?? ''}`;
  }
  if (issue.code === 'too_big') {
    const word = issue.inclusive === false ? 'less than' : 'at most';
    return `must be ${word} ${issue.maximum}${measures[issue.origin] ?? ''}`;
  }
  return issue.message.replace(/^Invalid input: /, '');
}

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  tuple: 'a list',
};

const measures: Record<string, string> = { string: ' characters long', array: ' long' };

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value)?.slice(0, 80) ?? typeof value;
}

/** The part of a document that a path leads to, or undefined. */
export function valueAt(input: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    input,
  );
}
