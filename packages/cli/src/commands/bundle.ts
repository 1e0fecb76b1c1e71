import { join } from 'node:path';
import { FileDocumentStore } from '@satu-atap/api';
import { LogProver, recordEvidenceAccess, ServiceCatalogue } from '@satu-atap/event-store';
import {
  NoEvidenceError,
  prepareBundle,
  provenLog,
  selectedApplications,
  type CaseSelection,
} from '@satu-atap/evidence';
import type { Command } from 'commander';
import { compiledOffices } from '../definitions.ts';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { applicationId } from './application-id.ts';
import {
  assertKnown,
  selectionOf,
  withCaseSelectionFlags,
  type CaseSelectionOptions,
} from './case-selection-flags.ts';
import { printToStdout } from './check.ts';
import { firstLines } from './first-lines.ts';
import { writeOut } from './write-out.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> &
  CaseSelectionOptions & {
    out: string;
    offices: string;
    calendars: string;
  };

/** Applications in one bundle: more would be no file that somebody reads. */
const mostApplications = 1000;

/** `satu-atap bundle`: the evidence of applications as one file, to be checked anywhere. */
export function bundleCommand(program: Command): void {
  const command = program
    .command('bundle')
    .description('put the evidence of applications into one ZIP file that proves itself')
    .argument('[application...]', 'ids of applications; or select them with flags')
    .requiredOption('--out <file>', 'where to write it');
  withCaseSelectionFlags(command)
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .addHelpText(
      'after',
      '\nIt holds what the newest checkpoint covers: `integrity checkpoint` signs one at once.' +
        '\nA server may run beside it.',
    )
    .action(async (applications: string[], options: Options) => {
      for (const line of await bundle(applications, options)) printToStdout(line);
    });
}

/** @throws SettingsError for applications that there are not, or that no checkpoint covers */
export async function bundle(given: readonly string[], options: Options): Promise<string[]> {
  const named = [...given, ...(options.application ?? [])].map(applicationId);
  const selection = selectionOf({
    ...options,
    ...(named.length > 0 ? { application: [...new Set(named)] } : {}),
  });
  if (Object.values(selection).every((rule) => rule === undefined)) {
    throw new SettingsError('Say which applications: their ids, or flags that select them.');
  }
  const settings = readSettings(process.env, options);
  const store = await openStore(settings);
  try {
    const [by, now] = [localActor(), Temporal.Now.instant()];
    const documents = new FileDocumentStore(join(settings.data, 'documents'));
    const services = new ServiceCatalogue(store);
    const offices = await compiledOffices(options, store);
    await assertKnown(selection, { store, offices, services });
    const applications = await selectedFrom({ store: store.raw, offices }, selection);
    const source = {
      store,
      services,
      offices,
      log: provenLog(store.raw, new LogProver(store.raw)),
      document: (sha256: string) => documents.find(sha256),
    };
    const prepared = await prepareBundle(applications, source, { by: by.id, now });
    for (const application of applications) {
      await recordEvidenceAccess(store, { act: 'bundled', application }, { actor: by, now });
    }
    const { content, manifest } = prepared.write();
    await writeOut(options.out, content, 'bundle').finally(() => content.destroy());
    const { treeSize, missingDocuments } = await manifest;
    return [
      `${options.out}: evidence of ${applications.length} ` +
        `${applications.length === 1 ? 'application' : 'applications'}, proven against a ` +
        `checkpoint of ${treeSize} events`,
      ...(prepared.uncovered > 0
        ? [
            `${prepared.uncovered} of their newest events are covered by no checkpoint yet and not ` +
              'in it: sign one with `satu-atap integrity checkpoint`, and make the bundle again',
          ]
        : []),
      ...firstLines(
        missingDocuments.map((sha256) => `document ${sha256} is not kept any more`),
        (count) => `… and ${count} more: manifest.json in the bundle names all of them`,
      ),
    ];
  } catch (error) {
    if (error instanceof NoEvidenceError) throw new SettingsError(messageOf(error));
    throw error;
  } finally {
    await store.close();
  }
}

/** @throws SettingsError for none, too many, or one that there is not */
async function selectedFrom(
  source: Parameters<typeof selectedApplications>[0],
  selection: CaseSelection,
): Promise<string[]> {
  const found = await selectedApplications(source, selection, mostApplications);
  const missing = selection.applications?.find((id) => !found.includes(id));
  if (missing !== undefined && found.length <= mostApplications) {
    throw new SettingsError(`There is no application ${missing} here that is selected.`);
  }
  if (found.length === 0) throw new SettingsError('No application is selected by these flags.');
  if (found.length <= mostApplications) return found;
  throw new SettingsError(
    `More than ${mostApplications} applications are selected: make several bundles, by ` +
      '--from and --to.',
  );
}

function messageOf({ reason, message }: NoEvidenceError): string {
  return reason.because === 'not-as-signed'
    ? `${message}: \`satu-atap verify\` names all that was altered.`
    : `${message}: \`satu-atap integrity checkpoint\` signs one at once.`;
}
