import { caseSelection, unknownNames, type CaseSelection } from '@satu-atap/evidence';
import { InvalidArgumentError, type Command } from 'commander';
import { SettingsError } from '../settings.ts';

/** What the flags say of which applications. */
export type CaseSelectionOptions = {
  office?: string;
  service?: string;
  unit?: string;
  from?: string;
  to?: string;
  ended?: boolean;
  application?: string[];
  log?: string;
};

/** Flags that select applications. */
export function withCaseSelectionFlags(command: Command): Command {
  return command
    .option('--office <office>', 'only applications of this office')
    .option('--service <service>', 'only of this service, as in dpmptsp.sip-dokter')
    .option('--unit <unit>', 'only of services of this unit')
    .option('--from <date>', 'only submitted on this day or later, by the date at the office')
    .option('--to <date>', 'only submitted on this day or earlier')
    .option('--ended <yes|no>', 'only those that have ended, or have not', yesOrNo)
    .option('--application <id...>', 'only these applications')
    .option('--log <id>', 'only what this import took over; `none`: only our own applications');
}

/** Names of the flags where they are not those of the selection. */
const flags: Record<string, string> = {
  submittedFrom: 'from',
  submittedTo: 'to',
  applications: 'application',
};

/** @throws SettingsError naming each flag that cannot be used */
export function selectionOf({
  office,
  service,
  unit,
  from: submittedFrom,
  to: submittedTo,
  ended,
  application: applications,
  log,
}: CaseSelectionOptions): CaseSelection {
  const parsed = caseSelection.safeParse({
    office,
    service,
    unit,
    submittedFrom,
    submittedTo,
    ended,
    applications,
    log,
  });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path: [field = ''], message }) => {
    const name = String(field);
    return `--${flags[name] ?? name}: ${message}`;
  });
  throw new SettingsError(lines.join('\n'));
}

/** @throws SettingsError naming what is selected by and not there */
export async function assertKnown(
  selection: CaseSelection,
  here: Parameters<typeof unknownNames>[1],
): Promise<void> {
  const unknown = await unknownNames(selection, here);
  if (unknown.length === 0) return;
  throw new SettingsError(unknown.map((one) => `--${one.field} ${one.message.en}`).join('\n'));
}

function yesOrNo(text: string): boolean {
  if (text === 'yes') return true;
  if (text === 'no') return false;
  throw new InvalidArgumentError('say yes or no');
}
