import type { ClockReport } from '@satu-atap/domain';
import { clockReports, ServiceCatalogue } from '@satu-atap/event-store';
import { Option, type Command } from 'commander';
import { compiledOffices } from '../definitions.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { applicationId } from './application-id.ts';
import { printable, printToStdout } from './check.ts';

type Language = 'id' | 'en';
type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  clock?: string;
  language: Language;
  offices: string;
  calendars: string;
};

/** `satu-atap explain`: why the clocks of an application are due when they are due. */
export function explainCommand(program: Command): void {
  program
    .command('explain')
    .description('say line by line why an application is due when it is, from its events')
    .argument('<application>', 'the application’s id')
    .option('--clock <clock>', 'only this clock: `service`, or another that is listed')
    .addOption(
      new Option('--language <language>', 'of the explanation').choices(['id', 'en']).default('id'),
    )
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .addHelpText('after', '\nReads the events and writes nothing; a server may run beside it.')
    .action(async (application: string, options: Options) => {
      for (const line of await explain(application, options)) printToStdout(line);
    });
}

/** @throws SettingsError for an application, a clock or an office that there is not */
export async function explain(application: string, options: Options): Promise<string[]> {
  const id = applicationId(application);
  const store = await openStore(readSettings(process.env, options));
  try {
    const services = new ServiceCatalogue(store);
    const offices = await compiledOffices(options, store);
    const found = await clockReports(id, { store, services, offices });
    if (!found) throw new SettingsError(`There is no application ${id} here.`);
    const asked = found.reports.filter(
      ({ clock }) => options.clock === undefined || clock.id === options.clock,
    );
    if (asked.length === 0 && options.clock !== undefined) {
      const known = found.reports.map(({ clock }) => clock.id).join(', ') || 'none has begun';
      throw new SettingsError(`It has no clock "${options.clock}": ${known}.`);
    }
    return explanationLines(asked, options.language);
  } finally {
    await store.close();
  }
}

/** Clocks with their explanations, in the words of a language. */
export function explanationLines(reports: readonly ClockReport[], language: Language): string[] {
  const say = words[language];
  if (reports.length === 0) return [say.none];
  const lines = reports.flatMap(({ clock, subject, explanation, changes }, index) => {
    const { calendar, pauses } = explanation;
    const title = `${subject.title[language]} (${clock.id}): ${say.modes[clock.mode]}`;
    return [
      ...(index > 0 ? [''] : []),
      `${title}, ${say.countedBy(calendar.id, calendar.version)}`,
      ...explanation.lines.map(({ text }) => `  ${text[language]}`),
      ...(pauses.count > 0
        ? [`  ${say.stoodStill(pauses.count, pauses.minutes, pauses.shortlyBeforeDue)}`]
        : []),
      ...changes.map(({ text }) => `  ${text[language]}`),
    ];
  });
  return lines.map(printable);
}

const words = {
  id: {
    none: 'Belum ada jangka waktu yang berjalan.',
    modes: { running: 'berjalan', paused: 'berhenti', stopped: 'tidak dihitung', ended: 'selesai' },
    countedBy: (calendar: string, version: number) =>
      `menurut kalender ${calendar} versi ${version}`,
    stoodStill: (times: number, minutes: number, late: number) =>
      `Berhenti ${times} kali, ${whole(minutes)} menit dari jenis waktunya; ` +
      `${late} di antaranya menjelang jatuh tempo.`,
  },
  en: {
    none: 'No clock has begun yet.',
    modes: {
      running: 'running',
      paused: 'standing still',
      stopped: 'not counting',
      ended: 'ended',
    },
    countedBy: (calendar: string, version: number) =>
      `by version ${version} of the calendar ${calendar}`,
    stoodStill: (times: number, minutes: number, late: number) =>
      `Stood still ${times} ${times === 1 ? 'time' : 'times'}, ${whole(minutes)} minutes of its ` +
      `kind of time; ${late} of them began shortly before the due date.`,
  },
} as const;

function whole(minutes: number): number {
  return Math.round(minutes);
}
