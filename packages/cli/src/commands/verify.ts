import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { compileOffices } from '@satu-atap/domain';
import {
  applicationStream,
  checkApplication,
  differenceInWords,
  PublishedServices,
  readStream,
  recordEvidenceAccess,
  type CheckedPart,
  type EventStore,
} from '@satu-atap/event-store';
import { Option, type Command } from 'commander';
import { officesWithCalendars } from '../definitions.ts';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { findingLine, rowLine, type Language } from '../verify/finding-lines.ts';
import { runTasks } from '../verify/run-tasks.ts';
import { Tally } from '../verify/tally.ts';
import type { VerifyReport, VerifyTask } from '../verify/verify-task.ts';
import { applicationId } from './application-id.ts';
import { printable } from './check.ts';
import { wholeNumber } from './whole-number.ts';

export type VerifyOptions = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  application?: string;
  jobs?: number;
  /** Where they are; false: leave them out. */
  readModels?: string | false;
  json?: boolean;
  language: Language;
  offices: string;
  calendars: string;
};

/** Prints a line; resolves when there is room for the next. */
type PrintLine = (line: string) => Promise<void>;

/** Time between two lines of progress, in milliseconds. */
const progressEvery = 2000;

/**
 * So many shares of the applications for each thread that no thread has much to do when the others are done.
 * On EventStoreDB there is one: whoever takes a share reads the beginnings of all streams.
 */
const sharesOfThread = 4;

/** `satu-atap verify`: whether everything that is recorded was allowed, and read models say the same. */
export function verifyCommand(program: Command): void {
  program
    .command('verify')
    .description('check that the rules in force then allowed whatever is recorded')
    .option('--application <id>', 'only this application')
    .option('--jobs <number>', 'how many threads check', wholeNumber(1, 64))
    .option('--json', 'print one JSON object a line')
    .addOption(
      new Option('--language <language>', 'of findings').choices(['id', 'en']).default('id'),
    )
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--read-models <url>', 'PostgreSQL instead (default: SATU_ATAP_READ_MODELS)')
    .option('--no-read-models', 'leave the read models out')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .addHelpText(
      'after',
      '\nA server may run beside it. Ends with 1 when something is found. Read models are built a second' +
        '\ntime in the folder for temporary files (TMPDIR).',
    )
    .action(async (options: VerifyOptions) => {
      const progress = setInterval(
        () => process.stderr.write(`${tally.progress()}\n`),
        progressEvery,
      );
      const tally = new Tally();
      try {
        await verify(options, tally, printWithPatience);
      } finally {
        clearInterval(progress);
      }
      if (!tally.isSound) process.exitCode = 1;
    });
}

const printWithPatience: PrintLine = async (line) => {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
};

/**
 * Checks and prints what it finds, then what it did. Who does it is recorded first.
 *
 * @throws SettingsError for an application that there is not
 */
export async function verify(
  options: VerifyOptions,
  tally: Tally,
  print: PrintLine,
): Promise<void> {
  const { readModels: chosen, json = false, language, application } = options;
  const { readModels: _, ...flags } = options;
  const settings = readSettings(process.env, {
    ...flags,
    ...(typeof chosen === 'string' ? { readModels: chosen } : {}),
  });
  const hear = async (report: VerifyReport) => {
    tally.add(report);
    for (const line of linesOf(report, json, language)) await print(line);
  };
  const store = await openStore(settings);
  try {
    const placed = await officesWithCalendars(options, store);
    if (application !== undefined) {
      const part = await checkOne(applicationId(application), store, placed);
      await hear({ told: 'part', part });
    } else {
      await recordAccess(store);
      const until = await store.head();
      const readModels = chosen === false ? [] : [settings.readModels];
      const jobs = options.jobs ?? availableParallelism();
      const tasks: VerifyTask[] = [
        ...readModels.map((place) => ({ check: 'read-models', readModels: place }) as const),
        { check: 'integrity' },
        ...shares('file' in settings.eventStore ? jobs * sharesOfThread : jobs),
        { check: 'other-streams' },
      ];
      const { eventStore: events, keys } = settings;
      await runTasks(tasks, { events, keys, ...placed, until }, jobs, hear);
    }
  } finally {
    await store.close();
  }
  if (json) await print(JSON.stringify({ summary: summaryOf(tally) }));
  else for (const line of tally.summary(language)) await print(line);
}

async function checkOne(
  id: string,
  store: EventStore,
  { offices, calendars }: Awaited<ReturnType<typeof officesWithCalendars>>,
): Promise<CheckedPart> {
  const stream = applicationStream(id);
  const events = await readStream(store, stream);
  if (events.length === 0) throw new SettingsError(`There is no application ${id} here.`);
  await recordAccess(store, id);
  const services = await PublishedServices.read(store, await store.head());
  const setting = { store, services, offices: compileOffices(offices, calendars) };
  const { findings, unchecked } = await checkApplication(events, setting);
  return {
    streams: 1,
    events: events.length,
    unchecked: unchecked.length,
    findings: findings.map((finding) => ({ stream, ...finding })),
  };
}

async function recordAccess(store: EventStore, application?: string): Promise<void> {
  const access = {
    act: 'verified',
    ...(application === undefined ? {} : { application }),
  } as const;
  await recordEvidenceAccess(store, access, {
    actor: localActor(),
    now: Temporal.Now.instant(),
  });
}

function shares(of: number): VerifyTask[] {
  return Array.from({ length: of }, (_, index) => ({
    check: 'applications',
    share: { index, of },
  }));
}

function linesOf(report: VerifyReport, json: boolean, language: Language): string[] {
  if (report.told === 'part') {
    const { findings } = report.part;
    return findings.map((finding) =>
      json ? JSON.stringify(finding) : findingLine(finding, language),
    );
  }
  if (report.told === 'box-damaged') {
    const { reason } = report;
    return [json ? JSON.stringify({ finding: 'box-damaged', reason }) : printable(reason)];
  }
  if (report.told === 'integrity') {
    const { differences } = report.log;
    return differences.map((one) =>
      json ? JSON.stringify({ integrity: one }) : printable(differenceInWords(one)),
    );
  }
  if (report.told !== 'row-difference') return [];
  const { difference } = report;
  return [json ? JSON.stringify({ readModels: difference }) : rowLine(difference, language)];
}

function summaryOf(tally: Tally) {
  const { streams, events, unchecked, findings, rows, rowDifferences, seconds, compared } = tally;
  const readModels = compared && { outcome: compared.outcome, rows, differences: rowDifferences };
  const { covered, uncovered, differenceCount: differences } = tally.log ?? {};
  return {
    streams,
    events,
    unchecked,
    findings,
    seconds,
    ...(readModels ? { readModels } : {}),
    ...(tally.log ? { integrity: { covered, uncovered, differences } } : {}),
  };
}
