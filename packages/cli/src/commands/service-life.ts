import {
  isRefused,
  newestInForce,
  serviceCommands,
  serviceId,
  type Service,
  type ServiceCommand,
} from '@satu-atap/domain';
import { ServiceCatalogue } from '@satu-atap/event-store';
import { InvalidArgumentError, type Command } from 'commander';
import type { z } from 'zod';
import { openStore } from '../open-store.ts';
import { remoteFlag, type RemoteEngine } from '../remote-engine.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { printable, printToStdout, type Print } from './check.ts';
import { detailOf, publisher, remoteEngine } from './publish.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  api?: string;
  by?: string;
  reason: string;
  reasonEn: string;
};
type RetireOptions = Options & { from: string; legalBasis: string };

/** `satu-atap retire`, `reinstate` and `withdraw`: how a service ends, and opens again. */
export function serviceLifeCommands(program: Command): void {
  ordered(program, 'retire', 'let a service take no new applications from a date on')
    .requiredOption('--from <date>', 'the first day without, as in 2027-01-01')
    .requiredOption('--legal-basis <text>', 'the regulation or decision that ends it')
    .action(async (service: string, options: RetireOptions) => {
      const { from, legalBasis } = options;
      const data = valid(serviceCommands.retire, { from, legalBasis, ...said(options) });
      await give(service, { type: 'retire', data }, options);
    });
  ordered(program, 'reinstate', 'take the retirement of a service back').action(
    async (service: string, options: Options) => {
      const data = valid(serviceCommands.reinstate, said(options));
      await give(service, { type: 'reinstate', data }, options);
    },
  );
  ordered(program, 'withdraw', 'take a version of a service back that was published in error')
    .argument('<version>', 'the version', versionNumber)
    .action(async (service: string, version: number, options: Options) => {
      const data = valid(serviceCommands.withdraw, { version, ...said(options) });
      await give(service, { type: 'withdraw', data }, options);
    });
}

function ordered(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(`${description}; running applications go on`)
    .argument('<service>', 'the service, as in dpmptsp.sip-dokter')
    .requiredOption('--reason <text>', 'why, in Indonesian')
    .requiredOption('--reason-en <text>', 'why, in English')
    .option('--by <id>', 'who orders it: recorded; needed without --api')
    .option(...remoteFlag)
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)');
}

function said({ reason: id, reasonEn: en, by }: Options) {
  return { reason: { id, en }, ...(by === undefined ? {} : { orderedBy: by }) };
}

async function give(service: string, command: Ending, options: Options): Promise<void> {
  if (!serviceId.safeParse(service).success) {
    throw new SettingsError(`"${service}" is no service: name it as in dpmptsp.sip-dokter.`);
  }
  const given = options.api
    ? await endThrough(service, command, remoteEngine(options.api), printToStdout)
    : await endDirectly(service, command, options, printToStdout);
  if (!given) process.exitCode = 1;
}

/** A command that ends something, or takes an end back. */
export type Ending = Exclude<ServiceCommand, { type: 'publish' }>;

async function endDirectly(
  service: string,
  command: Ending,
  options: Options,
  print: Print,
): Promise<boolean> {
  if (options.by === undefined) {
    throw new SettingsError('Say with --by who orders it: it is recorded.');
  }
  const store = await openStore(readSettings(process.env, options));
  try {
    return await end(service, command, new ServiceCatalogue(store), print);
  } finally {
    await store.close();
  }
}

/** Gives the command to the store's own catalogue. @returns whether it holds now */
export async function end(
  service: string,
  command: Ending,
  catalogue: ServiceCatalogue,
  print: Print,
): Promise<boolean> {
  const now = Temporal.Now.instant();
  const result = await catalogue.handle(service, { command, actor: publisher, now });
  return told(service, isRefused(result) ? detailOf(result.refusal) : result.service, print);
}

/** The same through a running engine: ordered by whom its token names. */
export async function endThrough(
  service: string,
  { type, data }: Ending,
  engine: RemoteEngine,
  print: Print,
): Promise<boolean> {
  const { orderedBy: _orderedBy, ...order } = data;
  const body = 'version' in order ? { reason: order.reason } : order;
  const places = {
    retire: 'retirement',
    reinstate: 'reinstatement',
    withdraw: `versions/${'version' in data ? data.version : ''}/withdrawal`,
  };
  const path = `/api/v1/services/${service}/${places[type]}`;
  const answer = await engine.post(path, body);
  const outcome = 'problem' in answer ? answer.problem.detail : (answer.body as Service);
  return told(service, outcome, print);
}

function told(id: string, outcome: Service | string, print: Print): boolean {
  if (typeof outcome === 'string') print(printable(`${id}  refused: ${outcome}`));
  else print(`${id}  ${inWords(outcome)}`);
  return typeof outcome !== 'string';
}

function inWords(service: Service): string {
  const newest = newestInForce(service);
  const begins = newest
    ? `new applications begin under version ${newest.version}`
    : 'no version is in force: it takes no new applications';
  const { retirement } = service;
  return retirement ? `takes no new applications from ${retirement.from} on` : begins;
}

/** @throws SettingsError naming every part that cannot be used */
function valid<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new SettingsError(`This cannot be recorded: ${faults.join('; ')}.`);
}

function versionNumber(text: string): number {
  const version = Number(text);
  if (Number.isInteger(version) && version >= 1) return version;
  throw new InvalidArgumentError('versions are whole numbers from 1');
}
