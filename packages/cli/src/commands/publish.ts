import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { builtInRoles, isRefused, type Actor } from '@satu-atap/domain';
import { EmbeddedEventStore, ServiceCatalogue } from '@satu-atap/event-store';
import type { Command } from 'commander';
import { readSettings } from '../settings.ts';
import { checkFiles, printToStdout, type Print } from './check.ts';

/** Who publishes from the command line: whoever may write the data folder. */
const publisher: Actor = { id: 'cli', roles: [builtInRoles.system] };

/** `satu-atap publish`: puts service definitions into force, also beside a running server. */
export function publishCommand(program: Command): void {
  program
    .command('publish')
    .description('check service definitions and publish them to the embedded store')
    .argument('<file...>', 'YAML files, or folders that hold some')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .action(async (paths: string[], { data }: { data?: string }) => {
      const settings = readSettings(process.env, data === undefined ? {} : { data });
      if (!(await publishFiles(paths, settings.data, printToStdout))) process.exitCode = 1;
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
  data: string,
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
  await mkdir(data, { recursive: true });
  const store = new EmbeddedEventStore({ file: join(data, 'events.sqlite') });
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
