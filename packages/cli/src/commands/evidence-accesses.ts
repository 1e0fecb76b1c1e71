import { evidenceAccessed, type EvidenceAccess } from '@satu-atap/domain';
import { readEvidenceAccesses, recordEvidenceAccess } from '@satu-atap/event-store';
import { Option, type Command } from 'commander';
import { localActor } from '../local-actor.ts';
import { openStore } from '../open-store.ts';
import { readSettings, SettingsError, type SettingsFlags } from '../settings.ts';
import { applicationId } from './application-id.ts';
import { printable, printToStdout, type Print } from './check.ts';
import { wholeNumber } from './whole-number.ts';

export type AccessesOptions = Pick<SettingsFlags, 'data' | 'eventStore'> & {
  actor?: string;
  application?: string;
  act?: EvidenceAccess['act'];
  from?: string;
  to?: string;
  limit: number;
  json?: boolean;
};

/** `satu-atap evidence-accesses`: who was given which evidence. */
export function evidenceAccessesCommand(program: Command): void {
  program
    .command('evidence-accesses')
    .description('list who looked at, replayed, verified, proved or exported what, newest first')
    .option('--actor <id>', 'only of this person')
    .option('--application <id>', 'only of this application')
    .addOption(
      new Option('--act <act>', 'only this').choices([...evidenceAccessed.shape.act.options]),
    )
    .option('--from <instant>', 'from then on')
    .option('--to <instant>', 'before then')
    .option('--limit <number>', 'at the most', wholeNumber(1), 100)
    .option('--json', 'print one JSON object a line')
    .option('--data <folder>', 'the data folder (default: SATU_ATAP_DATA, or ./data)')
    .option('--event-store <url>', 'EventStoreDB instead (default: SATU_ATAP_EVENT_STORE)')
    .action((options: AccessesOptions) => printAccesses(options, printToStdout));
}

/** @throws SettingsError for what is no id or instant */
export async function printAccesses(options: AccessesOptions, print: Print): Promise<void> {
  const { actor, act, limit, json } = options;
  const filter = {
    actor,
    act,
    application: options.application === undefined ? undefined : applicationId(options.application),
    from: instantIn(options.from, '--from'),
    to: instantIn(options.to, '--to'),
  };
  const store = await openStore(readSettings(process.env, options));
  try {
    const who = { actor: localActor(), now: Temporal.Now.instant() };
    await recordEvidenceAccess(store, { act: 'accesses-read' }, who);
    let left = limit;
    for (let before: number | undefined; left > 0;) {
      const page = await readEvidenceAccesses(store, filter, {
        before,
        limit: Math.min(left, 200),
      });
      for (const access of page.items) {
        if (json) {
          print(JSON.stringify(access));
          continue;
        }
        const { at, actor: by, act: what, application, format, selection } = access;
        const asked = Object.entries(selection ?? {}).map(([key, value]) => `${key}=${value}`);
        const parts = [at, by.id, what, application, format, ...asked];
        print(printable(parts.filter((part) => part !== undefined).join('  ')));
      }
      left -= page.items.length;
      if (page.next === undefined) break;
      before = page.next;
    }
  } finally {
    await store.close();
  }
}

function instantIn(text: string | undefined, flag: string): Temporal.Instant | undefined {
  if (text === undefined) return undefined;
  try {
    return Temporal.Instant.from(text);
  } catch {
    throw new SettingsError(
      `${flag}: "${text}" is no instant; write one with its zone, such as 2026-03-02T09:00:00+07:00.`,
    );
  }
}
