import { mkdir } from 'node:fs/promises';
import { problemDetails } from '@satu-atap/api';
import {
  builtInRoles,
  isRefused,
  type Actor,
  type CalendarDefinition,
  type ServiceDefinition,
} from '@satu-atap/domain';
import { CalendarCatalogue, ServiceCatalogue, type EventStore } from '@satu-atap/event-store';
import type { Command } from 'commander';
import { openStore } from '../open-store.ts';
import { RemoteEngine, remoteFlag } from '../remote-engine.ts';
import { keysAt, readSettings, type Settings, type SettingsFlags } from '../settings.ts';
import { checkFiles, printable, printToStdout, type Print } from './check.ts';

/** Who publishes from the command line: whoever may write to the store. */
export const publisher: Actor = { id: 'cli', roles: [builtInRoles.system] };

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & { api?: string; again?: boolean };

/** What became of one definition: a version, or why not. */
type Outcome = { version: number; digest: string; isNew: boolean; isRetired: boolean } | string;
type Publish = (definition: ServiceDefinition) => Promise<Outcome>;

/** `satu-atap publish`: puts service definitions into force, also beside a running server. */
export function publishCommand(program: Command): void {
  program
    .command('publish')
    .description('check service definitions and calendars, and put them into force')
    .argument('<file...>', 'definition files, or folders that hold some')
    .option('--again', 'publish content although a version with it was withdrawn')
    .option(...remoteFlag)
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .action(async (paths: string[], { api, again = false, ...flags }: Options) => {
      const published = api
        ? await publishThrough(paths, remoteEngine(api), printToStdout, again)
        : await publishFiles(paths, readSettings(process.env, flags), printToStdout, again);
      if (!published) process.exitCode = 1;
    });
}

/** @throws SettingsError as `RemoteEngine` does */
export function remoteEngine(api: string): RemoteEngine {
  return new RemoteEngine(api, process.env['SATU_ATAP_TOKEN']);
}

/**
 * Publishes every service and calendar among the files, or none when one of them is not sound.
 * Applications keep the version of a service that they began under, and their open clocks go by the
 * newest version of a calendar; the same content again is the same version.
 *
 * @returns whether everything is published
 */
export async function publishFiles(
  paths: readonly string[],
  { data, eventStore }: Pick<Settings, 'data' | 'eventStore'>,
  print: Print,
  again = false,
): Promise<boolean> {
  const found = await soundDefinitions(paths, print);
  if (!found) return false;
  if ('file' in eventStore) await mkdir(data, { recursive: true });
  const store = await openStore({ eventStore, keys: keysAt(data) });
  try {
    await publishCalendars(store, found.calendars, print);
    const catalogue = new ServiceCatalogue(store);
    return await publishEach(found.services, print, async (definition) => {
      const now = Temporal.Now.instant();
      const result = await catalogue.publish(definition, publisher, now, { again });
      if (isRefused(result)) return detailOf(result.refusal);
      const { service, isNew, standing } = result;
      const { version, digest } = service;
      return { version, digest, isNew, isRetired: standing.service.retirement !== undefined };
    });
  } finally {
    await store.close();
  }
}

/** The same through a running engine, which judges and decides by itself. */
export async function publishThrough(
  paths: readonly string[],
  engine: RemoteEngine,
  print: Print,
  again = false,
): Promise<boolean> {
  const found = await soundDefinitions(paths, print);
  if (!found) return false;
  if (found.calendars.length > 0) {
    print('calendars are published by whoever may write to the store: nothing is published');
    return false;
  }
  return publishEach(found.services, print, async (definition) => {
    const path = `/api/v1/services/${definition.id}/versions${again ? '?again=true' : ''}`;
    const answer = await engine.post(path, definition);
    if ('problem' in answer) return answer.problem.detail;
    const { version, digest, retirement } = answer.body as {
      version: number;
      digest: string;
      retirement?: unknown;
    };
    const isNew = answer.status === 201;
    return { version, digest, isNew, isRetired: retirement !== undefined };
  });
}

/** @returns undefined, having said why, when there is nothing that may be published */
async function soundDefinitions(
  paths: readonly string[],
  print: Print,
): Promise<{ services: ServiceDefinition[]; calendars: CalendarDefinition[] } | undefined> {
  const { sound, found } = await checkFiles(paths, print);
  if (!sound) {
    print('nothing is published');
    return undefined;
  }
  const services = found.flatMap(({ definition: any }) =>
    any.kind === 'service' ? [any.definition] : [],
  );
  const calendars = found.flatMap(({ definition: any }) =>
    any.kind === 'calendar' ? [any.definition] : [],
  );
  if (services.length + calendars.length > 0) return { services, calendars };
  print('no services and no calendars among them: nothing to publish');
  return undefined;
}

async function publishCalendars(
  store: EventStore,
  calendars: readonly CalendarDefinition[],
  print: Print,
): Promise<void> {
  const catalogue = new CalendarCatalogue(store);
  for (const definition of calendars) {
    const result = await catalogue.publish(definition, publisher, Temporal.Now.instant());
    if (isRefused(result)) throw new Error(`calendar ${definition.id}: ${result.refusal.type}`);
    const { id, version, digest } = result.version;
    print(`${id}  version ${version}  ${digest}  ${result.isNew ? 'new' : 'unchanged'}`);
  }
}

async function publishEach(
  definitions: readonly ServiceDefinition[],
  print: Print,
  publish: Publish,
): Promise<boolean> {
  let published = true;
  for (const definition of definitions) {
    const outcome = await publish(definition);
    if (typeof outcome === 'string') {
      published = false;
      print(printable(`${definition.id}  refused: ${outcome}`));
    } else {
      const { version, digest, isNew, isRetired } = outcome;
      const retired = isRetired ? '  (it retires, or has: reinstate opens it again)' : '';
      const novelty = isNew ? 'new' : 'unchanged';
      print(`${definition.id}  version ${version}  ${digest}  ${novelty}${retired}`);
    }
  }
  return published;
}

/** A refusal in words, as the API would say it. */
export function detailOf(refusal: Parameters<typeof problemDetails>[0]): string {
  return problemDetails(refusal, { language: 'en', instance: '/' }).detail;
}
