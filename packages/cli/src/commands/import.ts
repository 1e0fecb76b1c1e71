import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { importDigit, type ImportedService } from '../digit/import-digit.ts';
import { printToStdout, type Print } from './check.ts';
import { importLogCommands } from './import-log.ts';

type Options = { out?: string; unit?: string; overwrite?: boolean };

/** The services and the files that one command has written so far. */
type Run = { ids: Set<string>; written: Set<string> };

/** The largest of the files that DIGIT's own repository holds is 42 kB. */
const largestFile = 2 * 1024 * 1024;

/** `satu-atap import`: event logs as applications, and definitions of the DIGIT platform as services. */
export function importCommand(program: Command): void {
  const group = program
    .command('import')
    .description('take over what other systems have: their definitions, or their histories');
  importLogCommands(group);
  group
    .command('digit')
    .description('import DIGIT workflow definitions (BusinessServices)')
    .argument('<file...>', 'files that hold the JSON, also inside a command line or with comments')
    .option('--out <folder>', 'where to write (default: services/<unit>)')
    .option('--unit <name>', 'the unit that owns the services (default: their `business`)')
    .option('--overwrite', 'replace files that are there already')
    .action(async (files: string[], options: Options) => {
      if (!(await importDigitFiles(files, options, printToStdout))) process.exitCode = 1;
    });
}

/**
 * Writes a file for each service that can be imported and prints what was written, what was decided
 * and what could not be carried over. Services of one name in several files get names of their own.
 *
 * @returns whether every service of the files was written
 */
export async function importDigitFiles(
  files: readonly string[],
  options: Options,
  print: Print,
): Promise<boolean> {
  const run: Run = { ids: new Set(), written: new Set() };
  let complete = true;
  for (const file of files) {
    if (!(await importDigitFile(file, options, run, print))) complete = false;
  }
  return complete;
}

async function importDigitFile(
  file: string,
  options: Options,
  run: Run,
  print: Print,
): Promise<boolean> {
  const read = await readText(file);
  const imported =
    'reason' in read ? read : importDigit(read.text, basename(file), options.unit, run.ids);
  if ('reason' in imported) {
    print(`${file}: ${imported.reason}`);
    return false;
  }
  let complete = true;
  for (const service of imported.services) {
    if ('faults' in service) {
      complete = false;
      for (const { line, message } of service.faults) {
        print(`${file}:${line}  ${service.businessService}: not imported: ${message}`);
      }
    } else if (!(await write(service, options, run, print))) complete = false;
  }
  printList('not carried over from the file:', imported.notCarried, print);
  return complete;
}

/** The file's text, in UTF-8, or in UTF-16 as some shells write it. */
async function readText(file: string): Promise<{ text: string } | { reason: string }> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found?.isFile()) return { reason: 'is no file; name files that hold the JSON' };
  if (found.size > largestFile) {
    return {
      reason: `is larger than ${largestFile / 1024} KiB: that is no workflow definition; split it`,
    };
  }
  const bytes = await readFile(file);
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { reason: `is not text in ${encoding.toUpperCase()}; save it as UTF-8` };
  }
}

async function write(
  { id, unit, yaml, report }: ImportedService,
  { out, overwrite = false }: Options,
  { written }: Run,
  print: Print,
): Promise<boolean> {
  const folder = out ?? join('services', unit);
  const short = join(folder, `${id.slice(unit.length + 1)}.yaml`);
  // Services of several units that one --out brings together may have one name.
  const target = written.has(short) ? join(folder, `${id}.yaml`) : short;
  written.add(target);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(target, yaml, { flag: overwrite ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    print(`${id}: not written: ${target} is there already; name another --out, or --overwrite it`);
    return false;
  }
  print(`${id}: written to ${target}`);
  printList('decided:', report.decided, print);
  printList('not carried over:', report.notCarried, print);
  return true;
}

function printList(heading: string, lines: readonly string[], print: Print): void {
  if (lines.length === 0) return;
  print(`  ${heading}`);
  for (const line of lines) print(`    - ${line}`);
}
