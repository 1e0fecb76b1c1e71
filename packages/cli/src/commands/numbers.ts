import { serviceId } from '@satu-atap/domain';
import { numbersOf, type ReservedNumber } from '@satu-atap/event-store';
import type { Command } from 'commander';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { printToStdout } from './check.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & { gaps?: true };

/** `satu-atap numbers`: the register of a service's documents, for whoever audits it. */
export function numbersCommand(program: Command): void {
  program
    .command('numbers')
    .description('list the numbers of a service’s documents, in order, and explain the gaps')
    .argument('<service>', 'the service, as in dpmptsp.sip-dokter')
    .option('--gaps', 'only numbers that no document bears')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .addHelpText(
      'after',
      '\nEnds with 2 when a document bears a number that is not reserved for it.',
    )
    .action(async (service: string, options: Options) => {
      const isSound = await printNumbers(service, options, printToStdout);
      if (!isSound) process.exitCode = 2;
    });
}

/** @returns whether every document bears a number that is reserved for its application */
export async function printNumbers(
  service: string,
  options: Options,
  print: (line: string) => void,
): Promise<boolean> {
  if (!serviceId.safeParse(service).success) {
    throw new SettingsError(`"${service}" is no service; name one like dpmptsp.sip-dokter`);
  }
  const store = await openStore(readSettings(process.env, options));
  try {
    const { numbers, unreserved } = await numbersOf(store, service);
    if (numbers.length === 0) print(`${service}: no number was reserved`);
    for (const [series, all] of Map.groupBy(numbers, (one) => one.series)) {
      const gaps = all.filter(({ issued }) => !issued);
      print(
        `${series}: ${all.length} reserved, ${all.length - gaps.length} issued, ${gaps.length} not`,
      );
      for (const one of options.gaps ? gaps : all) print(`  ${lineOf(one)}`);
    }
    for (const { application, number } of unreserved) {
      print(`NOT RESERVED: ${number}, of application ${application}`);
    }
    return unreserved.length === 0;
  } finally {
    await store.close();
  }
}

function lineOf({ sequence, application, issued, reservedAt, reservedBy }: ReservedNumber): string {
  return issued
    ? `${sequence}  ${issued.number}  issued on ${issued.issuedOn}, application ${application}`
    : `${sequence}  not issued: reserved at ${reservedAt} by ${reservedBy}, application ${application}`;
}
