import { EventStoreUnavailableError, KeyRingUnavailableError } from '@satu-atap/event-store';
import { Command } from 'commander';
import { addCommands } from './commands.ts';
import { SettingsError } from './settings.ts';

const program = new Command('satu-atap')
  .description('Satu Atap: the back-office engine of a one-stop public service mall')
  .showHelpAfterError();
await addCommands(program, process.argv[2]);

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
