import { join } from 'node:path';
import { FileDocumentStore } from '@satu-atap/api';
import { erasureOrdered } from '@satu-atap/domain';
import { erasePersonalData, ServiceCatalogue, type Erasure } from '@satu-atap/event-store';
import type { Command } from 'commander';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { printable, printToStdout } from './check.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & { legalGround: string; reason: string };

/** `satu-atap erase-personal-data`: what is personal of an applicant, everywhere and for good. */
export function erasePersonalDataCommand(program: Command): void {
  program
    .command('erase-personal-data')
    .description('destroy the keys of an applicant’s personal data, and their documents')
    .argument('<applicant>', 'the applicant’s id, as the identity provider names them')
    .requiredOption('--legal-ground <text>', 'the law and article, as in "UU 27/2022 Pasal 8"')
    .requiredOption('--reason <text>', 'why; it is recorded for ever: name nobody in it')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .addHelpText(
      'after',
      '\nEvery application of the applicant must have ended. A server may run beside it.' +
        '\nThere is no way back: a backup of the keys brings nothing back either.',
    )
    .action(async (applicant: string, options: Options) => {
      for (const line of erasureLines(await erase(applicant, options))) printToStdout(line);
    });
}

/** @throws SettingsError when nothing may be erased, or there is nothing to */
export async function erase(applicant: string, options: Options): Promise<Erasure> {
  const { legalGround, reason } = options;
  const valid = erasureOrdered
    .pick({ applicant: true, legalGround: true, reason: true })
    .safeParse({ applicant, legalGround, reason });
  if (!valid.success) {
    const [issue] = valid.error.issues;
    throw new SettingsError(`${issue?.path.join('.')}: ${issue?.message}.`);
  }
  const settings = readSettings(process.env, options);
  const store = await openStore(settings);
  try {
    const erased = await erasePersonalData(
      { ...valid.data, actor: localActor() },
      {
        store,
        services: new ServiceCatalogue(store),
        documents: new FileDocumentStore(join(settings.data, 'documents')),
        now: () => Temporal.Now.instant(),
      },
    );
    if (!('refusal' in erased)) return erased;
    const { refusal } = erased;
    if (refusal.type === 'nothing-to-erase') {
      throw new SettingsError(
        `There is no application of the applicant "${printable(applicant)}".`,
      );
    }
    const running = refusal.applications.map(
      ({ id, service, states }) => `  ${id}  ${service}  ${states.join(', ')}`,
    );
    throw new SettingsError(
      'Nothing is erased: these applications still run. Bring them to an end first (decide them, or ' +
        `have the applicant withdraw them):\n${running.join('\n')}`,
    );
  } finally {
    await store.close();
  }
}

function erasureLines({ applications, keys, documents, erasedAt, repeated, inTheClear }: Erasure) {
  const what = `${applications.length} applications, ${keys} keys, ${documents} documents`;
  return [
    repeated ? `erased already, at ${erasedAt}: ${what}` : `erased at ${erasedAt}: ${what}`,
    ...inTheClear.map(
      (id) => `${id} has personal data in events from before they were sealed: these stay`,
    ),
  ];
}
