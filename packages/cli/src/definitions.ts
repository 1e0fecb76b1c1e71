import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  checkOffers,
  compileOffices,
  compileService,
  definitionDigest,
  writtenBook,
  type CalendarBook,
  type CompiledService,
  type OfficeDefinition,
  type Offices,
} from '@satu-atap/domain';
import { CalendarCatalogue, type EventStore } from '@satu-atap/event-store';
import { problemLine } from './commands/check.ts';
import { readCalendars, readOffices, readService, type Read } from './definition-file.ts';
import { SettingsError } from './settings.ts';

/**
 * The definitions of a folder.
 *
 * @throws SettingsError with every problem, when there are errors or there is no such folder
 */
export async function definitions<T>(
  kind: 'services' | 'offices' | 'calendars' | 'notifications',
  folder: string,
  read: (folder: string) => Promise<Read<T>>,
): Promise<T[]> {
  if (!existsSync(folder)) {
    throw new SettingsError(`There is no "${folder}" here: say with --${kind} where they are.`);
  }
  const { found, problems } = await read(folder);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const lines = errors.map(problemLine);
    throw new SettingsError(`These definitions cannot be used:\n${lines.join('\n')}`);
  }
  return found.map(({ definition }) => definition);
}

/**
 * The offices of a folder, with their calendars as they are in force; one that was never published is
 * taken from its file.
 *
 * @throws SettingsError as `definitions` does
 */
export async function compiledOffices(
  folders: { offices: string; calendars: string },
  store: EventStore,
): Promise<Offices> {
  const { offices, calendars } = await officesWithCalendars(folders, store);
  return compileOffices(offices, calendars);
}

/** The same as plain data, to be told to a thread. @throws SettingsError as `definitions` does */
export async function officesWithCalendars(
  folders: { offices: string; calendars: string },
  store: EventStore,
): Promise<{ offices: OfficeDefinition[]; calendars: CalendarBook }> {
  const offices = await definitions('offices', folders.offices, readOffices);
  const written = writtenBook(await definitions('calendars', folders.calendars, readCalendars));
  const published = new CalendarCatalogue(store, offices);
  await published.refresh();
  return { offices, calendars: new Map([...written, ...published.book]) };
}

/** Offices' choices that name what was not published here, and nobody can apply for. */
export function doubtfulOffers(
  offices: Offices,
  published: readonly { id: string; unit: string }[],
): string[] {
  return [...offices.values()].flatMap(({ id, definition }) =>
    checkOffers(definition, published).map(
      ({ path, message }) => `office ${id}: ${path.join('.')}: ${message}`,
    ),
  );
}

/** The service that a file defines, ready to decide with. @throws SettingsError with its problems */
export async function compiledFile(file: string): Promise<CompiledService> {
  const isFile = (await stat(file).catch(() => undefined))?.isFile();
  if (!isFile) throw new SettingsError(`${file} is no file: name the file of one service.`);
  const { found, problems } = await readService(file);
  const [{ definition } = {}, ...others] = found;
  if (!definition) throw new SettingsError(problems.map(problemLine).join('\n'));
  if (others.length > 0) {
    const ids = found.map((one) => one.definition.id).join(', ');
    throw new SettingsError(`${file} defines several services (${ids}): name a file of one.`);
  }
  return compileService(definition, { version: 1, digest: definitionDigest(definition) });
}
