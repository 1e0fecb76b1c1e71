import type { Problem } from '@satu-atap/domain';
import { firstProblems, largestText, readYaml, type PlacedProblem } from './yaml.ts';

/** Judges a document that a text holds. */
export type Judge<T> = (value: unknown) => { definition: T | undefined; problems: Problem[] };

/** A definition without errors, or none; and what is wrong or doubtful in its text, in its order. */
export type ReadDefinition<T> = { definition: T | undefined; problems: PlacedProblem[] };

/**
 * Reads a definition as it is written, in YAML or JSON in UTF-8. Whatever is wrong with it comes as
 * problems, in time and memory that nobody's text can stretch.
 */
export function readDefinition<T>(written: Uint8Array, judge: Judge<T>): ReadDefinition<T> {
  if (written.byteLength > largestText) {
    return failed(`is larger than ${largestText / 1024} KiB: that is no definition`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(written);
    return judged(text, judge);
  } catch (error) {
    if (error instanceof RangeError) return failed('is nested too deep');
    if (error instanceof TypeError && 'code' in error) return failed('is not text in UTF-8');
    throw error;
  }
}

function judged<T>(text: string, judge: Judge<T>): ReadDefinition<T> {
  const yaml = readYaml(text);
  if (yaml.value === undefined) return { definition: undefined, problems: yaml.problems };
  if (yaml.value === null) return failed('is empty');
  const { definition, problems } = judge(yaml.value);
  // What the text itself is wrong about is told once.
  const isTold = ({ line, column }: PlacedProblem) =>
    yaml.problems.some((told) => told.line === line && told.column === column);
  const further = firstProblems(problems).map((one) => yaml.placed(one));
  const placed = [...yaml.problems, ...further.filter((one) => !isTold(one))];
  return {
    definition: yaml.problems.length === 0 ? definition : undefined,
    problems: placed.toSorted((a, b) => a.line - b.line || a.column - b.column),
  };
}

function failed(message: string): ReadDefinition<never> {
  const problem = { line: 1, column: 1, path: [], message, severity: 'error' } as const;
  return { definition: undefined, problems: [problem] };
}
