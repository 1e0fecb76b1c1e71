import {
  builtInRoles,
  isRefused,
  planMigration,
  type Actor,
  type CompiledService,
} from '@satu-atap/domain';
import {
  applicationsOf,
  derivedId,
  readApplication,
  type CommandHandler,
  type EventStore,
  type ServiceCatalogue,
} from '@satu-atap/event-store';
import { SettingsError } from '../settings.ts';
import { MigrationReport, type Fate } from './report.ts';

export type MigrationOrder = {
  /** The service's name. */
  service: string;
  /** The version to go to, and the only one to leave (all earlier ones, when left out). */
  to: number;
  from?: number | undefined;
  /** State of the old version → state of the new one. */
  mapping: Record<string, string>;
};

/** What carries an order out: absent for a plan. */
export type Applying = { commands: CommandHandler; orderedBy: string };

/** Carries migrations out: recorded beside who ordered them. */
const migrator: Actor = { id: 'migration', roles: [builtInRoles.system] };

/** How many applications are under way at once: appends that wait together are committed together. */
const atOnce = 64;

/**
 * Takes an order through all applications of the service, one by one: plans each, or moves it. Each
 * is moved by one command of its own, so that the order can be broken off and given again.
 *
 * @param seen is called now and then with what has been done so far
 * @throws SettingsError for a service, version or state that there is not
 */
export async function migrateApplications(
  order: MigrationOrder,
  { store, services }: { store: EventStore; services: ServiceCatalogue },
  applying?: Applying,
  seen: (report: MigrationReport) => void = () => undefined,
): Promise<MigrationReport> {
  const target = await checkedTarget(order, services);
  const fateOf = (application: string) =>
    applying
      ? moved(order, application, applying)
      : planned(order, application, { store, services, target });
  const report = new MigrationReport(order.to);
  for await (const batch of applicationsOf(store, order.service)) {
    for (let at = 0; at < batch.length; at += atOnce) {
      await Promise.all(
        batch.slice(at, at + atOnce).map(async ({ application, version }) => {
          // Versions only go up: it cannot be under an earlier one now.
          const isThere = version >= order.to;
          report.add(application, isThere ? { is: 'there' } : await fateOf(application));
        }),
      );
      seen(report);
    }
  }
  return report;
}

async function planned(
  { to, from, mapping }: MigrationOrder,
  id: string,
  at: { store: EventStore; services: ServiceCatalogue; target: CompiledService },
): Promise<Fate> {
  const application = await readApplication(at.store, id);
  if (!application) throw new Error(`application ${id} has no events`);
  const { version } = application.service;
  if (version >= to) return { is: 'there' };
  if (from !== undefined && version !== from) return { is: 'left-out' };
  if (application.ended) return { is: 'ended' };
  const service = await at.services.version(application.service.id, version);
  const plan = planMigration(service, at.target, application, mapping);
  const state = application.value;
  return 'problems' in plan
    ? { is: 'undecided', version, state, problems: plan.problems }
    : { is: 'movable', version, state, after: plan.value, notes: plan.notes };
}

async function moved(
  { service, to, from, mapping }: MigrationOrder,
  application: string,
  { commands, orderedBy }: Applying,
): Promise<Fate> {
  const result = await commands({
    application,
    command: {
      type: 'migrate',
      data: { to, mapping, orderedBy, ...(from === undefined ? {} : { from }) },
    },
    actor: migrator,
    id: derivedId('migrate', application, service, to),
  });
  if (!isRefused(result)) {
    const migration = result.application.migrations?.at(-1);
    if (result.recorded === 0 || !migration) {
      return { is: result.application.service.version >= to ? 'there' : 'left-out' };
    }
    const { from: version, before: state, after } = migration;
    return { is: 'moved', version, state, after, notes: [] };
  }
  const { refusal, application: now } = result;
  if (refusal.type === 'application-ended') return { is: 'ended' };
  if (refusal.type === 'cannot-migrate' && now) {
    const { version } = now.service;
    return { is: 'undecided', version, state: now.value, problems: refusal.problems };
  }
  return { is: 'refused', reason: refusal.type };
}

/** @throws SettingsError naming what is wrong with the order, all at once */
async function checkedTarget(
  { service, to, from, mapping }: MigrationOrder,
  services: ServiceCatalogue,
): Promise<CompiledService> {
  const versions = (await services.standing(service))?.service.versions;
  if (!versions) {
    throw new SettingsError(`The service "${service}" was never published here: publish it first.`);
  }
  if (to > versions.length) {
    throw new SettingsError(
      `${service} has no version ${to}: its newest is ${versions.length}. Publish the new one first.`,
    );
  }
  if (from !== undefined && from >= to) {
    throw new SettingsError(`Applications move to later versions: ${from} is not before ${to}.`);
  }
  const target = await services.forMigration(service, to);
  if (isRefused(target)) {
    throw new SettingsError(
      `Version ${to} of ${service} was withdrawn: move applications to one that is in force.`,
    );
  }
  const earlier = from === undefined ? Array.from({ length: to - 1 }, (_, at) => at + 1) : [from];
  const known = new Set<string>();
  for (const version of earlier) {
    for (const state of (await services.version(service, version)).states.keys()) known.add(state);
  }
  const wrong = Object.entries(mapping).flatMap(([old, place]) => [
    ...(known.has(old) ? [] : [`"${old}" is no state of an earlier version`]),
    ...(target.states.has(place) ? [] : [`"${place}" is no state of version ${to}`]),
  ]);
  if (wrong.length > 0) {
    const states = [...target.states.keys()].join(', ');
    throw new SettingsError(`--map: ${wrong.join('; ')}. Version ${to} has: ${states}.`);
  }
  return target;
}
