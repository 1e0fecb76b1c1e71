import type { Command } from 'commander';

/** Adds a command, or several of one kind. */
type AddCommands = (program: Command) => void;

/** Who adds each command, by its name, in the order of the help. */
const byName: Readonly<Record<string, () => Promise<AddCommands>>> = {
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  catalogue: async () => (await import('./commands/catalogue.ts')).catalogueCommand,
  diagram: async () => (await import('./commands/diagram.ts')).diagramCommand,
  paths: async () => (await import('./commands/paths.ts')).pathsCommand,
  'erase-personal-data': async () =>
    (await import('./commands/erase-personal-data.ts')).erasePersonalDataCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  'calendar-effects': async () =>
    (await import('./commands/calendar-effects.ts')).calendarEffectsCommand,
  publish: async () => (await import('./commands/publish.ts')).publishCommand,
  retire: serviceLife,
  reinstate: serviceLife,
  withdraw: serviceLife,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  integrity: async () => (await import('./commands/integrity.ts')).integrityCommand,
  discover: async () => (await import('./commands/discover.ts')).discoverCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  notifications: async () => (await import('./commands/notifications.ts')).notificationsCommand,
  numbers: async () => (await import('./commands/numbers.ts')).numbersCommand,
  schema: async () => (await import('./commands/schema.ts')).schemaCommand,
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand,
  token: async () => (await import('./commands/token.ts')).tokenCommand,
  try: async () => (await import('./commands/try.ts')).tryCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  bundle: async () => (await import('./commands/bundle.ts')).bundleCommand,
  'verify-bundle': async () => (await import('./commands/verify-bundle.ts')).verifyBundleCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  'evidence-accesses': async () =>
    (await import('./commands/evidence-accesses.ts')).evidenceAccessesCommand,
};

async function serviceLife(): Promise<AddCommands> {
  return (await import('./commands/service-life.ts')).serviceLifeCommands;
}

/**
 * Adds the command that is called, and nothing else: all of them together take longer to load than many
 * of them to do what they do. Where none is called that there is, all are added, for the help.
 */
export async function addCommands(program: Command, called: string | undefined): Promise<void> {
  const one = Object.hasOwn(byName, called ?? '') ? byName[called ?? ''] : undefined;
  const adding = new Set(one ? [one] : Object.values(byName));
  for (const add of adding) (await add())(program);
}

/** The names of all commands. */
export const commandNames: readonly string[] = Object.keys(byName);
