import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compileOffices } from '@satu-atap/domain';
import {
  exportFormats,
  exportLog,
  disclosureBy,
  recordedSelection,
  type Disclosure,
  type ExportFormat,
  type ExportRequest,
} from '@satu-atap/evidence';
import { recordEvidenceAccess, ServiceCatalogue } from '@satu-atap/event-store';
import { Argument, type Command } from 'commander';
import { officesWithCalendars } from '../definitions.ts';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import {
  assertKnown,
  selectionOf,
  withCaseSelectionFlags,
  type CaseSelectionOptions,
} from './case-selection-flags.ts';
import { wholeNumber } from './whole-number.ts';
import { writeOut } from './write-out.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> &
  CaseSelectionOptions & {
    out?: string;
    pseudonymise?: boolean;
    pseudonymKeyFile?: string;
    strictKeys?: boolean;
    forSpreadsheets?: boolean;
    jobs?: number;
    offices: string;
    calendars: string;
  };

/** Bytes of a key of pseudonyms at the least: as many as the digest has (RFC 2104, 3). */
const shortestKey = 32;

/** `satu-atap export`: an event log for process mining. */
export function exportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('export the history of applications as an event log for process mining')
    .addArgument(
      new Argument('<format>', 'the format of the log').choices(Object.keys(exportFormats)),
    )
    .option('--out <file>', 'where to write (default: standard output)');
  withCaseSelectionFlags(command)
    .option('--pseudonymise', 'replace ids of people and applications, leave out free text')
    .option(
      '--pseudonym-key-file <file>',
      'the same with the key in this file: the same pseudonyms again (at least 32 bytes)',
    )
    .option('--strict-keys', 'XES: encode imported keys that its schema does not allow')
    .option('--for-spreadsheets', 'CSV: guard imported texts against being taken for formulas')
    .option('--jobs <number>', 'XES and CSV: how many threads write cases', wholeNumber(1, 64))
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
  const settings = readSettings(process.env, options);
  const store = await openStore(settings);
  try {
    const placed = await officesWithCalendars(options, store);
    const offices = compileOffices(placed.offices, placed.calendars);
    const services = new ServiceCatalogue(store);
    await assertKnown(selection, { store, offices, services });
    const isDisguised = disclosure.key !== undefined;
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
    const count = options.jobs ?? availableParallelism();
    const threads = { count, events: settings.eventStore, ...placed };
    const pieces = exportLog({ store: store.raw, offices, services, threads }, request);
    if (out === undefined) {
      await pipeline(Readable.from(copied(pieces)), process.stdout, { end: false });
    } else await writeOut(out, pieces, 'export');
  } finally {
    await store.close();
  }
}

/** A stream reads ahead, and a piece holds only until the next is asked for. */
async function* copied(
  pieces: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string | Buffer> {
  for await (const piece of pieces) yield typeof piece === 'string' ? piece : Buffer.from(piece);
}

async function disclosureOf({ pseudonymise, pseudonymKeyFile }: Options): Promise<Disclosure> {
  if (pseudonymKeyFile === undefined) {
    return disclosureBy(pseudonymise ? randomBytes(shortestKey) : undefined);
  }
  const key = await readFile(pseudonymKeyFile).catch((error: NodeJS.ErrnoException) => {
    throw new SettingsError(
      `--pseudonym-key-file: ${pseudonymKeyFile} cannot be read (${error.code})`,
    );
  });
  if (key.length >= shortestKey) return disclosureBy(key);
  throw new SettingsError(
    `--pseudonym-key-file: ${pseudonymKeyFile} holds ${key.length} bytes; a key has at least ` +
      `${shortestKey} (openssl rand -hex 32 makes one)`,
  );
}
