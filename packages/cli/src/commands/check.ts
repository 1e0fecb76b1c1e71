import type { ServiceDefinition } from '@satu-atap/domain';
import type { Command } from 'commander';
import {
  definedTwice,
  numbersShared,
  readAny,
  readOffers,
  yamlFiles,
  type AnyDefinition,
  type FileProblem,
  type Found,
} from '../definition-file.ts';

export type Print = (line: string) => void;
export const printToStdout: Print = (line) => void process.stdout.write(`${line}\n`);

/** `satu-atap check`: everything that is wrong in definition files, each with its place. */
export function checkCommand(program: Command): void {
  program
    .command('check')
    .description('check services, calendars, offices and recipients; folders are searched')
    .argument('<file...>', 'YAML or TypeScript files, or folders that hold YAML')
    .option('--services <folder>', 'services that offices may offer, if it is there', 'services')
    .action(async (paths: string[], { services }: { services: string }) => {
      if (!(await checkFiles(paths, printToStdout, services)).sound) process.exitCode = 1;
    });
}

export type Checked = { sound: boolean; found: Found<AnyDefinition>[] };

/**
 * Reads and judges the files, prints what is wrong, and a last line that sums up.
 *
 * @param services a folder of services that offices may offer, beside those among the files
 */
export async function checkFiles(
  paths: readonly string[],
  print: Print,
  services = 'services',
): Promise<Checked> {
  let missing = false;
  const files: string[] = [];
  for (const path of paths) {
    const below = await yamlFiles(path).catch(isNotThere);
    if (below.length === 0) print(`${path}: no YAML file there`);
    files.push(...below.filter((file) => !files.includes(file)));
    missing ||= below.length === 0;
  }
  const reads = await Promise.all(files.map(readAny));
  const found = reads.flatMap((read) => read.found);
  const problems = [
    ...reads.flatMap((read) => read.problems),
    ...twice(found),
    ...numbersShared(servicesOf(found)),
    ...(await offersAmong(found, files, services)),
  ];
  for (const problem of problems) print(problemLine(problem));

  const errors = problems.filter(({ severity }) => severity === 'error');
  // A module may hold several definitions.
  const definitions = reads.reduce((sum, read) => sum + Math.max(1, read.found.length), 0);
  // Where there was nothing to check, that is all there is to say.
  if (reads.length > 0) print(summary(definitions, errors, problems.length - errors.length));
  return { sound: !missing && errors.length === 0, found };
}

/** `services/dpmptsp/sip.yaml:12:5  workflow.initial: "chek" is no state …` */
export function problemLine({ file, line, column, path, message, severity }: FileProblem): string {
  const place = path.length > 0 ? `${path.join('.')}: ` : '';
  return printable(
    `${file}:${line}:${column}  ${severity === 'warning' ? 'warning: ' : ''}${place}${message}`,
  );
}

/** Other people's words must not steer the terminal that they are shown on. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Bidi_Control}]/gu,
    (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function isNotThere(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** What is wrong with the offices' choices of services, as far as any services are known. */
async function offersAmong(
  found: readonly Found<AnyDefinition>[],
  files: readonly string[],
  folder: string,
): Promise<FileProblem[]> {
  const choosing = found.filter(
    ({ definition: any }) => any.kind === 'office' && any.definition.offers,
  );
  if (choosing.length === 0) return [];
  const others = (await yamlFiles(folder).catch(isNotThere)).filter(
    (file) => !files.includes(file),
  );
  const known = [
    ...found,
    ...(await Promise.all(others.map(readAny))).flatMap((read) => read.found),
  ];
  const services = known.flatMap(({ definition: any }) =>
    any.kind === 'service' ? [any.definition] : [],
  );
  if (services.length === 0) return [];
  const offers = await Promise.all(choosing.map(({ file }) => readOffers(file, services)));
  return offers.flatMap(({ problems }) => problems);
}

function servicesOf(found: readonly Found<AnyDefinition>[]): Found<ServiceDefinition>[] {
  return found.flatMap(({ file, definition: any }) =>
    any.kind === 'service' ? [{ file, definition: any.definition }] : [],
  );
}

function twice(found: readonly Found<AnyDefinition>[]): FileProblem[] {
  return (['service', 'office', 'calendar', 'recipient'] as const).flatMap((kind) =>
    definedTwice(
      found.flatMap(({ file, definition: any }) =>
        any.kind === kind ? [{ file, definition: any.definition }] : [],
      ),
    ),
  );
}

function summary(definitions: number, errors: readonly FileProblem[], warnings: number): string {
  const doubtful = warnings > 0 ? `, ${count(warnings, 'warning')}` : '';
  if (errors.length === 0) {
    return warnings > 0
      ? `${count(definitions, 'definition')}, no errors${doubtful}`
      : `${count(definitions, 'definition')}, no problems`;
  }
  const wrong = new Set(errors.map(({ file }) => file)).size;
  return `${count(errors.length, 'error')} in ${wrong} of ${count(definitions, 'definition')}${doubtful}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
