import {
  calendarDifferences,
  calendarEffects,
  calendarsNamed,
  instantInWords,
  name,
  type CalendarEffect,
  type CalendarVersion,
  type Offices,
} from '@satu-atap/domain';
import {
  applicationsOf,
  CalendarCatalogue,
  readApplication,
  ServiceCatalogue,
  type EventStore,
} from '@satu-atap/event-store';
import { InvalidArgumentError, type Command } from 'commander';
import { compiledOffices } from '../definitions.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { printable, printToStdout, type Print } from './check.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  version?: number;
  ended?: true;
  offices: string;
  calendars: string;
};

/** `satu-atap calendar-effects`: which due dates a version of a calendar moved, or would have moved. */
export function calendarEffectsCommand(program: Command): void {
  program
    .command('calendar-effects')
    .description('list the due dates that a version of a calendar moves: was due, now due')
    .argument('<calendar>', 'the calendar, as in indonesia')
    .option('--version <number>', 'this version (the newest, when left out)', versionNumber)
    .option('--ended', 'what applications that have ended would have been by it')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .addHelpText('after', '\nReads the events and records nothing.')
    .action((calendar: string, options: Options) =>
      printCalendarEffects(calendar, options, printToStdout),
    );
}

/** @throws SettingsError for a calendar or a version that was never published */
export async function printCalendarEffects(
  calendar: string,
  { version: asked, ended, ...options }: Options,
  print: Print,
): Promise<void> {
  if (!name.safeParse(calendar).success) {
    throw new SettingsError(`"${calendar}" is no calendar’s name.`);
  }
  const store = await openStore(readSettings(process.env, options));
  try {
    const [version, before] = await versionsOf(store, calendar, asked);
    const since = new Date(version.publishedAt).toISOString();
    print(`${calendar} version ${version.version}, known since ${since}`);
    for (const { text } of before ? calendarDifferences(before.definition, version.definition) : [])
      print(printable(`  ${text.en}`));
    const offices = await compiledOffices(options, store);
    const counted = await printEffects(store, { offices, version, isEnded: ended === true }, print);
    const { applications, moved, turned } = counted;
    print(
      ended
        ? `ended applications: ${applications}; due dates that would have been others: ${moved}; ` +
            `in time instead of late, or late instead of in time: ${turned}`
        : `open applications: ${applications}; due dates moved: ${moved}`,
    );
  } finally {
    await store.close();
  }
}

async function versionsOf(
  store: EventStore,
  id: string,
  number: number | undefined,
): Promise<[CalendarVersion, CalendarVersion | undefined]> {
  const catalogue = new CalendarCatalogue(store);
  await catalogue.refresh([id]);
  const versions = catalogue.book.get(id) ?? [];
  const version = number === undefined ? versions.at(-1) : versions[number - 1];
  if (version) return [version, versions[version.version - 2]];
  throw new SettingsError(
    versions.length === 0
      ? `The calendar "${id}" was never published here.`
      : `The calendar "${id}" has ${versions.length} versions.`,
  );
}

async function printEffects(
  store: EventStore,
  { offices, version, isEnded }: { offices: Offices; version: CalendarVersion; isEnded: boolean },
  print: Print,
): Promise<{ applications: number; moved: number; turned: number }> {
  const services = new ServiceCatalogue(store);
  const counted = { applications: 0, moved: 0, turned: 0 };
  for await (const batch of applicationsOf(store)) {
    for (const { application: id } of batch) {
      const application = await readApplication(store, id);
      if (!application || (application.ended !== undefined) !== isEnded) continue;
      const office = offices.get(application.office);
      if (!office || !calendarsNamed(office.definition).includes(version.id)) continue;
      counted.applications += 1;
      const pinned = application.service;
      const service = await services.version(pinned.id, pinned.version);
      for (const effect of calendarEffects(service, application, office.calendars, version)) {
        // Steps that are over are the record's, also in a file that runs.
        if ((effect.endedAt !== undefined) !== isEnded) continue;
        counted.moved += 1;
        if (isTurned(effect)) counted.turned += 1;
        print(printable(lineOf(id, effect, office.calendars.timeZone)));
      }
    }
  }
  return counted;
}

function isTurned({ was, now, endedAt }: CalendarEffect): boolean {
  return endedAt !== undefined && endedAt > was !== endedAt > now;
}

function lineOf(application: string, effect: CalendarEffect, timeZone: string): string {
  const { clock, was, now, endedAt } = effect;
  const when = (instant: number) => instantInWords(instant, timeZone).en;
  if (endedAt === undefined) {
    return `${application}  ${clock}  was due ${when(was)}, now due ${when(now)}`;
  }
  const standing = (due: number) => (endedAt > due ? 'late' : 'in time');
  const line = `${application}  ${clock}  was due ${when(was)}, would have been due ${when(now)}`;
  return isTurned(effect) ? `${line}; ended ${standing(was)}, would be ${standing(now)}` : line;
}

function versionNumber(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version >= 1) return version;
  throw new InvalidArgumentError('versions are whole numbers from 1');
}
