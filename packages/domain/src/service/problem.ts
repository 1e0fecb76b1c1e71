import { didYouMean } from './suggestion.ts';

/** Where in a document: keys and list indexes from its root. */
export type DocumentPath = readonly (string | number)[];

/**
 * Something wrong in a document: where, what, and the way out. The message completes a sentence
 * that begins with the path: `workflow.initial` `"chek" is no state (known: check, done)`.
 *
 * An `error` keeps a definition from being published; a `warning` says that a part of it does
 * nothing or will surprise.
 */
export type Problem = { path: DocumentPath; message: string; severity: 'error' | 'warning' };

/** Where checks put what they find. */
export type Report = {
  error(path: DocumentPath, message: string): void;
  warning(path: DocumentPath, message: string): void;
};

export function isError({ severity }: Problem): boolean {
  return severity === 'error';
}

export function reportInto(problems: Problem[]): Report {
  return {
    error: (path, message) => problems.push({ path, message, severity: 'error' }),
    warning: (path, message) => problems.push({ path, message, severity: 'warning' }),
  };
}

/** `"chek" is no state; did you mean "check"? (known: check, done)` */
export function unknown(kind: string, given: string, known: readonly string[]): string {
  if (known.length === 0) return `"${given}" is no ${kind} (there are none)`;
  const more = known.length > 20 ? `, and ${known.length - 20} more` : '';
  return `"${given}" is no ${kind}${didYouMean(given, known)} (known: ${known.slice(0, 20).join(', ')}${more})`;
}
