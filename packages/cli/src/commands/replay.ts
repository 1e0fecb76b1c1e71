import { problemInWords, replayDifferenceView, replayView } from '@satu-atap/api';
import { parseMoment, type Moment, type Replayed } from '@satu-atap/domain';
import { ApplicationReplay, recordEvidenceAccess, ServiceCatalogue } from '@satu-atap/event-store';
import { Option, type Command } from 'commander';
import { compiledOffices } from '../definitions.ts';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { differenceLines, replayLines, stepLines, type Language } from '../replay/replay-lines.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { applicationId } from './application-id.ts';
import { printToStdout, type Print } from './check.ts';

export type ReplayOptions = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  at?: string;
  from?: string;
  to?: string;
  step?: boolean;
  json?: boolean;
  language: Language;
  offices: string;
  calendars: string;
};

/** `satu-atap replay`: an application exactly as it stood at a moment. */
export function replayCommand(program: Command): void {
  program
    .command('replay')
    .description('show an application exactly as it stood at a moment, from its events')
    .argument('<application>', 'the application’s id')
    .option('--at <moment>', 'a revision, or an instant such as 2026-03-02T09:00:00+07:00')
    .option('--from <moment>', 'what changed since then')
    .option('--to <moment>', 'with --from: until then (default: now)')
    .option('--step', 'every event in turn, with the state that it led to')
    .option('--json', 'print JSON, with --step one object a line')
    .addOption(
      new Option('--language <language>', 'of the texts').choices(['id', 'en']).default('id'),
    )
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .addHelpText('after', '\nRecords who had it replayed, and writes nothing else.')
    .action((application: string, options: ReplayOptions) =>
      printReplay(application, options, printToStdout),
    );
}

/** @throws SettingsError for an application or a moment that there is not, and for odd options */
export async function printReplay(
  application: string,
  options: ReplayOptions,
  print: Print,
): Promise<void> {
  const id = applicationId(application);
  const { at, from, to, step = false, json = false, language } = options;
  if ([at !== undefined, from !== undefined, step].filter(Boolean).length > 1) {
    throw new SettingsError('Choose one of --at, --from and --step.');
  }
  if (to !== undefined && from === undefined) throw new SettingsError('--to needs --from.');
  const asked = {
    at: at === undefined ? undefined : momentIn(at, '--at'),
    from: from === undefined ? undefined : momentIn(from, '--from'),
    to: to === undefined ? undefined : momentIn(to, '--to'),
  };
  const store = await openStore(readSettings(process.env, options));
  try {
    const offices = await compiledOffices(options, store);
    const services = new ServiceCatalogue(store);
    const replay = await ApplicationReplay.read(id, { store, services, offices });
    if (!replay) throw new SettingsError(`There is no application ${id} here.`);
    const selection = Object.fromEntries(
      Object.entries({ at, from, to, step: step ? 'every event' : undefined }).flatMap(
        ([key, value]) => (value === undefined ? [] : [[key, value]]),
      ),
    );
    const now = Temporal.Now.instant();
    await recordEvidenceAccess(
      store,
      { act: 'replayed', application: id, selection },
      { actor: localActor(), now },
    );
    const { timeZone } = replay.office.calendars;
    const find = (moment: Moment | undefined) => stand(replay, moment, now, language);
    if (step) {
      for (const { revision } of replay.history) {
        const view = replayView(id, find({ revision }), replay);
        if (json) print(JSON.stringify(view));
        else for (const line of stepLines(view, timeZone, language)) print(line);
      }
    } else if (asked.from) {
      const [first, second] = [find(asked.from), find(asked.to)];
      if (second.revision < first.revision) {
        throw new SettingsError('The moment of --to lies before that of --from: exchange them.');
      }
      const difference = replay.difference(first, second);
      const view = replayDifferenceView(id, { from: first, to: second, difference }, replay);
      if (json) print(JSON.stringify(view, undefined, 2));
      else for (const line of differenceLines(view, timeZone, language)) print(line);
    } else {
      const view = replayView(id, find(asked.at), replay);
      if (json) print(JSON.stringify(view, undefined, 2));
      else for (const line of replayLines(view, timeZone, language)) print(line);
    }
  } finally {
    await store.close();
  }
}

function momentIn(text: string, flag: string): Moment {
  const moment = parseMoment(text);
  if (moment) return moment;
  throw new SettingsError(
    `${flag}: "${text}" is no moment; give a revision such as 3, or an instant with its zone such as ` +
      '2026-03-02T09:00:00+07:00.',
  );
}

/** @throws SettingsError for a moment that there is not */
function stand(
  replay: ApplicationReplay,
  moment: Moment | undefined,
  now: Temporal.Instant,
  language: Language,
): Replayed {
  if (moment && 'instant' in moment && Temporal.Instant.compare(moment.instant, now) > 0) {
    const problem = { type: 'moment-to-come', at: moment.instant.toString() } as const;
    throw new SettingsError(problemInWords(problem)[language]);
  }
  const found = replay.at(moment ?? { instant: now });
  if ('application' in found) return found;
  // Its clock was ahead of this one's: it stands at its newest event.
  if (!moment) return stand(replay, { revision: replay.newest }, now, language);
  throw new SettingsError(problemInWords(found)[language]);
}
