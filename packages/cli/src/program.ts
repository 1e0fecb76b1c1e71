import { EventStoreUnavailableError, KeyRingUnavailableError } from '@satu-atap/event-store';
import { Command } from 'commander';
import { bundleCommand } from './commands/bundle.ts';
import { calendarEffectsCommand } from './commands/calendar-effects.ts';
import { catalogueCommand } from './commands/catalogue.ts';
import { checkCommand } from './commands/check.ts';
import { diagramCommand } from './commands/diagram.ts';
import { erasePersonalDataCommand } from './commands/erase-personal-data.ts';
import { discoverCommand } from './commands/discover.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { integrityCommand } from './commands/integrity.ts';
import { migrateCommand } from './commands/migrate.ts';
import { notificationsCommand } from './commands/notifications.ts';
import { numbersCommand } from './commands/numbers.ts';
import { pathsCommand } from './commands/paths.ts';
import { publishCommand } from './commands/publish.ts';
import { evidenceAccessesCommand } from './commands/evidence-accesses.ts';
import { replayCommand } from './commands/replay.ts';
import { schemaCommand } from './commands/schema.ts';
import { serveCommand } from './commands/serve.ts';
import { serviceLifeCommands } from './commands/service-life.ts';
import { simulateCommand } from './commands/simulate.ts';
import { tokenCommand } from './commands/token.ts';
import { tryCommand } from './commands/try.ts';
import { verifyCommand } from './commands/verify.ts';
import { verifyBundleCommand } from './commands/verify-bundle.ts';
import { SettingsError } from './settings.ts';

const program = new Command('satu-atap')
  .description('Satu Atap: the back-office engine of a one-stop public service mall')
  .showHelpAfterError();
for (const add of [
  serveCommand,
  checkCommand,
  catalogueCommand,
  diagramCommand,
  pathsCommand,
  erasePersonalDataCommand,
  explainCommand,
  calendarEffectsCommand,
  publishCommand,
  serviceLifeCommands,
  exportCommand,
  importCommand,
  integrityCommand,
  discoverCommand,
  migrateCommand,
  notificationsCommand,
  numbersCommand,
  schemaCommand,
  simulateCommand,
  tokenCommand,
  tryCommand,
  replayCommand,
  bundleCommand,
  verifyBundleCommand,
  verifyCommand,
  evidenceAccessesCommand,
])
  add(program);

// A reader that has seen enough, as in `satu-atap … | head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

try {
  await program.parseAsync();
} catch (error) {
  if (!canBeSetRight(error)) throw error;
  const { message, cause } = error;
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  process.stderr.write(`${message}${reason}\n`);
  process.exitCode = 1;
}

/** What somebody can set right is said in words; anything else is a fault and keeps its stack. */
function canBeSetRight(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isKnown =
    error instanceof SettingsError ||
    error instanceof EventStoreUnavailableError ||
    error instanceof KeyRingUnavailableError;
  return isKnown || 'code' in error;
}
