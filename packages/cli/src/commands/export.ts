import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  caseSelection,
  exportFormats,
  exportLog,
  plain,
  pseudonymous,
  recordedSelection,
  unknownNames,
  writeExport,
  type CaseSelection,
  type Disclosure,
  type ExportFormat,
  type ExportRequest,
} from '@satu-atap/evidence';
import { recordEvidenceAccess, ServiceCatalogue } from '@satu-atap/event-store';
import { Argument, InvalidArgumentError, type Command } from 'commander';
import { compiledOffices } from '../definitions.ts';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  out?: string;
  office?: string;
  service?: string;
  unit?: string;
  from?: string;
  to?: string;
  ended?: boolean;
  application?: string[];
  log?: string;
  pseudonymise?: boolean;
  pseudonymKeyFile?: string;
  strictKeys?: boolean;
  forSpreadsheets?: boolean;
  offices: string;
  calendars: string;
};

/** Bytes of a key of pseudonyms at the least: as many as the digest has (RFC 2104, 3). */
const shortestKey = 32;

/** `satu-atap export`: an event log for process mining. */
export function exportCommand(program: Command): void {
  program
    .command('export')
    .description('export the history of applications as an event log for process mining')
    .addArgument(
      new Argument('<format>', 'the format of the log').choices(Object.keys(exportFormats)),
    )
    .option('--out <file>', 'where to write (default: standard output)')
    .option('--office <office>', 'only applications of this office')
    .option('--service <service>', 'only of this service, as in dpmptsp.sip-dokter')
    .option('--unit <unit>', 'only of services of this unit')
    .option('--from <date>', 'only submitted on this day or later, by the date at the office')
    .option('--to <date>', 'only submitted on this day or earlier')
    .option('--ended <yes|no>', 'only those that have ended, or have not', yesOrNo)
    .option('--application <id...>', 'only these applications')
    .option('--log <id>', 'only what this import took over; `none`: only our own applications')
    .option('--pseudonymise', 'replace ids of people and applications, leave out free text')
    .option(
      '--pseudonym-key-file <file>',
      'the same with the key in this file: the same pseudonyms again (at least 32 bytes)',
    )
    .option('--strict-keys', 'XES: encode imported keys that its schema does not allow')
    .option('--for-spreadsheets', 'CSV: guard imported texts against being taken for formulas')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .addHelpText('after', '\nWho exported what, and when, is recorded before anything is given.')
    .action(async (format: ExportFormat, options: Options) => {
      await exportTo(format, options);
    });
}

async function exportTo(format: ExportFormat, options: Options): Promise<void> {
  const selection = selectionOf(options);
  const disclosure = await disclosureOf(options);
  const { out, strictKeys = false, forSpreadsheets = false } = options;
  const store = openStore(readSettings(process.env, options));
  try {
    const offices = await compiledOffices(options, store);
    const services = new ServiceCatalogue(store);
    const unknown = await unknownNames(selection, { store, offices, services });
    if (unknown.length > 0) {
      throw new SettingsError(unknown.map((one) => `--${one.field} ${one.message.en}`).join('\n'));
    }
    const isDisguised = disclosure !== plain;
    await recordEvidenceAccess(
      store,
      {
        act: 'exported',
        format,
        selection: {
          ...recordedSelection(selection),
          ...(isDisguised ? { pseudonymise: 'true' } : {}),
        },
      },
      { actor: localActor(), now: Temporal.Now.instant() },
    );
    const request: ExportRequest = { format, selection, disclosure, strictKeys, forSpreadsheets };
    const pieces = exportLog({ store: store.raw, offices, services }, request);
    if (out === undefined) await pipeline(Readable.from(pieces), process.stdout, { end: false });
    else await writeExport(out, pieces).catch(unwritable(out));
  } finally {
    await store.close();
  }
}

/** What the operating system has against a file is said in words; anything else stays what it is. */
function unwritable(out: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.syscall === undefined) throw error;
    throw new SettingsError(`--out: ${out} cannot be written (${error.code})`);
  };
}

/** Names of the flags where they are not those of the selection. */
const flags: Record<string, string> = {
  submittedFrom: 'from',
  submittedTo: 'to',
  applications: 'application',
};

/** @throws SettingsError naming each flag that cannot be used */
function selectionOf({
  office,
  service,
  unit,
  from: submittedFrom,
  to: submittedTo,
  ended,
  application: applications,
  log,
}: Options): CaseSelection {
  const parsed = caseSelection.safeParse({
    office,
    service,
    unit,
    submittedFrom,
    submittedTo,
    ended,
    applications,
    log,
  });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path: [field = ''], message }) => {
    const name = String(field);
    return `--${flags[name] ?? name}: ${message}`;
  });
  throw new SettingsError(lines.join('\n'));
}

async function disclosureOf({ pseudonymise, pseudonymKeyFile }: Options): Promise<Disclosure> {
  if (pseudonymKeyFile === undefined) {
    return pseudonymise ? pseudonymous(randomBytes(shortestKey)) : plain;
  }
  const key = await readFile(pseudonymKeyFile).catch((error: NodeJS.ErrnoException) => {
    throw new SettingsError(
      `--pseudonym-key-file: ${pseudonymKeyFile} cannot be read (${error.code})`,
    );
  });
  if (key.length >= shortestKey) return pseudonymous(key);
  throw new SettingsError(
    `--pseudonym-key-file: ${pseudonymKeyFile} holds ${key.length} bytes; a key has at least ` +
      `${shortestKey} (openssl rand -hex 32 makes one)`,
  );
}

function yesOrNo(text: string): boolean {
  if (text === 'yes') return true;
  if (text === 'no') return false;
  throw new InvalidArgumentError('say yes or no');
}
