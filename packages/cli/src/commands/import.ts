import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { importDigit, type ImportedService } from '../digit/import-digit.ts';
import { printToStdout, type Print } from './check.ts';

type Options = { out?: string; unit?: string; overwrite?: boolean };

/** The largest of the files that DIGIT's own repository holds is 42 kB. */
const largestFile = 2 * 1024 * 1024;

/** `satu-atap import digit`: workflow definitions of the DIGIT platform as service definitions. */
export function importCommand(program: Command): void {
  program
    .command('import')
    .description('turn definitions of other systems into service definitions')
    .command('digit')
    .description('import DIGIT workflow definitions (BusinessServices)')
    .argument('<file>', 'a file that holds the JSON, also inside a command line or with comments')
    .option('--out <folder>', 'where to write (default: services/<unit>)')
    .option('--unit <name>', 'the unit that owns the services (default: their `business`)')
    .option('--overwrite', 'replace files that are there already')
    .action(async (file: string, options: Options) => {
      if (!(await importDigitFile(file, options, printToStdout))) process.exitCode = 1;
    });
}

/**
 * Writes a file for each service that can be imported and prints what was written, what was decided
 * and what could not be carried over.
 *
 * @returns whether every service of the file was written
 */
export async function importDigitFile(
  file: string,
  { out, unit, overwrite = false }: Options,
  print: Print,
): Promise<boolean> {
  const { size } = await stat(file);
  if (size > largestFile) {
    print(`${file}: is larger than ${largestFile / 1024} KiB: that is no workflow definition`);
    return false;
  }
  const imported = importDigit(await readFile(file, 'utf8'), basename(file), unit);
  if ('reason' in imported) {
    print(`${file}: ${imported.reason}`);
    return false;
  }
  let complete = true;
  const ids = new Set<string>();
  for (const service of imported.services) {
    if ('reason' in service) {
      complete = false;
      print(`${service.businessService}: not imported: ${service.reason}`);
    } else if (ids.has(service.id)) {
      complete = false;
      print(`${service.id}: not imported: another service of the file comes to the same name`);
    } else {
      ids.add(service.id);
      if (!(await write(service, out, overwrite, print))) complete = false;
    }
  }
  printList('not carried over from the file:', imported.notCarried, print);
  return complete;
}

async function write(
  { id, unit, yaml, report }: ImportedService,
  out: string | undefined,
  overwrite: boolean,
  print: Print,
): Promise<boolean> {
  const folder = out ?? join('services', unit);
  const target = join(folder, `${id.slice(unit.length + 1)}.yaml`);
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
