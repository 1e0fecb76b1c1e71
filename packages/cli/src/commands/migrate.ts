import { name } from '@satu-atap/domain';
import { ApplicationMemory, commandHandler, ServiceCatalogue } from '@satu-atap/event-store';
import { InvalidArgumentError, type Command } from 'commander';
import { compiledOffices } from '../definitions.ts';
import { migrateApplications, type Applying } from '../migration/migrate-applications.ts';
import type { MigrationReport } from '../migration/report.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { printToStdout } from './check.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  to: number;
  from?: number;
  map: Record<string, string>;
  apply?: boolean;
  by?: string;
  offices: string;
  calendars: string;
};

/** How many applications lie between two lines of progress. */
const progressEvery = 1000;

/** `satu-atap migrate`: running applications go on under a later version of their service. */
export function migrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('plan how running applications move to a later version of a service; or move them')
    .argument('<service>', 'the service, as in dpmptsp.sip-dokter')
    .requiredOption('--to <version>', 'the version to move to', versionNumber)
    .option('--from <version>', 'move applications of this version only', versionNumber)
    .option(
      '--map <old=new...>',
      'the state that takes a state’s place; its inner states go with it',
      stateMapping,
      {},
    )
    .option('--apply', 'move them (without it: print the plan and change nothing)')
    .option('--by <id>', 'who orders it: recorded with every application; needed with --apply')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .addHelpText('after', '\nEnds with 2 when something is left to decide.')
    .action(async (service: string, options: Options) => {
      const report = await migrate(service, options);
      const plan = options.apply ? '' : ' (a plan: nothing is changed; --apply moves)';
      printToStdout(`${service} to version ${options.to}${plan}`);
      report.print(printToStdout);
      if (!report.isDecided) process.exitCode = 2;
    });
}

async function migrate(service: string, options: Options): Promise<MigrationReport> {
  const { to, from, map: mapping, apply = false, by } = options;
  if (apply && by === undefined) {
    throw new SettingsError('Say with --by who orders the migration: it is recorded.');
  }
  const settings = readSettings(process.env, options);
  const store = await openStore(settings);
  try {
    const offices = await compiledOffices(options, store);
    const services = new ServiceCatalogue(store);
    const commands = commandHandler({
      store,
      services,
      offices,
      memory: new ApplicationMemory(store, 100),
    });
    const applying: Applying | undefined =
      by !== undefined && apply ? { commands, orderedBy: by } : undefined;
    const order = { service, to, from, mapping };
    return await migrateApplications(order, { store, services }, applying, progress());
  } finally {
    await store.close();
  }
}

/** A line on standard error for every so many applications. */
function progress(): (report: MigrationReport) => void {
  let next = progressEvery;
  return (report) => {
    if (report.seen < next) return;
    next = report.seen + progressEvery;
    process.stderr.write(`${report.seen} applications, ${report.count('moved')} moved\n`);
  };
}

function versionNumber(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version >= 1) return version;
  throw new InvalidArgumentError('versions are whole numbers from 1');
}

function stateMapping(text: string, mapping: Record<string, string>): Record<string, string> {
  const [old, place, ...more] = text.split('=');
  const isPath = (path = '') => path.split('.').every((key) => name.safeParse(key).success);
  if (old === undefined || place === undefined || more.length > 0 || !isPath(old) || !isPath(place))
    throw new InvalidArgumentError('write old-state=new-state, inner states with their path');
  if (mapping[old] !== undefined && mapping[old] !== place) {
    throw new InvalidArgumentError(`${old} is mapped twice`);
  }
  return { ...mapping, [old]: place };
}
