import {
  compileCalendar,
  compileService,
  definitionDigest,
  type CompiledService,
  type WorkingCalendar,
} from '@satu-atap/domain';
import { simulate, type SimulationReport } from '@satu-atap/domain/simulation';
import { InvalidArgumentError, type Command } from 'commander';
import { readCalendars, readOffices, readService, type Found } from '../definition-file.ts';
import { SettingsError } from '../settings.ts';
import { printToStdout, problemLine } from './check.ts';
import { reportLines } from './simulation-text.ts';

type Options = {
  applications: number;
  seed: number;
  from: string;
  office?: string;
  calendar?: string;
  offices: string;
  calendars: string;
  json?: true;
};

/** `satu-atap simulate`: many applications walked through one service, and what came of them. */
export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .description(
      'walk many applications through a service and compare their time with its standard',
    )
    .argument('<file>', 'the YAML file of a service')
    .option('--applications <number>', 'how many', wholeNumber(1, 1_000_000), 10_000)
    .option(
      '--seed <number>',
      'the same seed gives the same report',
      wholeNumber(0, 2 ** 32 - 1),
      1,
    )
    .option('--from <date>', 'the first of the half year in which they are submitted', '2026-01-05')
    .option('--office <id>', 'the office that works on them (default: the first)')
    .option('--calendar <id>', "its working calendar (default: the office's own)")
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .option('--json', 'print the report as JSON')
    .action(async (file: string, options: Options) => {
      const report = await simulateFile(file, options);
      if (options.json) printToStdout(JSON.stringify(report, undefined, 2));
      else for (const line of reportLines(report)) printToStdout(line);
    });
}

/** @throws SettingsError when the file, the office or the calendar cannot be used, saying why */
export async function simulateFile(file: string, options: Options): Promise<SimulationReport> {
  const service = await compiledFile(file);
  const { office, calendar } = await workplace(options);
  const { applications, seed } = options;
  let from: Temporal.Instant;
  try {
    from = Temporal.PlainDate.from(options.from).toZonedDateTime(calendar.timeZone).toInstant();
  } catch {
    throw new SettingsError(`--from: "${options.from}" is no date like 2026-01-05`);
  }
  return simulate({ service, calendar, office, applications, seed, from });
}

/** The service that a file defines, ready to decide with. @throws SettingsError with its problems */
export async function compiledFile(file: string): Promise<CompiledService> {
  const { found, problems } = await readService(file);
  const definition = found[0]?.definition;
  if (!definition) throw new SettingsError(problems.map(problemLine).join('\n'));
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}

async function workplace({
  office: wantedOffice,
  calendar: wantedCalendar,
  offices: officeFolder,
  calendars: calendarFolder,
}: Options): Promise<{ office: string; calendar: WorkingCalendar }> {
  const offices = (await readOffices(officeFolder)).found;
  const calendars = (await readCalendars(calendarFolder)).found;
  const office = chosen('office', wantedOffice ?? offices[0]?.definition.id, offices);
  const calendar = chosen('calendar', wantedCalendar ?? office.calendar, calendars);
  return { office: office.id, calendar: compileCalendar(calendar, office.timeZone) };
}

function chosen<T extends { id: string }>(
  kind: 'office' | 'calendar',
  id: string | undefined,
  found: readonly Found<T>[],
): T {
  const one = found.find(({ definition }) => definition.id === id);
  if (one) return one.definition;
  const known = found.map(({ definition }) => definition.id).join(', ');
  throw new SettingsError(`no ${kind} "${id ?? ''}" (known: ${known})`);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };
}
