import { mkdir } from 'node:fs/promises';
import { builtInRoles, isRefused, type Actor } from '@satu-atap/domain';
import { ServiceCatalogue } from '@satu-atap/event-store';
import type { Command } from 'commander';
import { openStore } from '../open-store.ts';
import { readSettings, type Settings, type SettingsFlags } from '../settings.ts';
import { checkFiles, printToStdout, type Print } from './check.ts';

/** Who publishes from the command line: whoever may write to the store. */
const publisher: Actor = { id: 'cli', roles: [builtInRoles.system] };

/** `satu-atap publish`: puts service definitions into force, also beside a running server. */
export function publishCommand(program: Command): void {
  program
    .command('publish')
    .description('check service definitions and put them into force')
    .argument('<file...>', 'YAML files, or folders that hold some')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .action(async (paths: string[], flags: Pick<SettingsFlags, 'data' | 'eventStore'>) => {
      const settings = readSettings(process.env, flags);
      if (!(await publishFiles(paths, settings, printToStdout))) process.exitCode = 1;
    });
}

/**
 * Publishes every service among the files, or none when one of them is not sound. Applications keep
 * the version they began under; the same content again is the same version.
 *
 * @returns whether everything is published
 */
export async function publishFiles(
  paths: readonly string[],
  { data, eventStore }: Pick<Settings, 'data' | 'eventStore'>,
  print: Print,
): Promise<boolean> {
  const { sound, found } = await checkFiles(paths, print);
  if (!sound) {
    print('nothing is published');
    return false;
  }
  const services = found.flatMap(({ definition: any }) =>
    any.kind === 'service' ? [any.definition] : [],
  );
  if (services.length === 0) {
    print('no service definitions among them: nothing to publish');
    return false;
  }
  if ('file' in eventStore) await mkdir(data, { recursive: true });
  const store = openStore(eventStore);
  try {
    const catalogue = new ServiceCatalogue(store);
    let published = true;
    for (const definition of services) {
      const result = await catalogue.publish(definition, publisher, Temporal.Now.instant());
      if (isRefused(result)) {
        published = false;
        print(`${definition.id}  refused: ${result.refusal.type}`);
      } else {
        const { id, version, digest } = result.service;
        print(`${id}  version ${version}  ${digest}  ${result.isNew ? 'new' : 'unchanged'}`);
      }
    }
    return published;
  } finally {
    await store.close();
  }
}
