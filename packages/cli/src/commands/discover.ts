import {
  csvSource,
  discoveredService,
  LogFault,
  LogFile,
  surveyLog,
  xesSource,
  type CsvOptions,
  type Survey,
} from '@satu-atap/evidence';
import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { withoutDefaults } from '../discovery/without-defaults.ts';
import { dotText } from '../discovery/dot-text.ts';
import { surveyLines } from '../discovery/survey-lines.ts';
import { printToStdout, type Print } from './check.ts';
import { withCsvFlags } from './import-log.ts';
import { timeZoneFlag } from './log-flags.ts';

type Options = Omit<CsvOptions, 'timeZone'> & {
  as?: 'xes' | 'csv';
  classifier?: string;
  timeZone: string;
  json?: true;
  dot?: true;
  yaml?: true;
  variants: number;
};

/** `satu-atap discover`: what is in a log, without taking anything over. */
export function discoverCommand(program: Command): void {
  const command = program
    .command('discover')
    .description('read an event log and print its activities, ways and what follows what')
    .argument('<file>', 'the log, in XES or CSV, packed or not')
    .addOption(new Option('--json', 'print everything as JSON').conflicts(['dot', 'yaml']))
    .addOption(
      new Option('--dot', 'print the graph with its counts for Graphviz').conflicts('yaml'),
    )
    .option('--yaml', 'print the service that an import would discover')
    .addOption(
      new Option('--as <format>', 'what it is (default: by its name)').choices(['xes', 'csv']),
    )
    .option('--variants <number>', 'how many ways to print', Number, 10)
    .option('--classifier <name>', 'the classifier of the log that tells activities apart')
    .option('--time-zone <zone>', 'of times that name none', timeZoneFlag, 'UTC');
  withCsvFlags(command).action(async (path: string, options: Options) => {
    if (!(await discoverFile(path, options, printToStdout))) process.exitCode = 1;
  });
}

/** @returns whether the log is sound */
export async function discoverFile(path: string, options: Options, print: Print): Promise<boolean> {
  try {
    const file = await LogFile.open(path);
    const isCsv = options.as ? options.as === 'csv' : /\.(csv|tsv|txt)(\.gz)?$/i.test(path);
    const source = isCsv ? csvSource(file, options) : xesSource(file);
    try {
      const { classifier, timeZone } = options;
      printSurvey(await surveyLog(source, { classifier, timeZone }), options, print);
      return true;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof LogFault)) throw error;
    print(error.in(path));
    return false;
  }
}

function printSurvey(survey: Survey, options: Options, print: Print): void {
  const { graph, file } = survey;
  if (options.json) print(JSON.stringify(surveyJson(survey, options.variants), undefined, 2));
  else if (options.dot) print(dotText(graph, file));
  else if (options.yaml) {
    const { definition } = discoveredService(graph, {
      id: 'imported.log',
      unit: 'imported',
      title: file,
    });
    print(stringify(withoutDefaults(definition), { lineWidth: 100 }).trimEnd());
  } else for (const line of surveyLines(survey, options.variants)) print(line);
}

function surveyJson({ file, sha256, format, reading, looseEvents, graph }: Survey, most: number) {
  return {
    file,
    sha256,
    format,
    classifier: reading.classifier,
    cases: graph.cases,
    events: graph.events,
    looseEvents,
    activities: Object.fromEntries(graph.activities),
    starts: Object.fromEntries(graph.starts),
    ends: Object.fromEntries(graph.ends),
    directlyFollows: graph.edges(),
    variantCount: graph.variantCount,
    variants: graph.variants(most),
  };
}
