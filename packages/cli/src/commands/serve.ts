import { builtInRoles, isRefused } from '@satu-atap/domain';
import { applicationPrefix, servicePrefix, type EventStore } from '@satu-atap/event-store';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { pino, type Logger } from 'pino';
import { definitions, doubtfulOffers } from '../definitions.ts';
import { readCalendars, readOffices, readServices } from '../definition-file.ts';
import { makeDemoHistory } from '../demo/history.ts';
import { welcome } from '../demo/welcome.ts';
import { startEngine, type Engine, type EngineOptions } from '../engine.ts';
import { notificationsOf } from '../notifications.ts';
import { parts, readSettings, type SettingsFlags } from '../settings.ts';

type Options = SettingsFlags & { services: string; offices: string; calendars: string };

/** `satu-atap serve`: the engine, all of it in one process or one part of it. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('run the engine: API, projections and SLA monitor in one process, or one of them')
    .option('--data <folder>', 'folder of events, read models and documents (SATU_ATAP_DATA)')
    .option('--host <address>', 'address to listen on (SATU_ATAP_HOST)')
    .option('--port <number>', 'port to listen on, 0 for any (SATU_ATAP_PORT)', portNumber)
    .option('--event-store <url>', 'EventStoreDB, esdb://… (SATU_ATAP_EVENT_STORE)')
    .option('--read-models <url>', 'PostgreSQL, postgres://… (SATU_ATAP_READ_MODELS)')
    .addOption(
      new Option('--only <part>', 'run this part alone (SATU_ATAP_ONLY)').choices([...parts]),
    )
    .option('--demo', 'example services and files; tokens signed here (SATU_ATAP_DEMO)')
    .option('--services <folder>', 'service definitions that a demonstration publishes', 'services')
    .option('--offices <folder>', 'offices', 'offices')
    .option('--calendars <folder>', 'working calendars', 'calendars')
    .option('--notifications <folder>', 'whom to tell what happens (SATU_ATAP_NOTIFICATIONS)')
    .action(serve);
}

async function serve({ services, offices: officeFolder, calendars, ...flags }: Options) {
  const settings = readSettings(process.env, flags);
  const log = pino({ level: settings.logLevel });
  const places = {
    offices: await definitions('offices', officeFolder, readOffices),
    calendars: await definitions('calendars', calendars, readCalendars),
  };
  const notifications = await notificationsOf(
    settings.notifications,
    process.env,
    places.offices,
    log,
  );
  const prepare = settings.demo ? demonstration(services, log) : undefined;
  const options = { settings, ...places, log, notifications, ...(prepare ? { prepare } : {}) };
  const engine = await startEngine(options);
  // Before it says that it runs: who is told to stop then signs a last checkpoint.
  stopWhenTold(engine, log);

  const { offices } = engine;
  const { only, data, eventStore, readModels } = settings;
  log.info(
    {
      url: engine.url,
      runs: only ?? 'everything',
      events: 'file' in eventStore ? eventStore.file : 'EventStoreDB',
      readModels: 'folder' in readModels ? readModels.folder : 'PostgreSQL',
      data,
    },
    'Satu Atap is running',
  );
  const published = await engine.readModels.services.list();
  for (const warning of doubtfulOffers(offices, published)) log.warn(warning);
  if (engine.issuer) await welcome(engine, engine.issuer, settings.data, offices);
}

/** Has a signal end the process in order. */
function stopWhenTold(engine: Engine, log: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    void engine.close().then(() => {
      log.info('stopped');
      // A client that still looks for a node would keep the process alive for a minute.
      process.exit();
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Publishes the example services, and fills an empty house that has some with weeks of life. */
function demonstration(folder: string, log: Logger): NonNullable<EngineOptions['prepare']> {
  return async ({ store, services, offices }) => {
    const isEmpty = !(await hasHistory(store));
    const examples = await definitions('services', folder, readServices);
    const now = Temporal.Now.instant();
    const weeks = 6;
    const published = now.subtract({ hours: 24 * 7 * weeks });
    let isNew = 0;
    for (const definition of examples) {
      const publisher = { id: 'demonstration', roles: [builtInRoles.system] };
      const result = await services.publish(definition, publisher, isEmpty ? published : now);
      if (isRefused(result)) throw new Error(`${definition.id}: ${result.refusal.type}`);
      if (result.isNew) isNew++;
    }
    log.info({ services: examples.length, new: isNew }, 'services published');
    if (!isEmpty || examples.length === 0) return;
    const applications = await makeDemoHistory({
      store,
      services,
      offices,
      serviceIds: examples.map(({ id }) => id),
      until: now,
      weeks,
      applications: 240,
      seed: 2026,
    });
    log.info({ applications, weeks }, 'demonstration history made');
  };
}

/** Whether anything has happened beside calendars that came into force with the first start. */
async function hasHistory(store: EventStore): Promise<boolean> {
  for await (const batch of store.readAll({ streams: [applicationPrefix, servicePrefix] })) {
    if (batch.length > 0) return true;
  }
  return false;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
}
