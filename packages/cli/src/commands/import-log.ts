import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { serviceId, name as unitName, type Duration } from '@satu-atap/domain';
import { ServiceCatalogue, type EventStore } from '@satu-atap/event-store';
import {
  csvSource,
  judgeLog,
  LogFault,
  LogFile,
  plainName,
  takeOverLog,
  xesSource,
  type CsvOptions,
  type ImportRequest,
  type LogSource,
} from '@satu-atap/evidence';
import { InvalidArgumentError, type Command } from 'commander';
import { compiledFile, definitions } from '../definitions.ts';
import { readOffices } from '../definition-file.ts';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type Settings, type SettingsFlags } from '../settings.ts';
import { printToStdout, type Print } from './check.ts';
import { durationFlag, timeZoneFlag } from './log-flags.ts';
import { outcomeLines } from './import-log-text.ts';
import { detailOf } from './publish.ts';

export type ImportLogOptions = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  office?: string;
  unit: string;
  serviceId?: string;
  service?: string;
  map: ReadonlyMap<string, string>;
  keepDeviations?: boolean;
  standard?: Duration;
  classifier?: string;
  timeZone?: string;
  offices: string;
};

/** @param timeZone of times that name none */
type SourceOf = (file: LogFile, timeZone: string) => LogSource;

/** `satu-atap import xes` and `import csv`: cases of another system become applications. */
export function importLogCommands(group: Command): void {
  withFlags(group.command('xes'))
    .description('take over the cases of an event log in XES, packed or not')
    .argument('<file>', 'the log: .xes or .xes.gz')
    .option('--classifier <name>', 'the classifier of the log that tells activities apart')
    .action(async (path: string, options: ImportLogOptions) => {
      await run(path, xesSource, options);
    });
  withCsvFlags(withFlags(group.command('csv')))
    .description('take over the cases of an event log in CSV, packed or not: a row an event')
    .argument('<file>', 'the log: .csv or .csv.gz')
    .action(async (path: string, options: ImportLogOptions & Omit<CsvOptions, 'timeZone'>) => {
      await run(path, (file, timeZone) => csvSource(file, { ...options, timeZone }), options);
    });
}

function withFlags(command: Command): Command {
  return command
    .option('--office <id>', 'the office that they are put into (default: the first by id)')
    .option('--unit <name>', 'the unit of a discovered service', unitFlag, 'imported')
    .option(
      '--service-id <id>',
      'name of a discovered service (default: <unit>.<name of the file>)',
    )
    .option('--service <id or file>', 'put them under this service instead of discovering one')
    .option(
      '--map <activity=action...>',
      'the action of that service for an activity',
      mapFlag,
      new Map(),
    )
    .option(
      '--keep-deviations',
      'take over steps that the service does not allow, as they happened',
    )
    .option(
      '--standard <time>',
      'what was promised, as in "14 working-days" (default: nothing)',
      durationFlag,
    )
    .option(
      '--time-zone <zone>',
      'of times that name none (default: that of the office)',
      timeZoneFlag,
    )
    .option('--offices <folder>', 'offices', 'offices')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)');
}

/** What a CSV file needs to be told. */
export function withCsvFlags(command: Command): Command {
  return command
    .option('--case <column>', 'the column of the case')
    .option('--activity <column>', 'the column of the activity')
    .option('--timestamp <column>', 'the column of the time')
    .option('--resource <column>', 'the column of who acted')
    .option('--lifecycle <column>', 'the column of the lifecycle transition')
    .option('--delimiter <sign>', 'what separates cells (default: found out)')
    .option('--timestamp-format <format>', 'how times are written, as in "dd-MM-yyyy HH:mm"')
    .option('--sort-by-time', 'order the events of a case by time (default: as the rows come)');
}

async function run(path: string, sourceOf: SourceOf, options: ImportLogOptions): Promise<void> {
  const isDone = await importLogFile(path, sourceOf, options, printToStdout);
  if (!isDone) process.exitCode = 1;
}

/**
 * Opens the store, and makes its folder, only once the log is found fit: what is refused leaves nothing.
 *
 * @returns whether the log is there now
 * @throws SettingsError for flags that cannot be used
 */
export async function importLogFile(
  path: string,
  sourceOf: SourceOf,
  options: ImportLogOptions,
  print: Print,
): Promise<boolean> {
  const settings = readSettings(process.env, options);
  const { office, others } = await officeOf(options);
  let file: LogFile | undefined;
  let source: LogSource | undefined;
  let store: EventStore | undefined;
  const open = async () => {
    if ('file' in settings.eventStore) await mkdir(settings.data, { recursive: true });
    store = await openStore(settings);
    return { store, services: new ServiceCatalogue(store) };
  };
  try {
    const timeZone = options.timeZone ?? office.timeZone;
    file = await LogFile.open(path);
    source = sourceOf(file, timeZone);
    const definition = await definitionOf(source, settings, options);
    const request = {
      source,
      office: office.id,
      actor: localActor(),
      now: Temporal.Now.instant(),
      timeZone,
      classifier: options.classifier,
      definition,
      progress: progress(),
    };
    const began = performance.now();
    const judged = await judgeLog(request);
    const outcome =
      'type' in judged ? judged : await takeOverLog({ ...request, ...(await open()) }, judged);
    const seconds = (performance.now() - began) / 1000;
    for (const line of outcomeLines(outcome, source.file.name, { seconds, detailOf })) print(line);
    if (outcome.type === 'imported' && others.length > 0) {
      print(`  into ${office.id}; say --office for another: ${others.join(', ')}`);
    }
    return outcome.type === 'imported' || outcome.type === 'already';
  } catch (error) {
    if (!(error instanceof LogFault)) throw error;
    print(error.in(path));
    print('nothing is imported');
    return false;
  } finally {
    await (source ?? file)?.close();
    await store?.close();
  }
}

/** The office, and which else it might be where nobody said. */
async function officeOf({ office, offices: folder }: Pick<ImportLogOptions, 'office' | 'offices'>) {
  const offices = await definitions('offices', folder, readOffices);
  const ids = offices.map(({ id }) => id).toSorted();
  const chosen = office ?? ids[0];
  const found = offices.find(({ id }) => id === chosen);
  if (!found) {
    throw new SettingsError(`There is no office "${office ?? ''}" (known: ${ids.join(', ')}).`);
  }
  return { office: found, others: office === undefined ? ids.slice(1) : [] };
}

type Definition = ImportRequest['definition'];

async function definitionOf(
  source: LogSource,
  settings: Settings,
  { service, serviceId: chosen, unit, map, keepDeviations = false, standard }: ImportLogOptions,
): Promise<Definition> {
  if (service !== undefined) {
    const { given, isToPublish } = await givenService(service, settings);
    const unknown = [...map.values()].find((action) => !given.actionNames.has(action));
    if (unknown !== undefined) {
      const known = [...given.actionNames].join(', ');
      throw new SettingsError(`--map: ${given.id} has no action "${unknown}" (known: ${known}).`);
    }
    return { kind: 'given', service: given, isToPublish, mapped: map, keepDeviations };
  }
  if (map.size > 0 || keepDeviations) {
    throw new SettingsError(
      '--map and --keep-deviations go with --service: name one, or leave them out.',
    );
  }
  const id =
    chosen ??
    `${unit}.${plainName(source.file.name.replace(/(\.xes|\.csv)?(\.gz)?$/i, '')).slice(0, 60)}`;
  if (!serviceId.safeParse(id).success || !id.startsWith(`${unit}.`)) {
    throw new SettingsError(
      `--service-id: "${id}" is no service of the unit ${unit}; name it ${unit}.…`,
    );
  }
  return { kind: 'discovered', id, unit, standard };
}

/** A service that was published; or that of a file, which is published with the import. */
async function givenService(wanted: string, settings: Settings) {
  if (!serviceId.safeParse(wanted).success || existsSync(wanted)) {
    return { given: await compiledFile(wanted), isToPublish: true };
  }
  const given = await publishedService(wanted, settings);
  if (given) return { given, isToPublish: false };
  throw new SettingsError(`--service: ${wanted} was never published, or is withdrawn.`);
}

async function publishedService(id: string, settings: Settings) {
  const { eventStore } = settings;
  if ('file' in eventStore && !existsSync(eventStore.file)) return undefined;
  const store = await openStore(settings);
  try {
    return await new ServiceCatalogue(store).newest(id);
  } finally {
    await store.close();
  }
}

/** A line on standard error now and then. */
function progress() {
  let last = performance.now();
  return (phase: 'reading' | 'writing', { cases, events }: { cases: number; events: number }) => {
    const now = performance.now();
    if (now - last < 2000) return;
    last = now;
    process.stderr.write(`${phase}: ${cases} cases, ${events} events\n`);
  };
}

function unitFlag(text: string): string {
  if (unitName.safeParse(text).success) return text;
  throw new InvalidArgumentError('must be lower-case words joined by hyphens');
}

function mapFlag(text: string, mapped: ReadonlyMap<string, string>): Map<string, string> {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('write activity=action');
  return new Map([...mapped, [text.slice(0, at), text.slice(at + 1)]]);
}
