import { writtenCalendar, type CalendarInForce } from '@satu-atap/domain';
import { simulate, type SimulationReport } from '@satu-atap/domain/simulation';
import { InvalidArgumentError, type Command } from 'commander';
import { compiledFile, definitions } from '../definitions.ts';
import { readCalendars, readOffices } from '../definition-file.ts';
import { SettingsError } from '../settings.ts';
import { printToStdout } from './check.ts';
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
    .argument('<file>', 'the file of a service, in YAML or TypeScript')
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

async function workplace({
  office: wantedOffice,
  calendar: wantedCalendar,
  offices: officeFolder,
  calendars: calendarFolder,
}: Options): Promise<{ office: string; calendar: CalendarInForce }> {
  const offices = await definitions('offices', officeFolder, readOffices);
  const calendars = await definitions('calendars', calendarFolder, readCalendars);
  const office = chosen('office', wantedOffice ?? offices[0]?.id, offices);
  const calendar = chosen('calendar', wantedCalendar ?? office.calendar, calendars);
  return { office: office.id, calendar: writtenCalendar(calendar, office.timeZone) };
}

function chosen<T extends { id: string }>(
  kind: 'office' | 'calendar',
  id: string | undefined,
  all: readonly T[],
): T {
  const one = all.find((each) => each.id === id);
  if (one) return one;
  const known = all.map((each) => each.id).join(', ');
  throw new SettingsError(`no ${kind} "${id ?? ''}" (known: ${known})`);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}`);
  };
}
