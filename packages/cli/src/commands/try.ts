import { viewOfTrial } from '@satu-atap/api';
import { compileService, type CompiledService, type TrialSummary } from '@satu-atap/domain';
import { ServiceCatalogue } from '@satu-atap/event-store';
import { InvalidArgumentError, type Command } from 'commander';
import { compiledFile, compiledOffices } from '../definitions.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { trialLines } from '../trial/trial-lines.ts';
import { tryApplications, type TrialChoice } from '../trial/try-applications.ts';
import { printToStdout } from './check.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  running?: true;
  finished?: true;
  limit?: number;
  offices: string;
  calendars: string;
  json?: true;
};

/** The trial of a draft: what it was, and what was found. */
type Tried = { draft: CompiledService; summary: TrialSummary };

/** How many applications lie between two lines of progress. */
const progressEvery = 10_000;

/** `satu-atap try`: what a draft would have done with the applications that there are. */
export function tryCommand(program: Command): void {
  program
    .command('try')
    .description('say what a draft of a service would have done with its applications until now')
    .argument('<file>', 'the draft: a YAML file of the service')
    .option('--running', 'only applications that run')
    .option('--finished', 'only applications that have ended')
    .option('--limit <number>', 'only so many, those that were submitted last', wholeNumber)
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nReads and writes nothing. Ends with 0, whatever it finds.')
    .action(async (file: string, options: Options) => {
      const { draft, summary } = await tryFile(file, options);
      if (options.json) {
        printToStdout(JSON.stringify(viewOfTrial(draft, summary), undefined, 2));
        return;
      }
      const { id, version } = draft;
      printToStdout(`${id}: ${file} as version ${version}, tried; nothing is changed`);
      for (const line of trialLines(summary, version)) printToStdout(line);
    });
}

/** @throws SettingsError for a file that is not sound, and a service without applications */
async function tryFile(file: string, options: Options): Promise<Tried> {
  const { definition, id: service, digest } = await compiledFile(file);
  const settings = readSettings(process.env, options);
  const store = await openStore(settings);
  try {
    const offices = await compiledOffices(options, store);
    const services = new ServiceCatalogue(store);
    const published = await services.standing(service);
    if (!published) {
      throw new SettingsError(
        `The service "${service}" was never published here: there is nothing to try it on. ` +
          '`satu-atap simulate` tries it on made-up applications.',
      );
    }
    const version = (published.service.versions.at(-1)?.version ?? 0) + 1;
    const draft = compileService(definition, { version, digest });
    const now = Temporal.Now.instant();
    const setting = { store, services, offices, draft, now };
    const report = await tryApplications(setting, choiceOf(options), progress());
    const summary = report.summary();
    if (summary.tried + summary.leftOut.length + (summary.erased ?? 0) === 0) {
      throw new SettingsError(`${service} has ${kindOf(options)} to try the draft on.`);
    }
    return { draft, summary };
  } finally {
    await store.close();
  }
}

function choiceOf({ running, finished, limit }: Options): TrialChoice {
  return {
    ...(running === finished ? {} : { only: running ? 'running' : 'finished' }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function kindOf({ running, finished }: Options): string {
  if (running === finished) return 'no applications';
  return running ? 'no running applications' : 'no applications that have ended';
}

/** A line on standard error for every so many applications. */
function progress(): (tried: number) => void {
  let next = progressEvery;
  return (tried) => {
    if (tried < next) return;
    next = tried + progressEvery;
    process.stderr.write(`${tried} applications\n`);
  };
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('must be a whole number from 1');
}
