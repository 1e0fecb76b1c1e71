import type { Command } from 'commander';
import { readSettings, type Settings, type SettingsFlags } from '../settings.ts';
import { checkIntegrity } from '../integrity/check-integrity.ts';
import { listKeys, rotateKey, signNow } from '../integrity/keys.ts';
import { proveConsistency, proveEvent } from '../integrity/prove.ts';
import { printToStdout } from './check.ts';
import { wholeNumber } from './whole-number.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'>;

/** `satu-atap integrity …`: whether the log is what was signed, and proofs for those who ask. */
export function integrityCommand(program: Command): void {
  const integrity = program
    .command('integrity')
    .description('check that nothing was altered, sign checkpoints, prove events to outsiders');
  const command = (nameAndArguments: string, description: string) =>
    integrity
      .command(nameAndArguments)
      .description(description)
      .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
      .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)');

  command('check', 'hold every event against what was signed, and name what differs')
    .option('--key <vkey...>', 'public keys that you trust (default: the log’s own first key)')
    .option('--checkpoint <file...>', 'checkpoints that you were given, beside the log’s own files')
    .addHelpText('after', '\nEnds with 2 when something is not what was signed.')
    .action(async (options: Options & { key?: string[]; checkpoint?: string[] }) => {
      const { key, checkpoint } = options;
      const isSound = await checkIntegrity(settingsOf(options), {
        keys: key,
        checkpoints: checkpoint,
        print: printToStdout,
      });
      if (!isSound) process.exitCode = 2;
    });
  command('checkpoint', 'sign a checkpoint over all events now').action(async (options: Options) =>
    signNow(settingsOf(options), printToStdout),
  );
  command('keys', 'print the public keys of the log').action(async (options: Options) =>
    listKeys(settingsOf(options), printToStdout),
  );
  command('rotate-key', 'make a new signing key, and have the present one introduce it')
    .option('--new-key <file>', 'where to put it (default: in the place of the present one)')
    .action(async (options: Options & { newKey?: string }) =>
      rotateKey(settingsOf(options), printToStdout, options.newKey),
    );
  command('prove', 'print a proof that an event is in the log')
    .argument('<stream>', 'an application’s id, or the name of a stream')
    .argument('<revision>', 'the event’s place in the stream, from 0', wholeNumber(0))
    .option(
      '--size <events>',
      'by the checkpoint of this size (default: the newest)',
      wholeNumber(1),
    )
    .action(async (stream: string, revision: number, options: Options & { size?: number }) =>
      proveEvent(settingsOf(options), { stream, revision, size: options.size }, printToStdout),
    );
  command('consistency', 'print a proof that one checkpoint’s log is the beginning of another’s')
    .argument('<from>', 'events that the older checkpoint covers', wholeNumber(1))
    .argument('<to>', 'events that the newer checkpoint covers', wholeNumber(1))
    .action(async (from: number, to: number, options: Options) =>
      proveConsistency(settingsOf(options), { from, to }, printToStdout),
    );
}

function settingsOf({ data, eventStore }: Options): Settings {
  return readSettings(process.env, {
    ...(data === undefined ? {} : { data }),
    ...(eventStore === undefined ? {} : { eventStore }),
  });
}
