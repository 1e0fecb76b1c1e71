import { existsSync } from 'node:fs';
import { LocalIssuer } from '@satu-atap/api';
import type { Command } from 'commander';
import { readSettings, SettingsError } from '../settings.ts';

type Options = {
  role: string[];
  unit?: string;
  office?: string;
  sub?: string;
  name?: string;
  hours: string;
  data?: string;
};

/** `satu-atap token`: somebody to be, in a demonstration. */
export function tokenCommand(program: Command): void {
  program
    .command('token')
    .description('sign a token for a demonstration (an installation uses its identity provider)')
    .requiredOption('--role <role...>', 'roles, as service definitions name them')
    .option('--unit <unit>', 'the officer’s unit')
    .option('--office <office>', 'the officer’s office')
    .option('--sub <id>', 'who: an id of your choice')
    .option('--name <name>', 'their name')
    .option('--hours <hours>', 'how long it is valid', '12')
    .option('--data <folder>', 'the folder of a server that runs with --demo')
    .action(async (options: Options) => {
      const settings = readSettings(process.env, options.data ? { data: options.data } : {});
      if (!existsSync(LocalIssuer.keyFile(settings.data))) {
        throw new SettingsError(
          `${settings.data} is not the folder of a demonstration: start one with ` +
            '`npm start`, or `satu-atap serve --demo`, or name its folder with --data.',
        );
      }
      const hours = Number(options.hours);
      if (!(hours > 0)) throw new SettingsError('--hours must be a number above 0');
      const issuer = await LocalIssuer.open(settings.data, settings);
      const sub = options.sub ?? [...options.role, options.unit].filter(Boolean).join('.');
      const token = await issuer.token({
        sub,
        name: options.name ?? sub,
        roles: options.role,
        ...(options.unit ? { unit: options.unit } : {}),
        ...(options.office ? { office: options.office } : {}),
        expiresIn: Math.round(hours * 3600),
      });
      process.stdout.write(`${token}\n`);
    });
}
