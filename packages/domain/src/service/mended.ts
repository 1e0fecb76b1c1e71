import type { z } from 'zod';
import { keysKnown } from './keys-known.ts';
import type { DocumentPath, Problem } from './problem.ts';
import { valueAt } from './schema-problems.ts';
import { nearest } from './suggestion.ts';

/** A faulty document with its faulty parts replaced, so that what is left can be judged too. */
export type Mended<T> = {
  value: T;
  /** Where something was replaced or left out. */
  at: DocumentPath[];
  /** Names of entries that are gone, or are no longer what they were. */
  gone: ReadonlySet<string>;
  /** Whether moves still lead where they led. */
  keepsMoves: boolean;
};

type Issue = z.core.$ZodIssue;
type Part = Record<string | number, unknown>;

/** What is left out may have hidden further faults; nothing lies this deep in a definition. */
const mostRounds = 12;
/** Who made so many mistakes has enough to read. */
const mostIssues = 100;

/**
 * Replaces what a schema finds wrong by something that it accepts: what was probably meant, or any
 * value that will do, or nothing.
 *
 * @returns undefined where too little would be left of the document
 */
export function mended<T>(input: unknown, schema: z.ZodType<T>): Mended<T> | undefined {
  const copy: unknown = structuredClone(input);
  const at: DocumentPath[] = [];
  const gone = new Set<string>();
  const tries = new Map<string, number>();
  for (let round = 0; round < mostRounds; round++) {
    const parsed = schema.safeParse(copy);
    if (parsed.success) {
      return { value: parsed.data, at, gone, keepsMoves: !at.some(leadsElsewhere) };
    }
    if (parsed.error.issues.length > mostIssues) return undefined;
    const { issues } = parsed.error;
    // A key that was meant for another may be what is missing elsewhere.
    if (issues.flatMap(misnamed).filter((path) => rename(copy, path, schema, at)).length > 0)
      continue;
    for (const issue of issues) {
      for (const path of pathsOf(issue)) {
        const key = JSON.stringify(path);
        const tried = tries.get(key) ?? 0;
        tries.set(key, tried + 1);
        // What will not be mended goes, and after it what it lies in.
        const place = tried < 3 ? path : path.slice(0, Math.min(-1, 2 - tried));
        if (place.length === 0) return undefined;
        at.push(place);
        mendAt(copy, place, tried < 3 ? issue : undefined, gone);
      }
    }
  }
  return undefined;
}

/** Whether a problem of a mended document may be there because of the mending. */
export function isOfMending(problem: Problem, rest: Mended<unknown>): boolean {
  const { path, message, severity } = problem;
  const { value, at, gone, keepsMoves } = rest;
  const told = message.toLowerCase();
  const part = conditions.has(path.at(-1) ?? '') ? JSON.stringify(valueAt(value, path)) : '';
  return (
    at.some((place) => begins(path, place) || leavesNothing(place, path)) ||
    [...gone].some((name) => told.includes(name.toLowerCase()) || part?.includes(name)) ||
    // A part under a name that is none may be the one that is missing.
    (message.includes('(there are none)') && at.some((place) => losesEntries(place, value))) ||
    // Who acts and what is given out is told from the actions that there are.
    (severity === 'warning' &&
      ['documents', 'fee', 'outputs'].includes(String(path[0])) &&
      (!keepsMoves || at.some((place) => place.includes('roles'))))
  );
}

function losesEntries([key = '', ...further]: DocumentPath, value: unknown): boolean {
  return (
    further.length === 0 && (entries.has(key) || !(isPart(value) && Object.hasOwn(value, key)))
  );
}

/** Whether what was replaced takes the ground from a problem that lies beside it. */
function leavesNothing(place: DocumentPath, part: DocumentPath): boolean {
  const where = place.join('.');
  if (where === 'workflow.states') return part[0] === 'workflow';
  if (where === 'unit') return part[0] === 'id';
  // Times are compared with one another.
  const comparesTimes = part.at(-1) === 'standard' || part.join('.') === 'standard.time';
  return comparesTimes && (where.startsWith('standard.time') || begins(place, part));
}

/** Whether a path is the beginning of another, or the whole of it. */
export function begins(path: DocumentPath, beginning: DocumentPath): boolean {
  return beginning.every((key, index) => path[index] === key);
}

function pathsOf(issue: Issue): DocumentPath[] {
  return issue.code === 'unrecognized_keys' ? misnamed(issue) : [issue.path as (string | number)[]];
}

function misnamed(issue: Issue): DocumentPath[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.map((key) => [...(issue.path as (string | number)[]), key]);
}

/** Gives a misspelt key the name that was meant, where that is not there. */
function rename(root: unknown, path: DocumentPath, schema: z.ZodType, at: DocumentPath[]): boolean {
  const [key, above] = [String(path.at(-1)), path.slice(0, -1)];
  const holder = partAt(root, above);
  const meant = nearest(key, keysKnown(schema, above));
  if (!holder || meant === undefined || Object.hasOwn(holder, meant)) return false;
  at.push(path);
  holder[meant] = holder[key];
  return Reflect.deleteProperty(holder, key);
}

function mendAt(
  root: unknown,
  path: DocumentPath,
  issue: Issue | undefined,
  gone: Set<string>,
): void {
  const key = path.at(-1) ?? '';
  const holder = partAt(root, path.slice(0, -1));
  if (!holder) return;
  const before = Object.hasOwn(holder, key) ? holder[key] : undefined;
  // A field of another type changes what conditions on it say.
  if (path[0] === 'form' && path[2] === 'type') gone.add(String(path[1]));
  const better = issue && replacement(issue, before, path);
  if (better !== undefined) {
    holder[key] = better;
  } else if (Array.isArray(holder)) {
    // Without it, the places of those behind it would be others.
    holder[Number(key)] = 'x';
  } else {
    Reflect.deleteProperty(holder, key);
    if (entries.has(path.at(-2) ?? '')) gone.add(String(key));
  }
}

const conditions = new Set<string | number>(['expression', 'guard', 'when']);

/** Maps whose keys are names that other parts of a definition refer to. */
const entries = new Set<string | number>(['form', 'documents', 'outputs', 'states', 'on']);

/** What decides where the moves of a workflow lead. */
const leading = new Set<string | number>([
  'workflow',
  'states',
  'on',
  'initial',
  'target',
  'branches',
  'always',
  'onDone',
  'type',
]);

function leadsElsewhere(path: DocumentPath): boolean {
  const [last, holder] = path.filter((key) => typeof key === 'string').toReversed();
  if (path[0] !== 'workflow' || last === undefined) return false;
  return leading.has(last) || holder === 'states' || holder === 'on';
}

function replacement(issue: Issue, before: unknown, path: DocumentPath): unknown {
  if (isGuardAt(path) && issue.code !== 'unrecognized_keys') return { name: 'fee-paid' };
  switch (issue.code) {
    case 'invalid_value':
      return oneOf(issue.values.map(String), before) ?? issue.values[0];
    case 'invalid_union': {
      const options = 'options' in issue ? (issue.options ?? []).map(String) : [];
      return oneOf(options, before) ?? options.at(-1);
    }
    case 'invalid_type':
      return values[issue.expected]?.();
    case 'too_small':
      if (issue.origin === 'array') return ['x'];
      if (issue.origin === 'string') return 'x';
      return issue.inclusive === false ? Number(issue.minimum) + 0.5 : Number(issue.minimum);
    case 'too_big':
      if (typeof before === 'string') return before.slice(0, Number(issue.maximum));
      if (Array.isArray(before)) return before.slice(0, Number(issue.maximum));
      return issue.inclusive === false ? Number(issue.maximum) - 0.5 : Number(issue.maximum);
    case 'invalid_format':
      return path.length === 1 && path[0] === 'id' ? 'x.x' : undefined;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return undefined;
  }
}

function oneOf(known: readonly string[], given: unknown): string | undefined {
  return typeof given === 'string' ? nearest(given, known) : undefined;
}

/** A value of each kind, the smallest there is. */
const values: Record<string, () => unknown> = {
  string: () => 'x',
  number: () => 1,
  int: () => 1,
  boolean: () => false,
  array: () => [],
  object: () => ({}),
  record: () => ({}),
};

function isGuardAt(path: DocumentPath): boolean {
  const last = path.findLast((key) => typeof key === 'string');
  return last === 'guard' || last === 'not' || last === 'all' || last === 'any';
}

function partAt(root: unknown, path: DocumentPath): Part | undefined {
  const part = path.reduce<unknown>((here, key) => (isPart(here) ? here[key] : undefined), root);
  return isPart(part) ? part : undefined;
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null;
}
