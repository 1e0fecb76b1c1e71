import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Judge } from '@satu-atap/api/definition-text';
import type { DocumentPath, Problem } from '@satu-atap/domain';
import type { FileProblem, Read } from './definition-file.ts';
import { placesIn } from './definition-module-places.ts';

/**
 * Reads a module of TypeScript whose default export is a definition, or a list of them. **Its code is
 * run**, with all that this process may do; so only a file that somebody names is read like this, never
 * one that lies in a folder.
 *
 * @throws Error with the code ENOENT when there is no such file
 */
export async function readModule<T>(file: string, judge: Judge<T>): Promise<Read<T>> {
  const placeOf = placesIn(await readFile(file, 'utf8'));
  const problemAt = (index: number, problem: Problem): FileProblem => ({
    ...problem,
    ...placeOf(index, problem.path),
    file,
  });
  const failed = (message: string, index = 0, path: DocumentPath = []): FileProblem =>
    problemAt(index, { path, message, severity: 'error' });

  let exported: unknown;
  try {
    // The file is somebody's own: what it exports is looked at below.
    const module = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown };
    exported = module.default;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { found: [], problems: [failed(`cannot be run: ${message}`)] };
  }
  if (exported === undefined) {
    const message = 'has no default export: write `export default defineService({ … })`';
    return { found: [], problems: [failed(message)] };
  }
  const read: Read<T> = { found: [], problems: [] };
  for (const [index, value] of (Array.isArray(exported) ? exported : [exported]).entries()) {
    const code = partsThatAreNoData(value);
    if (code.length > 0) {
      read.problems.push(...code.map(({ path, message }) => failed(message, index, path)));
      continue;
    }
    // As in YAML: plain values, and a key without a value is not there.
    const { definition, problems } = judge(JSON.parse(JSON.stringify(value)));
    read.problems.push(...problems.map((problem) => problemAt(index, problem)));
    if (definition !== undefined) read.found.push({ file, definition });
  }
  return read;
}

const deepest = 64;

/** What cannot be published: a definition is data, and what JSON leaves out would be gone unnoticed. */
function partsThatAreNoData(
  value: unknown,
  path: DocumentPath = [],
): { path: DocumentPath; message: string }[] {
  if (path.length > deepest) return [{ path: [], message: 'is nested too deep' }];
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    return [{ path, message: `is a ${typeof value}; a definition holds data only` }];
  }
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!isList && prototype !== Object.prototype && prototype !== null) {
    return [{ path, message: 'is an object of a class; a definition holds data only' }];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    partsThatAreNoData(inner, [...path, isList ? Number(key) : key]),
  );
}
