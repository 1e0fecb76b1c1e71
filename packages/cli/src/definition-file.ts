import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  largestText,
  readDefinition as readDefinitionText,
  type Judge,
  type PlacedProblem,
} from '@satu-atap/api/definition-text';
import {
  calendarDefinition,
  checkOffers,
  numbersSharedBetween,
  officeDefinition,
  parseWrittenDefinition,
  recipientDefinition,
  schemaProblems,
  type CalendarDefinition,
  type OfficeDefinition,
  type Problem,
  type RecipientDefinition,
  type ServiceDefinition,
} from '@satu-atap/domain';
import type { z } from 'zod';
import { readModule } from './definition-module.ts';

/** A problem and where it is: in which file, and at which line and column. */
export type FileProblem = PlacedProblem & { file: string };

/** A definition and the file that holds it. */
export type Found<T> = { file: string; definition: T };

/** Definitions without errors, and everything that is wrong or doubtful in the files read. */
export type Read<T> = { found: Found<T>[]; problems: FileProblem[] };

/** Any definition; which one it is, its keys tell. */
export type AnyDefinition =
  | { kind: 'service'; definition: ServiceDefinition }
  | { kind: 'office'; definition: OfficeDefinition }
  | { kind: 'calendar'; definition: CalendarDefinition }
  | { kind: 'recipient'; definition: RecipientDefinition };

export const readService = (file: string) => readDefinition(file, parseWrittenDefinition);
export const readOffice = (file: string) => readDefinition(file, against(officeDefinition));
export const readCalendar = (file: string) => readDefinition(file, against(calendarDefinition));
/** What an office offers, held against the services that there are; nothing else of it is judged. */
export const readOffers = (file: string, services: readonly ServiceDefinition[]) =>
  readDefinition(file, (value) => {
    const office = officeDefinition.safeParse(value);
    return {
      definition: undefined,
      problems: office.success ? checkOffers(office.data, services) : [],
    };
  });
export const readRecipient = (file: string) => readDefinition(file, against(recipientDefinition));
export const readAny = (file: string) => readDefinition(file, judgeAny);

/** Every service definition below the folder, `services/<unit>/<service>.yaml`. */
export async function readServices(folder: string): Promise<Read<ServiceDefinition>> {
  const read = await readFolder(folder, readService);
  for (const { file, definition } of read.found) {
    const [place, ...below] = relative(folder, file).split(sep);
    if (below.length > 0 && place !== definition.unit) {
      const message = `is of the unit "${definition.unit}" but lies in the folder of "${place}"`;
      read.problems.push(inFile(file, message, ['unit']));
    }
  }
  return read;
}

/** Every office below the folder, one a file. */
export const readOffices = (folder: string) => readFolder(folder, readOffice);

/** Every working calendar below the folder, one a file. */
export const readCalendars = (folder: string) => readFolder(folder, readCalendar);

/** Every recipient of notifications below the folder, one a file. */
export const readRecipients = (folder: string) => readFolder(folder, readRecipient);

/**
 * The files that a path means: itself, or the YAML files below it, in order. TypeScript is run when it
 * is read, so a folder is not searched for it.
 *
 * @throws Error with the code ENOENT when there is nothing of that name
 */
export async function yamlFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Problems of several files about one id, which only one may define. */
export function definedTwice(found: readonly Found<{ id: string }>[]): FileProblem[] {
  const first = new Map<string, string>();
  return found.flatMap(({ file, definition: { id } }) => {
    const earlier = first.get(id);
    first.set(id, earlier ?? file);
    return earlier === undefined
      ? []
      : [inFile(file, `"${id}" is defined in ${earlier} too`, ['id'])];
  });
}

/** Documents of two services that could bear the same number: whoever looks it up would find both. */
export function numbersShared(found: readonly Found<ServiceDefinition>[]): FileProblem[] {
  const services = found.map(({ definition }) => definition);
  return numbersSharedBetween(services).flatMap(({ index, output, other, number }) => {
    const file = found[index]?.file;
    if (file === undefined) return [];
    const message = `could be that of another service, too (${other}): ${number}`;
    const problem = inFile(file, message, ['outputs', output, 'number']);
    return [{ ...problem, severity: 'warning' }];
  });
}

async function readFolder<T extends { id: string }>(
  folder: string,
  readOne: (file: string) => Promise<Read<T>>,
): Promise<Read<T>> {
  const reads = await Promise.all((await yamlFiles(folder)).map(readOne));
  const found = reads.flatMap((read) => read.found);
  return { found, problems: [...reads.flatMap((read) => read.problems), ...definedTwice(found)] };
}

/** Reads one file; whatever is wrong with it comes as problems. @throws when it cannot be opened */
async function readDefinition<T>(file: string, judge: Judge<T>): Promise<Read<T>> {
  if (file.endsWith('.ts')) return readModule(file, judge);
  // Of what is too large no more is read than says so.
  const written: Buffer[] = await Array.fromAsync(createReadStream(file, { end: largestText }));
  const { definition, problems } = readDefinitionText(Buffer.concat(written), judge);
  return {
    found: definition === undefined ? [] : [{ file, definition }],
    problems: problems.map((problem) => ({ ...problem, file })),
  };
}

function against<Schema extends z.ZodType>(schema: Schema): Judge<z.infer<Schema>> {
  return (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success
      ? { definition: parsed.data, problems: [] }
      : { definition: undefined, problems: schemaProblems(parsed.error, value, schema) };
  };
}

const judgeAny: Judge<AnyDefinition> = (value) => {
  const has = (key: string) => typeof value === 'object' && value !== null && key in value;
  const as = <Kind extends AnyDefinition['kind'], T>(kind: Kind, judge: Judge<T>) => {
    const { definition, problems } = judge(value);
    return { definition: definition && { kind, definition }, problems };
  };
  if (has('week')) return as('calendar', against(calendarDefinition));
  if (has('timeZone')) return as('office', against(officeDefinition));
  if (has('topics')) return as('recipient', against(recipientDefinition));
  return as('service', parseWrittenDefinition);
};

function inFile(file: string, message: string, path: Problem['path'] = []): FileProblem {
  return { file, line: 1, column: 1, path, message, severity: 'error' };
}
