import {
  notificationsOverview,
  retryNotification,
  type EventStore,
  type Overview,
} from '@satu-atap/event-store';
import type { Command } from 'commander';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { printToStdout, type Print } from './check.ts';

type Options = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  parked?: boolean;
  retry?: string[];
  by?: string;
};

/** `satu-atap notifications`: how many were sent, which were not, and sending those again. */
export function notificationsCommand(program: Command): void {
  program
    .command('notifications')
    .description('say how many notifications were sent, list those that were not, send them again')
    .option('--parked', 'list those that are not tried any more, and why')
    .option('--retry <id...>', 'have these sent again')
    .option('--by <id>', 'who has them sent again: recorded with each; needed with --retry')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .action(async (options: Options) => {
      const store = await openStore(readSettings(process.env, options));
      try {
        if (!(await notifications(store, options, printToStdout))) process.exitCode = 1;
      } finally {
        await store.close();
      }
    });
}

/** @returns whether all that was asked for could be done @throws SettingsError without `by` */
export async function notifications(
  store: EventStore,
  { parked, retry, by }: Options,
  print: Print,
): Promise<boolean> {
  if (retry !== undefined) return sendAgain(store, retry, by, print);
  const overview = await notificationsOverview(store);
  if (parked) for (const line of parkedLines(overview)) print(line);
  const { sent, underWay, parked: left } = overview;
  print(`${sent} sent, ${underWay.length} under way, ${left.length} parked`);
  return true;
}

async function sendAgain(
  store: EventStore,
  ids: readonly string[],
  by: string | undefined,
  print: Print,
): Promise<boolean> {
  if (by === undefined) {
    throw new SettingsError('Say with --by who has them sent again: it is recorded.');
  }
  let all = true;
  for (const id of ids) {
    const actor = { id: by, roles: [] };
    const found = await retryNotification(store, id, actor, Temporal.Now.instant());
    all &&= found === 'retried';
    print(
      `${id}: ${found === 'retried' ? 'is sent again' : `not parked (${found ?? 'not there'})`}`,
    );
  }
  return all;
}

function parkedLines({ parked }: Overview): string[] {
  return parked.map(({ id, notification }) => {
    const { channel, recipient, topic, application, queuedAt, attempts, standing } = notification;
    const why = standing.at === 'parked' ? `${standing.because}: ${standing.reason}` : '';
    const what = `${channel} to ${recipient}, ${topic} of ${application}`;
    return `${id}  ${queuedAt}  ${what}; tries: ${attempts}; ${why}`;
  });
}
